import pytest
import regex
from hypothesis import given

from tests.corpus.texts import ANY_TEXT
from vernacular.corpus.graphemes import cuts_cluster


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("abc", []),
        ("e\u0301t\u00e9", [1]),
        ("กำ", [1]),  # SARA AM belongs to its consonant
        ("क्षमा", [1, 2, 4]),  # a conjunct, then a vowel sign
        ("👩‍👩‍👧", [1, 2, 3, 4]),
        ("🇰🇪🇹🇿", [1, 3]),  # flags pair up from the left
        ("🇰🇪🇹", [1]),
        ("가", []),
        ("\u1100\u1161", [1]),
    ],
)
def test_a_cut_inside_a_character_is_seen(text: str, inside: list[int]) -> None:
    assert [at for at in range(len(text) + 1) if cuts_cluster(text, at)] == inside


def test_a_mark_after_a_space_starts_a_word_of_its_own() -> None:
    # As in bn-BD of MASSIVE, where a vowel sign stands alone after a space.
    assert not cuts_cluster("খাবার ের", 6)
    assert not cuts_cluster("\u0600 a", 1)


@given(ANY_TEXT)
def test_the_cuts_are_those_of_unicode_between_spaces(text: str) -> None:
    borders = {0}
    end = 0
    for chunk in text.split():
        start = text.index(chunk, end)
        end = start + len(chunk)
        borders |= {start}
        borders |= {start + match.end() for match in regex.finditer(r"\X", chunk)}
    borders |= {at for at in range(1, len(text) + 1) if text[at - 1].isspace()}
    borders |= {len(text)}
    assert {at for at in range(len(text) + 1) if not cuts_cluster(text, at)} == borders
