from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.collection.situations import prompt, submit
from tests.massive_labels import DOMAINS
from tests.testers import write_tester
from vernacular.collection.prompts import find_prompt, list_prompts, next_prompt, record_skip
from vernacular.errors import InvalidInput, NotFound
from vernacular.store.database import Store

KEYS = [one.key for one in list_prompts("en-US")]

# What the letters of a text must be, for languages whose script is not Latin.
SCRIPTS = {
    "ar-SA": "[\u0600-\u06ff]",
    "hi-IN": "[\u0900-\u097f]",
    "ja-JP": "[\u3040-\u30ff]",
    "ru-RU": "[\u0400-\u04ff]",
    "zh-CN": "[\u4e00-\u9fff]",
    "zh-TW": "[\u4e00-\u9fff]",
}


def test_every_prompt_wants_a_real_intent_of_its_domain() -> None:
    prompts = list_prompts("en-US")
    assert {one.intent: one.domain for one in prompts}.items() <= DOMAINS.items()
    assert {one.domain for one in prompts} == set(DOMAINS.values())
    assert len(set(KEYS)) == len(KEYS) >= 30


@pytest.mark.parametrize("locale", ["en-US", "ar-SA", "de-DE", "es-ES", "fr-FR"])
def test_every_prompt_is_told_in_this_language(locale: str) -> None:
    assert {one.language for one in list_prompts(locale, "sw")} == {locale[:2]}


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("hi-IN", "hi"),
        ("id-ID", "id"),
        ("it-IT", "it"),
        ("ja-JP", "ja"),
        ("pt-PT", "pt"),
        ("ru-RU", "ru"),
        ("sw-KE", "sw"),
        ("tr-TR", "tr"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
    ],
)
def test_twelve_prompts_or_more_are_told_in_this_language(locale: str, language: str) -> None:
    told = [one for one in list_prompts(locale) if one.language == language]
    assert len(told) >= 12


@pytest.mark.parametrize("locale", ["en-US", "de-DE", "tr-TR", "sw-KE", *SCRIPTS])
def test_no_language_tells_two_prompts_alike_or_in_a_foreign_script(locale: str) -> None:
    texts = [one.text for one in list_prompts(locale) if one.language != "en" or locale == "en-US"]
    assert len(set(texts)) == len(texts)
    script = SCRIPTS.get(locale, "[A-Za-z]")
    for text in texts:
        letters = [one for one in text if one.isalpha()]
        # Japanese and Hindi mix in letters of other blocks and marks; most letters must fit.
        assert sum(bool(re.match(script, one)) for one in letters) > len(letters) / 3, text
        assert "{" not in text


def test_a_prompt_is_told_in_the_locale_then_the_reader_then_english() -> None:
    assert find_prompt("early_bus", "sw-KE", "de").language == "sw"
    assert find_prompt("hard_day", "sw-KE", "de").language == "de"
    assert find_prompt("hard_day", "sw-KE", "hi").language == "en"
    assert find_prompt("hard_day", "sw-KE", "ar-EG").text.endswith("ما طلبك من مساعدك؟")


def test_one_script_of_a_language_does_not_serve_the_other() -> None:
    assert find_prompt("early_bus", "zh-Hant-HK", "en").language == "zh-Hant"
    assert find_prompt("early_bus", "hi-Latn-IN", "en").language == "en"


def test_an_unknown_prompt_is_not_found() -> None:
    with pytest.raises(NotFound, match="'none'"):
        find_prompt("none", "en-US", "en")


def test_no_prompt_comes_back_before_all_others_were_answered(store: Store) -> None:
    person_id, given = write_tester(store), []
    for n in range(len(KEYS) + 1):
        with store.reading() as db:
            chosen = next_prompt(db, "en-US", "en", person_id)
        given.append(chosen.key)
        submit(store, person_id, f"{n}" * 20, prompt=chosen, despite_duplicates=True)
    assert sorted(given[:-1]) == sorted(KEYS)
    assert given[-1] in KEYS


def test_a_prompt_passed_over_comes_back_after_all_others(store: Store) -> None:
    person_id, skipped = write_tester(store), []
    with store.writing() as db:
        for _ in range(2 * len(KEYS)):
            skipped.append(next_prompt(db, "en-US", "en", person_id).key)
            record_skip(db, person_id, "en-US", skipped[-1], "no_idea")
    assert Counter(skipped) == dict.fromkeys(KEYS, 2)
    assert sorted(skipped[: len(KEYS)]) == sorted(KEYS)


def test_the_intent_with_the_fewest_utterances_comes_first(store: Store) -> None:
    others, person_id = write_tester(store, "bilal"), write_tester(store)
    for n, key in enumerate(key for key in KEYS if key != "crumbs"):
        submit(store, others, f"{n}" * 20, prompt=prompt(key), despite_duplicates=True)
    with store.reading() as db:
        assert next_prompt(db, "en-US", "en", person_id).key == "crumbs"


def test_what_was_collected_in_another_locale_does_not_count(store: Store) -> None:
    person_id = write_tester(store)
    with store.reading() as db:
        first = next_prompt(db, "en-US", "en", person_id)
    submit(store, person_id, "early please", "en-GB", prompt=first)
    with store.reading() as db:
        assert next_prompt(db, "en-US", "en", person_id) == first
        assert next_prompt(db, "en-GB", "en", person_id) != first


def test_people_do_not_all_begin_with_the_same_prompt(sqlite_store: Store) -> None:
    with sqlite_store.reading() as db:
        first = {next_prompt(db, "en-US", "en", person_id).key for person_id in range(1, 21)}
    assert len(first) > 5


def test_a_locale_or_language_that_is_no_tag_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.reading() as db:
        with pytest.raises(InvalidInput):
            next_prompt(db, "?", "en", 1)
        with pytest.raises(InvalidInput):
            find_prompt("hard_day", "sw-KE", "?")


def test_a_skip_needs_a_known_reason_and_a_known_prompt(sqlite_store: Store) -> None:
    person_id = write_tester(sqlite_store)
    with sqlite_store.writing() as db:
        with pytest.raises(InvalidInput, match="none of unclear"):
            record_skip(db, person_id, "en-US", "hard_day", "bored")
        with pytest.raises(NotFound, match="no prompt"):
            record_skip(db, person_id, "en-US", "no such prompt", "other")
