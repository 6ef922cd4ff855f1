from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collection.situations import submit
from tests.testers import write_tester
from vernacular.collection.duplicates import duplicate_key, find_duplicates, fold_text
from vernacular.errors import InvalidInput
from vernacular.store.database import Store


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wake me at 5!", "wake me, at 5"),
        ("Ｗａｋｅ me", "wake me"),
        ("STRASSE", "straße"),
        ("caf\u00e9", "cafe\u0301"),
        ("می\u200cخواهم", "میخواهم"),
        ("今日は、晴れ？", "今日は晴れ"),
    ],
)
def test_case_width_spaces_and_signs_fold_away(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)
    assert duplicate_key("en-US", one) == duplicate_key("en-US", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("कि", "की"),  # Hindi "that" and "of": only the vowel sign differs.
        ("ปา", "ป่า"),  # Thai "to throw" and "forest": only the tone mark differs.
        ("عَلَم", "عِلْم"),  # Arabic "flag" and "knowledge", told apart by their vowels.
        ("wake me at 5", "wake me at 6"),
    ],
)
def test_marks_are_never_folded_away(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)
    assert duplicate_key("en-US", one) != duplicate_key("en-US", other)


@given(st.text())
def test_folding_keeps_every_mark(text: str) -> None:
    folded = fold_text(text)
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if folded != "".join(whole.split()):
        marks = [one for one in whole if unicodedata.category(one)[0] == "M"]
        assert [one for one in folded if unicodedata.category(one)[0] == "M"] == marks


def test_texts_of_signs_only_stay_apart() -> None:
    assert fold_text("👍") != fold_text("👎")
    assert fold_text("? !") == "?!"


def test_the_key_has_16_bytes_and_tells_locales_apart() -> None:
    assert len(duplicate_key("en-US", "hello")) == 16
    assert duplicate_key("en-US", "hello") != duplicate_key("en-GB", "hello")


def test_the_same_text_is_found_before_a_folded_one_and_a_near_one(store: Store) -> None:
    person_id = write_tester(store)
    texts = ["wake me at five in the evening", "Wake me at five in the morning!"]
    for text in [*texts, "wake me at five in the morning", "what is the weather like"]:
        submit(store, person_id, text, despite_duplicates=True)
    submit(store, person_id, "wake me at five in the mornings", despite_duplicates=True)
    with store.reading() as db:
        found = find_duplicates(db, "en-us", "wake me at five in the morning")
    assert [(one.text, one.is_exact, one.where) for one in found] == [
        ("wake me at five in the morning", True, "collected"),
        ("Wake me at five in the morning!", False, "collected"),
        ("wake me at five in the mornings", False, "collected"),
    ]
    # One insertion in 25 letters.
    assert [one.similarity for one in found] == [1, 1, pytest.approx(24 / 25)]


def test_a_similarity_of_nine_tenths_is_near_and_less_is_not(store: Store) -> None:
    person_id = write_tester(store)
    submit(store, person_id, "abcdefghij")
    with store.reading() as db:
        assert [one.similarity for one in find_duplicates(db, "en-US", "abcdefghiX")] == [0.9]
        assert find_duplicates(db, "en-US", "abcdefghXX") == []


def test_composed_and_decomposed_letters_are_the_same_text(store: Store) -> None:
    person_id = write_tester(store)
    submit(store, person_id, "caf\u00e9")
    with store.reading() as db:
        (found,) = find_duplicates(db, "en-US", "cafe\u0301")
    assert found.is_exact


def test_other_locales_are_not_looked_through(store: Store) -> None:
    person_id = write_tester(store)
    submit(store, person_id, "wake me at five", "en-GB")
    with store.reading() as db:
        assert find_duplicates(db, "en-US", "wake me at five") == []


@pytest.mark.parametrize(("locale", "text"), [("x", "hello"), ("en-US", "  ")])
def test_a_value_that_does_not_fit_is_refused(store: Store, locale: str, text: str) -> None:
    with store.reading() as db, pytest.raises(InvalidInput):
        find_duplicates(db, locale, text)
