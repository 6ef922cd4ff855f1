import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.texts import ANY_TEXT, annotated_texts
from vernacular.corpus.annotation import (
    align_annotation,
    check_slots,
    parse_annotation,
    write_annotation,
)
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


def values_of(text: str, slots: tuple[Slot, ...]) -> list[tuple[str, str]]:
    return [(slot.label, text[slot.start : slot.end]) for slot in slots]


def test_a_bracket_becomes_a_slot_and_leaves_the_text() -> None:
    assert parse_annotation("wake me at [time : five am] [date : today]") == (
        "wake me at five am today",
        (Slot("time", 11, 18), Slot("date", 19, 24)),
    )


def test_text_without_brackets_has_no_slots() -> None:
    assert parse_annotation("olly: quiet") == ("olly: quiet", ())


def test_a_value_may_hold_colons() -> None:
    text, slots = parse_annotation("[time : 5 : 30] [x:a:b]")
    assert values_of(text, slots) == [("time", "5 : 30"), ("x", "a:b")]


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        ("wake me [time : five", "'[time : five' is never closed"),
        ("[a : b] [", "'[' is never closed"),
        ("wake ] me", "a ] without its [ in 'wake ] me'"),
        ("[time : five] am]", "a ] without its [ in ' am]'"),
        ("[date : next [time : five]]", "'[date : next ' holds another bracket"),
        ("[time five]", "'[time five]' has no colon between label and value"),
        ("[ : five]", "'[ : five]' has no label before its colon"),
        ("[time : ]", "'[time : ]' has no value after its colon"),
        ("[]", "'[]' has no colon"),
    ],
)
def test_a_faulty_bracket_is_named_with_its_fault(annotation: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_annotation(annotation)
    assert reason in refusal.value.reason


def test_spans_count_code_points_of_the_text_as_given() -> None:
    text = "réveille 👩‍👩‍👧 à cinq heures"  # the e carries a separate accent
    decomposed = text.replace("é", "e\u0301")
    annotation = decomposed.replace("cinq heures", "[time : cinq heures]")
    (slot,) = align_annotation(annotation, decomposed)
    assert decomposed[slot.start : slot.end] == "cinq heures"
    assert slot.start == len("re\u0301veille 👩‍👩‍👧 à ")


def test_spaces_around_brackets_do_not_move_a_span() -> None:
    text = "今週は午前五時に 起こして"
    annotation = "[date : 今週] は [time : 午前五時] に 起こして"
    assert align_annotation(annotation, text) == (Slot("date", 0, 2), Slot("time", 3, 7))


def test_a_value_keeps_the_spaces_the_text_has_inside_it() -> None:
    text = "播放 taylor  swift 的歌"
    (slot,) = align_annotation("播放 [artist_name : taylor swift] 的歌", text)
    assert text[slot.start : slot.end] == "taylor  swift"


def test_an_annotation_of_another_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match="reads 'wake me at five', but the text reads 'wake me"):
        align_annotation("wake me at [time : five]", "wake me at six")


def test_composed_and_decomposed_text_are_not_the_same_text() -> None:
    with pytest.raises(InvalidInput, match="reads"):
        align_annotation("[place_name : orle\u0301ans]", "orl\u00e9ans")


@pytest.mark.parametrize(
    ("annotation", "offset"),
    [
        ("[food_type : cafe]\u0301", 4),
        ("[relation : 👩]‍👧", 1),
        ("🇰[place_name : 🇪]", 1),
        ("[date : ก]ำ", 1),
    ],
)
def test_a_span_may_not_cut_a_character(annotation: str, offset: int) -> None:
    plain, _ = parse_annotation(annotation)
    with pytest.raises(InvalidInput, match=f"would cut a character in two at {offset};"):
        align_annotation(annotation, plain)


@pytest.mark.parametrize(
    ("text", "slots", "unit", "annotation"),
    [
        ("五時に", (Slot("time", 0, 2),), "character", "[time : 五時] に"),
        (
            "明日五時",
            (Slot("date", 0, 2), Slot("time", 2, 4)),
            "character",
            "[date : 明日] [time : 五時]",
        ),
        ("朝 五時 に", (Slot("time", 2, 4),), "character", "朝 [time : 五時] に"),
        ("朝五時", (Slot("time", 1, 3),), "character", "朝 [time : 五時]"),
        ("l'heure", (Slot("time", 2, 7),), "word", "l'[time : heure]"),
        ("no slots", (), "word", "no slots"),
    ],
)
def test_brackets_are_spaced_as_massive_does(
    text: str, slots: tuple[Slot, ...], unit: str, annotation: str
) -> None:
    assert write_annotation(text, slots, unit) == annotation


@given(annotated_texts(), st.sampled_from(["word", "character"]))
def test_what_was_written_is_read_back_exactly(
    annotated: tuple[str, tuple[Slot, ...]], unit: str
) -> None:
    text, slots = annotated
    annotation = write_annotation(text, slots, unit)
    assert align_annotation(annotation, text) == slots
    if unit == "word":
        assert parse_annotation(annotation) == (text, slots)


@given(st.lists(st.sampled_from(["[", "]", ":", " "]) | ANY_TEXT, max_size=12).map("".join))
def test_any_annotation_gives_slots_that_fit_or_an_explanation(annotation: str) -> None:
    try:
        text, slots = parse_annotation(annotation)
    except InvalidInput as refusal:
        assert refusal.reason
        return
    assert "[" not in text
    assert "]" not in text
    try:
        assert align_annotation(annotation, text) == slots
    except InvalidInput as refusal:
        assert "would cut a character" in refusal.reason
        return
    check_slots(text, slots)


@pytest.mark.parametrize("text", ["press [enter", "a ] b", "[a : b]"])
def test_a_text_with_brackets_cannot_be_written(text: str) -> None:
    with pytest.raises(InvalidInput, match="holds a bracket"):
        write_annotation(text, ())


@pytest.mark.parametrize(
    ("slots", "reason"),
    [
        ([Slot("", 0, 4)], "'' cannot be a slot label"),
        ([Slot(" time", 0, 4)], "' time' cannot be a slot label"),
        ([Slot("a:b", 0, 4)], "'a:b' cannot be a slot label"),
        ([Slot("a]", 0, 4)], "'a]' cannot be a slot label"),
        ([Slot("time", 4, 4)], "spans 4 to 4, but the text has 13 characters"),
        ([Slot("time", 5, 14)], "spans 5 to 14, but the text has 13 characters"),
        ([Slot("time", -4, -1)], "spans -4 to -1"),
        ([Slot("a", 0, 7), Slot("b", 5, 9)], "slot b starts at 5, before the slot left of it"),
        ([Slot("b", 5, 9), Slot("a", 0, 4)], "slot a starts at 0, before the slot left of it"),
        ([Slot("time", 4, 7)], "' me' starts or ends on white space"),
        ([Slot("time", 0, 5)], "'wake ' starts or ends on white space"),
        ([Slot("time", 8, 12)], "would cut a character in two at 12"),
    ],
)
def test_slots_that_do_not_fit_are_refused(slots: list[Slot], reason: str) -> None:
    text = "wake me cafe\u0301"
    for refuse in (check_slots, write_annotation):
        with pytest.raises(InvalidInput) as refusal:
            refuse(text, slots)
        assert reason in refusal.value.reason
