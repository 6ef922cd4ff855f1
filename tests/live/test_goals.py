from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.massive_labels import DOMAINS
from vernacular.collection.prompts import list_prompts
from vernacular.corpus.language_texts import find_language
from vernacular.corpus.locales import find_locale
from vernacular.corpus.massive import read_massive
from vernacular.errors import InvalidInput
from vernacular.live.goals import Goal, Task, find_goal, list_goals, next_task

SEED = Path(__file__).parents[2] / "seed_data" / "massive" / "massive-1.1-test.tar.xz"
LOCALES = {
    "ar-SA": "ar",
    "de-DE": "de",
    "en-US": "en",
    "es-ES": "es",
    "fr-FR": "fr",
    "hi-IN": "hi",
    "id-ID": "id",
    "it-IT": "it",
    "ja-JP": "ja",
    "pt-PT": "pt",
    "ru-RU": "ru",
    "sw-KE": "sw",
    "tr-TR": "tr",
    "zh-CN": "zh-Hans",
    "zh-TW": "zh-Hant",
}
"""The locales whose languages everything is told in, with the keys of these languages."""


def read_data() -> list[dict[str, Any]]:
    text = resources.files("vernacular.live").joinpath("goals.toml").read_text("utf-8")
    goals: list[dict[str, Any]] = tomllib.loads(text)["goals"]
    return goals


GOALS = read_data()
TASKS = [task for goal in GOALS for task in goal["tasks"]]
OPEN_TASKS = [task for task in TASKS if "locales" not in task]


def task_of(key: str, locale: str, ui_language: str = "en") -> Task | None:
    goal = find_goal(key.partition(".")[0], locale, ui_language)
    assert goal is not None
    return next((task for task in goal.tasks if task.key == key), None)


def test_there_are_six_goals_or_more_with_four_to_six_tasks_each() -> None:
    assert len(GOALS) >= 6
    for locale in (*LOCALES, "xx-XX"):
        assert {len(goal.tasks) for goal in list_goals(locale)} <= {4, 5, 6}


def test_keys_are_unique_and_say_whose_they_are() -> None:
    keys = [goal["key"] for goal in GOALS] + [task["key"] for task in TASKS]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= 80
    for goal in GOALS:
        assert {task["key"].partition(".")[0] for task in goal["tasks"]} == {goal["key"]}


def test_every_task_is_about_real_intents() -> None:
    for task in TASKS:
        assert task["intents"], task["key"]
        assert set(task["intents"]) <= DOMAINS.keys(), task["key"]


def test_the_languages_are_those_of_the_prompts() -> None:
    told = {one.language for tag in LOCALES for one in list_prompts(tag)}
    assert told - {"en"} <= set(LOCALES.values())
    assert {one.language for one in list_prompts("tr-TR")} == {"tr", "en"}


@pytest.mark.parametrize("entry", [*GOALS, *OPEN_TASKS], ids=lambda one: one["key"])
def test_every_language_tells_every_goal_and_task(entry: dict[str, Any]) -> None:
    texts = entry.get("title") or entry["text"]
    assert texts.keys() >= set(LOCALES.values())
    others = texts.keys() - set(LOCALES.values())
    # What is left are whole tags: a locale's own version of what its language says.
    assert others <= LOCALES.keys()
    assert all(LOCALES[tag] in texts and texts[tag] != texts[LOCALES[tag]] for tag in others)


def test_a_custom_is_told_in_english_and_in_the_languages_of_its_locales() -> None:
    customs = [task for task in TASKS if "locales" in task]
    assert customs
    for task in customs:
        here = {key for tag, key in LOCALES.items() if find_language(task["locales"], [tag])}
        assert task["text"].keys() == here | {"en"}, task["key"]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_language_tells_two_tasks_alike(locale: str) -> None:
    texts = [task.text for goal in list_goals(locale) for task in goal.tasks]
    titles = [goal.title for goal in list_goals(locale)]
    assert len(set(texts + titles)) == len(texts + titles)
    assert all(text == text.strip() and len(text) < 200 for text in texts)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_in_the_script_of_its_language(locale: str) -> None:
    ours = {
        "ar-SA": "[\u0600-\u06ff]",
        "hi-IN": "[\u0900-\u097f]",
        "ja-JP": "[\u3040-\u30ff\u4e00-\u9fff]",
        "ru-RU": "[\u0400-\u04ff]",
        "zh-CN": "[\u4e00-\u9fff]",
        "zh-TW": "[\u4e00-\u9fff]",
    }.get(locale, "[A-Za-z\u00c0-\u024f]")
    for goal in list_goals(locale):
        for text in (goal.title, *(task.text for task in goal.tasks)):
            letters = [one for one in text if one.isalpha()]
            assert letters
            assert [one for one in letters if not re.match(ours, one)] == [], text


