from __future__ import annotations

import pytest

import backend


@pytest.mark.parametrize(
    ("seconds", "english", "arabic"),
    [
        (0, "0 seconds", "0 ثانية"),
        (1.04, "1 second", "ثانية"),
        (1.46, "1.5 seconds", "1.5 ثانية"),
        (34.4, "34 seconds", "34 ثانية"),
        (1030, "17 minutes", "17 دقيقة"),
        (9000, "150 minutes", "150 دقيقة"),
        (18000, "5 hours", "5 ساعات"),
    ],
)
def test_how_long_something_lasts_is_said_in_a_unit_that_fits(
    seconds: float, english: str, arabic: str
) -> None:
    assert backend.duration(seconds, "en") == english
    assert backend.duration(seconds, "ar") == arabic


@pytest.mark.parametrize(
    ("words", "english", "arabic"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A and B", "A وB"),
        (["A", "<bdi>{0}</bdi>", "C"], "A, <bdi>{0}</bdi>, and C", "A و<bdi>{0}</bdi> وC"),
    ],
)
def test_words_are_listed_as_the_language_lists_them(
    words: list[str], english: str, arabic: str
) -> None:
    assert backend.enumeration(words, "en") == english
    assert backend.enumeration(words, "ar") == arabic
