"""Reads the text rules of a locale from ``normaliser.toml``, where their meaning is explained."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from vernacular.corpus.locales import find_locale

Casefold = Literal["default", "turkic"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A punctuation sign whose fate hangs on its neighbours."""

    sign: str

    kept_between: str
    """What it is kept between, as the inside of a character class; empty for nothing."""

    kept_after: str
    """What it is kept after, whatever follows; the same notation."""

    otherwise: str
    """What replaces it elsewhere: a space or nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one locale, those of its script and the default included."""

    casefold: Casefold

    maps: tuple[tuple[str, str], ...]
    """Single characters and what replaces each."""

    deleted: frozenset[str]

    letters: frozenset[str]
    """Punctuation and symbols by category that are letters to a reader."""

    joined: tuple[tuple[str, str], ...]
    """Sequences that hold a joiner, and the letter each stands for."""

    rewrites: tuple[tuple[str, str], ...]
    """Regular expressions and the template that replaces each match, in order."""

    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class LocaleRules:
    """Rules, and where they are from."""

    rules: Rules

    is_default: bool
    """True where neither the locale nor its language in this script has a row."""


def read_rules(locale: str, *, is_lenient: bool) -> LocaleRules:
    """Returns the rules of a locale, with what is marked lenient or without.

    A locale without a row of its own takes that of its language, written in the same script: the
    spelling of Arabic is that of ar-SA in ar-EG too.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    found, data = find_locale(locale), _read_data()
    row = data["locales"].get(found.tag)
    if row is None:
        row = _rows_by_language().get((found.language, found.script))
    tables = [data["default"], data["scripts"].get(found.script, {}), row or {}]
    if is_lenient:
        tables += [table["lenient"] for table in tables if "lenient" in table]
    return LocaleRules(_merge(tables), is_default=row is None)


def _merge(tables: Iterable[Mapping[str, Any]]) -> Rules:
    """Returns the rules of all tables; where two speak of the same, the later one is right."""
    casefold: Casefold = "default"
    maps: dict[str, str] = {}
    joined: dict[str, str] = {}
    rewrites: dict[str, str] = {}
    signs: dict[str, Sign] = {}
    deleted: set[str] = set()
    letters: set[str] = set()
    for table in tables:
        casefold = table.get("casefold", casefold)
        for characters, replacement in table.get("maps", {}).items():
            maps |= dict.fromkeys(characters, replacement)
        joined |= table.get("joined", {})
        rewrites |= table.get("rewrites", {})
        for sign, row in table.get("signs", {}).items():
            kept_after = row.get("kept_after", "")
            signs[sign] = Sign(sign, row["kept_between"], kept_after, row["otherwise"])
        for entry in table.get("deleted", ()):
            deleted |= set(_expand(entry))
        letters |= set(table.get("letters", ""))
    return Rules(
        casefold=casefold,
        maps=tuple(maps.items()),
        deleted=frozenset(deleted),
        letters=frozenset(letters),
        joined=tuple(joined.items()),
        rewrites=tuple(rewrites.items()),
        signs=tuple(signs.values()),
    )


def _expand(entry: str) -> Iterator[str]:
    """Yields the characters of an entry: one character, or all from a first to a last."""
    first, last = entry[0], entry[-1]
    return map(chr, range(ord(first), ord(last) + 1))


@cache
def _read_data() -> dict[str, Any]:
    text = resources.files("vernacular.scoring").joinpath("normaliser.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _rows_by_language() -> dict[tuple[str, str], dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for tag, row in _read_data()["locales"].items():
        locale = find_locale(tag)
        rows.setdefault((locale.language, locale.script), row)
    return rows
