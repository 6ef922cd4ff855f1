"""The registry of locales: what a BCP 47 tag means for display, writing direction and scoring.

Facts live in ``locales.toml``; names and likely scripts come from CLDR through Babel. Any
well-formed tag gives a locale, so that a language nobody has profiled can be tested today.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from babel.core import Locale as BabelLocale
from babel.core import UnknownLocaleError, get_global

from vernacular.errors import InvalidInput

Direction = Literal["ltr", "rtl"]
Unit = Literal["word", "character"]

# RFC 5646, section 2.1: a language tag. Its two other forms, private use alone (x-...) and the
# irregular grandfathered tags, are left out: they name no language that could be tested.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}(?![a-z0-9])){1,3})?|[a-z]{4,8}",
    re.IGNORECASE | re.ASCII,
)
_REST = re.compile(
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<territory>[a-z]{2}|[0-9]{3}))?"
    r"(?P<others>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)
_UNKNOWN_SCRIPT = "Zzzz"


@dataclass(frozen=True, slots=True)
class Locale:
    """One unit of testing: a language as written and spoken in one place."""

    tag: str
    """The BCP 47 tag in its usual casing (``ug-Arab-CN``), even where its territory is wrong."""

    language: str
    """ISO 639 code, which groups locales: ``ug``."""

    script: str
    """ISO 15924 code; the likely one where the tag names none, ``Zzzz`` where nothing is known."""

    territory: str | None
    """ISO 3166 or UN M.49 code, corrected where the tag is known to be wrong; may be missing."""

    direction: Direction
    """Writing direction of its text."""

    slot_unit: Unit
    """What one slot label is given to."""

    unit: Unit
    """What the gate counts errors in."""

    second_unit: Unit | None
    """What errors are counted in besides, for the reader; None where words cannot be told apart."""

    is_profiled: bool
    """False where only the defaults of the script are known."""

    def display_name(self, in_language: str = "en") -> str:
        """Returns the locale's name for readers of ``in_language``: ``Swahili (Kenya)``.

        A name that language lacks is given in English, and as its code where English lacks it too.

        Raises:
            InvalidInput: ``in_language`` is no language tag.
        """
        return _display_name(self, find_locale(in_language))

    @property
    def autonym(self) -> str:
        """The locale's name in its own language: ``Kiswahili (Kenya)``."""
        return _display_name(self, self)


@lru_cache(maxsize=4096)
def find_locale(tag: str) -> Locale:
    """Returns the locale of a BCP 47 tag; one that is not profiled takes its script's defaults.

    Raises:
        InvalidInput: the tag is not well formed.
    """
    language, script, territory, canonical = _split_tag(tag)
    profiles = _read_profiles()
    profile = profiles["locales"].get(canonical)
    known = profile or {}
    script = known.get("script") or script or _likely_script(language, territory)
    facts = profiles["default"] | profiles["scripts"].get(script, {}) | known
    return Locale(
        tag=canonical,
        language=language,
        script=script,
        territory=known.get("territory", territory),
        direction=facts["direction"],
        slot_unit=facts["slot_unit"],
        unit=facts["unit"],
        second_unit=facts.get("second_unit") or ("character" if facts["unit"] == "word" else None),
        is_profiled=profile is not None,
    )


def list_profiled() -> list[Locale]:
    """Returns every locale that has a profile of its own, by tag."""
    return [find_locale(tag) for tag in sorted(_read_profiles()["locales"])]


@cache
def _read_profiles() -> dict[str, Any]:
    text = resources.files("vernacular.corpus").joinpath("locales.toml").read_text("utf-8")
    return tomllib.loads(text)


def _split_tag(tag: str) -> tuple[str, str | None, str | None, str]:
    """Returns language, script, territory and the whole tag, all in their usual casing."""
    head = _TAG.match(tag)
    rest = _REST.fullmatch(tag, head.end()) if head else None
    if head is None or rest is None:
        raise InvalidInput(
            f"{tag!r:.80} is not a locale tag; one looks like sw-KE or ug-Arab-CN: "
            "a language, a script if needed, a territory, joined by hyphens"
        )
    language = head.group(0).lower()
    script = rest["script"] and rest["script"].title()
    territory = rest["territory"] and rest["territory"].upper()
    canonical = "-".join(part for part in (language, script, territory) if part)
    canonical += rest["others"].lower()
    # An extended language subtag is a language in its own right: zh-yue means yue.
    return language.split("-")[-1], script, territory, canonical


def _likely_script(language: str, territory: str | None) -> str:
    """Returns the script CLDR's likely subtags give, from the more to the less exact key."""
    likely = get_global("likely_subtags")
    keys = [f"{language}_{territory}", language, f"und_{territory}"] if territory else [language]
    for key in keys:
        if key in likely:
            return str(likely[key].split("_")[1])
    return _UNKNOWN_SCRIPT


@lru_cache(maxsize=4096)
def _display_name(locale: Locale, reader: Locale) -> str:
    # The script is worth naming only where the tag itself does.
    has_script = f"-{locale.script}" in locale.tag
    language = _name("languages", locale.language, reader)
    details = [
        _name(kind, code, reader)
        for kind, code in (
            ("scripts", locale.script if has_script else None),
            ("territories", locale.territory),
        )
        if code
    ]
    return f"{language} ({', '.join(details)})" if details else language


def _name(kind: str, code: str, reader: Locale) -> str:
    for names in (_babel_locale(reader), BabelLocale("en")):
        name = names and getattr(names, kind).get(code)
        if name:
            return str(name)
    return code


@lru_cache(maxsize=1024)
def _babel_locale(reader: Locale) -> BabelLocale | None:
    """Returns the closest locale CLDR has names for, or None."""
    with_script = f"{reader.language}_{reader.script}"
    wanted = [f"{with_script}_{reader.territory}"] if reader.territory else []
    for identifier in (*wanted, with_script, reader.language):
        try:
            return BabelLocale.parse(identifier)
        except (UnknownLocaleError, ValueError):
            continue
    return None
