from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.texts import ANY_TEXT
from vernacular.corpus.graphemes import cuts_cluster
from vernacular.corpus.words import split_words

UNITS = ("word", "character")


def words_of(text: str, unit: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text, unit)]


def test_words_lie_between_spaces_of_any_kind() -> None:
    assert words_of(" wake\u00a0me \t at\u3000five ", "word") == ["wake", "me", "at", "five"]


def test_character_locales_give_each_character_a_word() -> None:
    assert words_of("今週は 五時に", "character") == ["今", "週", "は", "五", "時", "に"]


def test_character_locales_keep_latin_words_and_numbers_whole() -> None:
    assert words_of("把wifi 5g打开", "character") == ["把", "wifi", "5g", "打", "开"]


def test_a_character_keeps_its_marks() -> None:
    assert words_of("ｶﾞ時\ufe00", "character") == ["ｶﾞ", "時\ufe00"]


def test_a_vowel_sign_left_alone_is_a_word() -> None:
    assert words_of("খাবার ের", "word") == ["খাবার", "ের"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("text", ["", " ", "\u3000\t"])
def test_nothing_but_space_has_no_words(text: str, unit: str) -> None:
    assert split_words(text, unit) == []


@given(ANY_TEXT, st.sampled_from(UNITS))
def test_words_are_whole_ordered_and_leave_only_space_behind(text: str, unit: str) -> None:
    spans = split_words(text, unit)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert not any(cuts_cluster(text, border) for span in spans for border in span)
    covered = {at for start, end in spans for at in range(start, end)}
    assert covered == {at for at, sign in enumerate(text) if not sign.isspace()}
