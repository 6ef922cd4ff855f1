"""Whatever is chosen of what the grammar allows is a good answer of whole words."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.assistants.in_context.answer_schema import read_answer
from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.in_context.slot_grammar import (
    MAX_VALUE_WORDS,
    SlotGrammar,
    SlotWriter,
)
from vernacular.assistants.stages import Typed
from vernacular.corpus.annotation import check_slots
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import InvalidInput

LABELS = Labels(("alarm_set",), ("date", "date_range", "time"))


def encode_letters(fragments: Sequence[str]) -> list[list[int]]:
    """One token for each character: the smallest tokens there can be."""
    return [list(map(ord, one)) for one in fragments]


def encode_words(fragments: Sequence[str]) -> list[list[int]]:
    """Tokens of up to three characters, so that signs and letters stick together."""
    return [
        [int.from_bytes(one[i : i + 3].encode("utf-32"), "big") for i in range(0, len(one), 3)]
        for one in fragments
    ]


def spell(tokens: Sequence[int]) -> str:
    return "".join(map(chr, tokens))


GRAMMAR = SlotGrammar(LABELS.slots, encode_letters)


def write(writer: SlotWriter, wanted: str) -> str:
    """What is written where the model wants to say ``wanted``."""
    written = ""
    while allowed := writer.allowed:
        token = ord(wanted[len(written)])
        assert token in allowed, f"{wanted[len(written)]!r} after {written!r}"
        written += spell(writer.take(token))
        assert wanted.startswith(written), f"{written!r} after all"
    return written


def test_an_answer_of_known_labels_and_words_of_the_request_can_be_written() -> None:
    writer = SlotWriter(GRAMMAR, "wake me at five tomorrow", "en-US", 500)
    wanted = ' [{"label": "time", "value": "five"}, {"label": "date", "value": "tomorrow"}]}'
    assert write(writer, wanted) == wanted
    assert writer.slots == (Slot("time", 11, 15), Slot("date", 16, 24))


def test_an_answer_may_name_no_slot() -> None:
    writer = SlotWriter(GRAMMAR, "wake me", "en-US", 500)
    assert write(writer, " []}") == " []}"
    assert writer.slots == ()


def test_a_value_said_twice_takes_its_places_in_order_and_then_is_gone() -> None:
    writer = SlotWriter(GRAMMAR, "five to five", "en-US", 500)
    one = '{"label": "time", "value": "five"}'
    assert write(writer, f" [{one}, {one}]}}").count("five") == 2
    assert writer.slots == (Slot("time", 0, 4), Slot("time", 8, 12))
    with pytest.raises(AssertionError, match="after all"):
        write(SlotWriter(GRAMMAR, "five to five", "en-US", 500), f" [{one}, {one}, {one}]}}")


@pytest.mark.parametrize("value", ["fiv", "ive", "five tomorrow", "at  five", "six"])
def test_nothing_but_whole_words_that_stand_together_can_be_a_value(value: str) -> None:
    writer = SlotWriter(GRAMMAR, "wake me at five or six-thirty tomorrow", "en-US", 500)
    with pytest.raises(AssertionError, match="after"):
        write(writer, f' [{{"label": "time", "value": "{value}"}}]}}')


def test_a_request_without_a_word_has_no_slot_to_write() -> None:
    writer = SlotWriter(GRAMMAR, " \n", "en-US", 500)
    assert writer.allowed == []
    assert writer.slots == ()


def test_no_slot_is_kept_that_is_open_when_the_tokens_are_used_up() -> None:
    text = "wake me at five tomorrow"
    wanted = ' [{"label": "time", "value": "five"}, {"label": "date", "value": "tomorrow"}]}'
    short = SlotWriter(GRAMMAR, text, "en-US", wanted.index("tomorrow"))
    assert write(short, wanted) != wanted
    assert short.slots == (Slot("time", 11, 15),)


def test_a_value_has_a_bounded_number_of_words() -> None:
    words = [f"w{i}" for i in range(MAX_VALUE_WORDS + 1)]
    writer = SlotWriter(GRAMMAR, " ".join(words), "en-US", 5_000)
    longest = " ".join(words[:-1])
    write(writer, f' [{{"label": "date", "value": "{longest}"}}]}}')
    assert writer.slots == (Slot("date", 0, len(longest)),)
    with pytest.raises(AssertionError, match="after"):
        write(
            SlotWriter(GRAMMAR, " ".join(words), "en-US", 5_000),
            f' [{{"label": "date", "value": "{" ".join(words)}"}}]}}',
        )


def test_a_tag_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not a locale tag"):
        SlotWriter(GRAMMAR, "wake me", "??", 500)


TEXT = st.text(alphabet='ab c"\\<[\n早上五\u0301क\u093f👩\u200d', min_size=1, max_size=14)


@given(text=TEXT, locale=st.sampled_from(["en-US", "zh-CN", "hi-IN"]), data=st.data())
def test_whatever_is_chosen_is_an_answer_that_reads_as_its_slots(
    text: str, locale: str, data: st.DataObject
) -> None:
    writer = SlotWriter(GRAMMAR, text, locale, 10_000)
    written = "" if writer.allowed else " []}"
    while allowed := writer.allowed:
        written += spell(writer.take(data.draw(st.sampled_from(sorted(allowed)))))
    if not written.endswith("]}"):
        written += "}]}"  # what is certain after the quote of the last word is not written
    answer = f'{{"intent": "alarm_set",{spell(GRAMMAR.opening)}{written}'
    json.loads(answer)
    read = read_answer(answer, Typed(text, locale), LABELS)
    assert read.slots == writer.slots
    check_slots(text, writer.slots)
    words = split_words(text, find_locale(locale).slot_unit)
    assert {one.start for one in writer.slots} <= {start for start, _ in words}
    assert {one.end for one in writer.slots} <= {end for _, end in words}


@given(text=TEXT, data=st.data())
def test_any_tokens_lead_to_an_end(text: str, data: st.DataObject) -> None:
    """Also tokens that run over the border of two words."""
    grammar = SlotGrammar(LABELS.slots, encode_words)
    writer = SlotWriter(grammar, text, "en-US", 10_000)
    n_asked = 0
    while allowed := writer.allowed:
        writer.take(data.draw(st.sampled_from(sorted(allowed))))
        n_asked += 1
        assert n_asked < 200
    check_slots(text, writer.slots)
