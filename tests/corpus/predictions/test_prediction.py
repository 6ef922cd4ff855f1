import pytest

from vernacular.corpus.predictions.prediction import Prediction, fit_slots
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


def prediction(slots: tuple[Slot, ...] | None, **changes: str) -> Prediction:
    return Prediction(4, "1", "ja-JP", "alarm_set", slots=slots, **changes)  # type: ignore[arg-type]


def test_spans_that_fit_the_suites_text_stay() -> None:
    slots = (Slot("time", 5, 13),)
    assert fit_slots(prediction(slots), "amka saa tatu") == slots
    assert fit_slots(prediction(slots, reference_text="amka saa tatu"), "amka saa tatu") == slots


def test_spans_move_to_where_the_suites_text_has_its_spaces() -> None:
    slots = (Slot("date", 0, 2), Slot("time", 5, 7))
    spaced = prediction(slots, reference_text="今週 は 五時 に")
    assert fit_slots(spaced, "今週は五時に") == (Slot("date", 0, 2), Slot("time", 3, 5))


def test_spans_of_a_transcript_stay_whatever_was_said() -> None:
    slots = (Slot("time", 0, 8),)
    assert fit_slots(prediction(slots, transcript="saa tatu"), "saa") == slots


def test_no_slots_fit_any_text() -> None:
    assert fit_slots(prediction(None), "amka") == ()
    assert fit_slots(prediction((), reference_text="lala"), "amka") == ()


@pytest.mark.parametrize(
    ("slots", "carried", "reason"),
    [
        ((Slot("time", 5, 14),), None, "spans 5 to 14, but the text has 13 characters"),
        ((Slot("time", 5, 13),), "lala saa tatu", "but the text reads 'amka saa tatu'"),
    ],
)
def test_spans_that_do_not_fit_are_told_with_their_line(
    slots: tuple[Slot, ...], carried: str | None, reason: str
) -> None:
    one = Prediction(4, "1", "sw-KE", "alarm_set", slots=slots, reference_text=carried)
    with pytest.raises(InvalidInput) as caught:
        fit_slots(one, "amka saa tatu")
    assert (caught.value.line, caught.value.field) == (4, "slots")
    assert reason in caught.value.reason