@pytest.mark.parametrize("locale", LOCALES)
def test_no_task_quotes_what_people_say_to_an_assistant(locale: str) -> None:
    texts = [task.text.casefold() for goal in list_goals(locale) for task in goal.tasks]
    assert [text for text in texts if re.search('["“”„«»「」『』]', text)] == []
    (file,) = read_massive(SEED, locales=[locale])
    has_words = find_locale(locale).unit == "word"
    said = {one.text.casefold().strip() for one in file.utterances}
    long = [one for one in said if (len(one.split()) >= 4 if has_words else len(one) >= 8)]
    assert len(long) > 1000
    assert [one for one in long if any(one in text for text in texts)] == []


@pytest.mark.parametrize(
    ("locale", "ui_language", "language"),
    [
        ("hi-IN", "ar", "hi-IN"),
        ("hi-FJ", "ar", "hi"),
        ("am-ET", "ar", "ar"),
        ("am-ET", "mn", "en"),
        ("zh-Hant-HK", "en", "zh-Hant"),
        ("hi-Latn-IN", "en", "en"),
        ("ar-EG", "en", "ar"),
    ],
)
def test_a_task_is_told_in_the_locale_then_its_language_then_the_readers_then_english(
    locale: str, ui_language: str, language: str
) -> None:
    task = task_of("holiday.when", locale, ui_language)
    assert task is not None
    assert task.language == language


def test_a_custom_is_suggested_only_where_it_is_one() -> None:
    here = {tag for tag in ("ar-SA", "ar-EG", "ur-PK", "bn-BD") if task_of("morning.fasting", tag)}
    assert here == {"ar-SA", "ar-EG", "ur-PK", "bn-BD"}
    assert task_of("morning.fasting", "bn-IN") is None
    assert task_of("morning.fasting", "de-DE") is None
    # Whose locale it is counts, not who reads it.
    assert task_of("morning.fasting", "de-DE", "ar") is None


def test_a_goal_that_is_not_known_is_none() -> None:
    assert find_goal("conquer", "en-US") is None


def test_what_is_no_locale_is_refused() -> None:
    with pytest.raises(InvalidInput):
        list_goals("?")


def a_goal() -> Goal:
    goal = find_goal("morning", "de-DE")
    assert goal is not None
    return goal


def test_tasks_come_in_their_order_and_end() -> None:
    goal, done = a_goal(), list[str]()
    while task := next_task(goal, done):
        done.append(task.key)
    assert done == [task.key for task in goal.tasks]


def test_a_skipped_task_comes_back_after_the_others() -> None:
    goal = a_goal()
    first, second, *others = [task.key for task in goal.tasks]
    assert next_task(goal, [], second) == goal.tasks[1]
    assert next_task(goal, others, second) == goal.tasks[1]
    assert next_task(goal, [second, *others], second) == goal.tasks[0]
    assert next_task(goal, [first], "conquer.all") == goal.tasks[1]


@given(
    done=st.sets(st.sampled_from([task.key for task in a_goal().tasks])),
    since=st.none() | st.sampled_from([task.key for task in a_goal().tasks]),
)
def test_who_passes_over_whatever_is_next_sees_all_that_is_left_once_and_then_again(
    done: set[str], since: str | None
) -> None:
    goal = a_goal()
    left = {one.key for one in goal.tasks if one.key not in done}
    seen = []
    while (task := next_task(goal, done, since)) and task.key not in seen:
        seen.append(task.key)
        following = next_task(goal, [*done, task.key], task.key)
        since = following.key if following else task.key
    assert len(seen) == len(left) and set(seen) == left
    assert (task is None) if not left else (task is not None and task.key == seen[0])
