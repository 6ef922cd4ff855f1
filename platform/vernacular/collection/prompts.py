"""Prompts: situations that people put into their own words, from ``prompts.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import Any

from vernacular.corpus.language_texts import find_language
from vernacular.corpus.typed_input import check_locale
from vernacular.errors import InvalidInput, NotFound
from vernacular.store import collected as rows
from vernacular.store.database import Db

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One situation, told in a language its reader understands."""

    key: str
    domain: str
    intent: str
    """What somebody in this situation wants; the prompt does not say it."""
    text: str
    language: str
    """The language of ``text``, with a script where it is written in several: ``zh-Hant``."""


SKIP_REASONS = ("unclear", "unusual_here", "no_idea", "other")
"""Why a person may pass over a prompt."""


def record_skip(db: Db, person_id: int, locale: str, prompt: str, reason: str) -> None:
    """Stores that a person passed over a prompt, and why; it comes back after all others.

    Raises:
        NotFound: there is no such prompt.
        InvalidInput: ``reason`` is none of ``SKIP_REASONS``, or ``locale`` is no tag.
    """
    if reason not in SKIP_REASONS:
        raise InvalidInput(f"{reason!r} is none of {', '.join(SKIP_REASONS)}", field="reason")
    tag = check_locale(locale)
    rows.insert_skip(db, person_id, tag, find_prompt(prompt, tag, tag).key, reason)


def next_prompt(db: Db, locale: str, ui_language: str, person_id: int) -> Prompt:
    """Returns the prompt that a person should be given next for a locale.

    One that she has passed over and answered least often, of these one whose intent has the fewest
    utterances in the locale; among equals each person begins elsewhere. There is always one: a
    prompt comes back after all others.

    Args:
        db: the open transaction.
        locale: the locale to collect for.
        ui_language: the language the person reads, for prompts that lack the locale's.
        person_id: who will answer.

    Raises:
        InvalidInput: ``locale`` or ``ui_language`` is no language tag.
    """
    tag = check_locale(locale)
    n_skipped = Counter(rows.count_skips(db, tag, person_id))
    n_answered = Counter(origin["prompt"] for origin in rows.list_origins(db, tag, person_id))
    n_collected = rows.count_by_intent(db, tag)

    def need(entry: dict[str, Any]) -> tuple[int, int, int, bytes]:
        key = entry["key"]
        turn = blake2b(f"{person_id} {tag} {key}".encode(), digest_size=8).digest()
        return n_skipped[key], n_answered[key], n_collected.get(entry["intent"], 0), turn

    return _tell(min(_read()["prompts"], key=need), tag, ui_language)


def find_prompt(key: str, locale: str, ui_language: str) -> Prompt:
    """Returns the prompt with this key.

    Raises:
        NotFound: there is none.
        InvalidInput: ``locale`` or ``ui_language`` is no language tag.
    """
    for entry in _read()["prompts"]:
        if entry["key"] == key:
            return _tell(entry, locale, ui_language)
    raise NotFound(f"there is no prompt {key!r:.80}")


def list_prompts(locale: str, ui_language: str = _FALLBACK) -> list[Prompt]:
    """Returns every prompt as it is told to who reads ``locale`` or else ``ui_language``."""
    return [_tell(entry, locale, ui_language) for entry in _read()["prompts"]]


def _tell(entry: dict[str, Any], locale: str, ui_language: str) -> Prompt:
    texts = entry["text"]
    language = find_language(texts, (locale, ui_language)) or _FALLBACK
    text = _read()["ask"][language].format(situation=texts[language])
    return Prompt(entry["key"], entry["domain"], entry["intent"], text, language)


@cache
def _read() -> dict[str, Any]:
    text = resources.files("vernacular.collection").joinpath("prompts.toml").read_text("utf-8")
    return tomllib.loads(text)
