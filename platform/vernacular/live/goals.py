"""Goals of sessions and what there is to try on the way to them, from ``goals.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from vernacular.corpus.language_texts import find_language

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to try: a situation, never the words to say in it."""

    key: str
    """Begins with its goal's: ``morning.alarm``."""
    intents: tuple[str, ...]
    """What somebody in this situation may want."""
    text: str
    language: str
    """The key that ``text`` was found under: a language, one with a script, or a locale's tag."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a person sets out to do in a session."""

    key: str
    title: str
    language: str
    """Of ``title``, as for a task."""
    tasks: tuple[Task, ...]
    """Those that fit the locale, in the order in which they are suggested."""


@lru_cache(maxsize=256)
def list_goals(locale: str, ui_language: str = _FALLBACK) -> tuple[Goal, ...]:
    """Returns every goal as it is told to who speaks ``locale``, or else reads ``ui_language``.

    Raises:
        InvalidInput: ``locale`` or ``ui_language`` is no language tag.
    """
    return tuple(_tell(entry, (locale, ui_language)) for entry in _read())


def find_goal(key: str, locale: str, ui_language: str = _FALLBACK) -> Goal | None:
    """Returns the goal with this key; None where this version of the platform knows none.

    Raises:
        InvalidInput: ``locale`` or ``ui_language`` is no language tag.
    """
    return next((one for one in list_goals(locale, ui_language) if one.key == key), None)


def next_task(goal: Goal, done: Collection[str], since: str | None = None) -> Task | None:
    """Returns what to try next, or None where everything has been tried.

    Args:
        goal: what the session is about.
        done: keys of what was tried already.
        since: key of the task to go on from, as the last one suggested: what stands before it and
            is not done was passed over and comes back after the others. A key that the goal does
            not have says nothing.
    """
    keys = [one.key for one in goal.tasks]
    start = keys.index(since) if since in keys else 0
    in_turn = goal.tasks[start:] + goal.tasks[:start]
    return next((one for one in in_turn if one.key not in done), None)


def _tell(entry: Mapping[str, Any], tags: tuple[str, str]) -> Goal:
    title, language = _pick(entry["title"], tags)
    tasks = []
    for task in entry["tasks"]:
        if "locales" in task and find_language(task["locales"], tags[:1]) is None:
            continue
        tasks.append(Task(task["key"], tuple(task["intents"]), *_pick(task["text"], tags)))
    return Goal(entry["key"], title, language, tuple(tasks))


def _pick(texts: Mapping[str, str], tags: tuple[str, str]) -> tuple[str, str]:
    """Returns the text that fits best, and the key it is kept under."""
    language = find_language(texts, tags) or _FALLBACK
    return texts[language], language


@cache
def _read() -> list[dict[str, Any]]:
    text = resources.files("vernacular.live").joinpath("goals.toml").read_text("utf-8")
    goals: list[dict[str, Any]] = tomllib.loads(text)["goals"]
    return goals
