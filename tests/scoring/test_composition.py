import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.texts import ANY_TEXT
from vernacular.scoring.composition import CompositionCheck

# Vowel signs that join, what they join, what must not hide behind them, and canonical order.
PIECES = [
    *"\u09c7\u09be\u09d7ক\u09bc\u09cd \u0b47\u0b56\u0b3e\u0b57 \u0b92\u0bc6\u0bc7\u0bbe\u0bd7",
    *"\u0cbf\u0cc6\u0cca\u0cc2\u0cd5\u0cd6 \u0d46\u0d47\u0d3e\u0d57\u0d4d",
    *"\u0dd9\u0dcf\u0dca\u0ddf\u0ddc",
    *"\u1025\u102e\u1037\u1039 e\u0301\u0323\u093c\u0928\u1100\u1161ｶﾞ",
]


def prepared() -> CompositionCheck:
    check = CompositionCheck()
    for piece in PIECES:
        check.meet(piece)
    return check


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@given(text=st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | ANY_TEXT)
def test_the_answer_is_that_of_unicodedata(form: str, text: str) -> None:
    for check in (CompositionCheck(), prepared()):
        assert check.is_normalized(form, text) == unicodedata.is_normalized(form, text)


def test_a_vowel_sign_counts_against_a_text_only_where_it_joins() -> None:
    check = prepared()
    assert check.is_normalized("NFC", "கா")
    assert not check.is_normalized("NFC", "க\u0bc6\u0bbe")
    assert check.is_normalized("NFC", "கொ")
