import io
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.predictions.prediction_files import answer, lines, read_bytes, read_one
from tests.corpus.texts import ANY_TEXT, annotated_texts
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.predictions_jsonl import write_predictions
from vernacular.corpus.predictions.read import read_predictions
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


def test_a_row_becomes_a_prediction_with_all_it_says(tmp_path: Path) -> None:
    row = answer(
        7,
        intent_confidence=0.93,
        slots=[{"label": "time", "start": 8, "end": 16}],
        transcript="niamshe saa tatu",
        text="niamshe saa tatu leo",
        latency_ms=12,
    )
    assert read_one(tmp_path, row) == Prediction(
        line=1,
        external_id="7",
        locale="sw-KE",
        intent="alarm_set",
        intent_confidence=0.93,
        slots=(Slot("time", 8, 16),),
        transcript="niamshe saa tatu",
        reference_text="niamshe saa tatu leo",
        latency_ms=12.0,
        error=None,
    )


def test_null_is_the_same_as_absent(tmp_path: Path) -> None:
    nulls = dict.fromkeys(("slots", "annot_utt", "transcript", "text", "latency_ms", "error"))
    assert read_one(tmp_path, answer(1, **nulls)) == Prediction(1, "1", "sw-KE", "alarm_set")


def test_a_failed_result_says_why(tmp_path: Path) -> None:
    row = answer(1, intent=..., error="timed out after 30 s", latency_ms=30_000)
    assert read_one(tmp_path, row) == Prediction(
        1, "1", "sw-KE", latency_ms=30_000.0, error="timed out after 30 s"
    )


def test_brackets_and_spans_say_the_same(tmp_path: Path) -> None:
    annotated = answer(1, transcript="amka saa tatu", annot_utt="amka [time : saa tatu]")
    spanned = answer(
        1, transcript="amka saa tatu", slots=[{"label": "time", "start": 5, "end": 13}]
    )
    assert read_one(tmp_path, annotated) == read_one(tmp_path, spanned)


def test_brackets_over_typed_text_say_which_text_they_count_in(tmp_path: Path) -> None:
    prediction = read_one(tmp_path, answer(1, annot_utt="amka [time : saa tatu]"))
    assert prediction.transcript is None
    assert prediction.reference_text == "amka saa tatu"
    assert prediction.slots == (Slot("time", 5, 13),)


def test_spaces_that_massive_sets_around_brackets_do_not_matter(tmp_path: Path) -> None:
    spaced = {"transcript": "今週は五時に", "annot_utt": "[date : 今週] は [time : 五時] に"}
    prediction = read_one(tmp_path, answer(1, locale="ja-JP", **spaced))
    assert prediction.slots == (Slot("date", 0, 2), Slot("time", 3, 5))


def test_spans_of_an_unknown_text_are_kept_for_the_suite_to_check(tmp_path: Path) -> None:
    row = answer(1, slots=[{"label": "time", "start": 900, "end": 950}])
    assert read_one(tmp_path, row).slots == (Slot("time", 900, 950),)


def test_slots_are_put_in_the_order_of_the_text(tmp_path: Path) -> None:
    slots = [{"label": "b", "start": 4, "end": 6}, {"label": "a", "start": 0, "end": 4}]
    assert read_one(tmp_path, answer(1, slots=slots)).slots == (Slot("a", 0, 4), Slot("b", 4, 6))


def test_no_slots_and_nothing_said_of_slots_differ(tmp_path: Path) -> None:
    silent = read_bytes(tmp_path, "p.jsonl", lines(answer(1)))
    assert (silent.rows[0].slots, silent.has_slots) == (None, False)
    none = read_bytes(tmp_path, "p.jsonl", lines(answer(1, slots=[])))
    assert (none.rows[0].slots, none.has_slots) == ((), True)


def test_hearing_nothing_is_an_answer(tmp_path: Path) -> None:
    heard = read_bytes(tmp_path, "p.jsonl", lines(answer(1, intent=..., transcript="")))
    assert heard.rows[0].transcript == ""
    assert (heard.has_intents, heard.has_transcripts) == (False, True)


def test_one_row_is_enough_to_cover_a_stage(tmp_path: Path) -> None:
    rows = lines(answer(1), answer(2, intent=..., transcript="amka"))
    read = read_bytes(tmp_path, "p.jsonl", rows)
    assert (read.has_intents, read.has_slots, read.has_transcripts) == (True, False, True)


def test_a_locale_for_the_whole_file_fills_the_gaps(tmp_path: Path) -> None:
    rows = lines(answer(1, locale=...), answer(2, locale="SW-ke"), answer(3, locale="sw"))
    read = read_bytes(tmp_path, "p.jsonl", rows, locale="sw-ke")
    assert [row.locale for row in read.rows] == ["sw-KE"] * 3


def test_the_same_id_in_two_locales_is_two_utterances(tmp_path: Path) -> None:
    rows = lines(answer(1), answer(1, locale="tr-TR"))
    assert len(read_bytes(tmp_path, "p.jsonl", rows).rows) == 2


SPAN = {"label": "time", "start": 5, "end": 13}
HEARD = {"transcript": "amka saa tatu"}
BAD_ROWS = [
    (b'{"id": "2",', None, "broken JSON: "),
    (b"[" * 100_000, None, "JSON that cannot be read: "),
    (b'["2"]', None, "a JSON list where an object is expected"),
    (b'{"id": "2", "intent": "a", "id": "3"}', "id", "is given twice"),
    (lines(answer(2, id=...)), "id", "is missing"),
    (lines(answer(2, id=" ")), "id", "is empty"),
    (lines(answer(2, id=2)), "id", "is a JSON number where a string is expected"),
    (lines(answer(2, id="2" * 81)), "id", "has up to 80 characters, this one has 81"),
    (lines(answer(1)), "id", "'1' of sw-KE was given before, in line 1"),
    (lines(answer(1, locale="SW-ke")), "id", "'1' of sw-KE was given before, in line 1"),
    (lines(answer(2, locale=...)), "locale", "is missing; give it here or for the whole file"),
    (lines(answer(2, locale="sw_KE")), "locale", "'sw_KE' is not a locale tag"),
    (lines(answer(2, intnet="x")), "intnet", "no such field, so it would be lost; there are id, "),
    (lines(answer(2, pred_text="x")), "pred_text", "read with the format nemo"),
    (lines(answer(2, intent=3)), "intent", "is a JSON number where a string is expected"),
    (lines(answer(2, intent="")), "intent", "must be a name"),
    (lines(answer(2, intent=" alarm_set")), "intent", "must be a name without spaces around it"),
    (lines(answer(2, intent_confidence=1.2)), "intent_confidence", "is 1.2, not a number from 0"),
    (lines(answer(2, intent_confidence=-0.1)), "intent_confidence", "is -0.1, not a number"),
    (lines(answer(2, intent_confidence=math.nan)), "intent_confidence", "is nan, not a number"),
    (lines(answer(2, intent_confidence=True)), "intent_confidence", "is a JSON boolean, not a"),
    (
        lines(answer(2, intent=..., transcript="a", intent_confidence=0.5)),
        "intent_confidence",
        "belongs to an intent, but there is none",
    ),
    (lines(answer(2, latency_ms=-1)), "latency_ms", "is -1, not a number of milliseconds"),
    (lines(answer(2, latency_ms=math.inf)), "latency_ms", "is inf, not a number"),
    (lines(answer(2, latency_ms=10**400)), "latency_ms", "not a number of milliseconds"),
    (lines(answer(2, latency_ms="12")), "latency_ms", "is a JSON string, not a number"),
    (lines(answer(2, intent=...)), None, "holds no answer; give one of intent, slots, annot_utt"),
    (lines(answer(2, intent=..., text="amka")), None, "holds no answer"),
    (lines(answer(2, error="late")), "error", "stands beside intent; a row holds an error or an"),
    (lines(answer(2, intent=..., slots=[], error="late")), "error", "stands beside slots"),
    (
        lines(answer(2, intent=..., intent_confidence=0.1, error="late")),
        "error",
        "stands beside intent_confidence",
    ),
    (lines(answer(2, error="")), "error", "is empty; leave it out where nothing failed"),
    (lines(answer(2, transcript=["a"])), "transcript", "is a JSON list where a string is expected"),
    (lines(answer(2, slots="time")), "slots", "is a JSON string where a list is expected"),
    (lines(answer(2, slots=[SPAN, "time"])), "slots[1]", "is not of the form"),
    (lines(answer(2, slots=[SPAN | {"value": "saa"}])), "slots[0]", "is not of the form"),
    (lines(answer(2, slots=[SPAN | {"label": 5}])), "slots[0]", "label is a JSON number"),
    (lines(answer(2, slots=[SPAN | {"label": ""}])), "slots[0]", "must be a name"),
    (lines(answer(2, slots=[SPAN | {"start": 5.0}])), "slots[0]", "are whole numbers"),
    (lines(answer(2, slots=[SPAN | {"start": True}])), "slots[0]", "are whole numbers"),
    (lines(answer(2, slots=[SPAN | {"start": -1}])), "slots[0]", "spans -1 to 13, which is no"),
    (lines(answer(2, slots=[SPAN | {"end": 5}])), "slots[0]", "spans 5 to 5, which is no span"),
    (lines(answer(2, slots=[SPAN | {"end": 10**15}])), "slots[0]", "which is no span"),
    (lines(answer(2, slots=[SPAN, SPAN])), "slots", "before the slot left of it ends at 13"),
    (
        lines(answer(2, slots=[SPAN | {"end": 14}], **HEARD)),
        "slots",
        "slot time spans 5 to 14, but the text has 13 characters",
    ),
    (
        lines(answer(2, slots=[SPAN | {"end": 14}], text="amka saa tatu")),
        "slots",
        "slot time spans 5 to 14, but the text has 13 characters",
    ),
    (
        lines(answer(2, slots=[SPAN | {"start": 0, "end": 4}], transcript="cafe\u0301")),
        "slots",
        "would cut a character in two at 4",
    ),
    (lines(answer(2, annot_utt="amka [time : saa")), "annot_utt", "is never closed"),
    (
        lines(answer(2, annot_utt="lala [time : saa tatu]", **HEARD)),
        "annot_utt",
        "the annotation reads 'lala saa tatu', but the text reads 'amka saa tatu'",
    ),
    (lines(answer(2, annot_utt=f"[{'x' * 81} : saa]")), "annot_utt", "has up to 80 characters"),
    (lines(answer(2, annot_utt="amka", slots=[])), "annot_utt", "stands beside slots"),
    (lines(answer(2, transcript="saa")).replace(b"saa", b"sa\xe1"), None, "byte 0xe1 at offset"),
    (lines(answer(2, transcript="NUL")).replace(b"NUL", b"\\u0000"), "transcript", "U+0000"),
    (lines(answer(2, transcript="NUL")).replace(b"NUL", b"\0"), None, "holds U+0000"),
    (lines(answer(2, transcript="HALF")).replace(b"HALF", b"\\ud83d"), "transcript", "U+D83D"),
    (lines(answer(2, transcript="x" * 1_000_000)), None, "longer than 1,000,000 bytes"),
]


@pytest.mark.parametrize(
    ("bad", "field", "reason"), BAD_ROWS, ids=[reason[:40] for _, _, reason in BAD_ROWS]
)
def test_a_bad_row_is_reported_with_file_line_field_and_reason(
    bad: bytes, field: str | None, reason: str, tmp_path: Path
) -> None:
    content = lines(answer(1)) + bad.rstrip(b"\n") + b"\n" + lines(answer(3))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "p.jsonl", content)
    problem = caught.value
    assert (problem.file, problem.line) == (str(tmp_path / "p.jsonl"), 2)
    assert problem.field == field
    assert reason in problem.reason
    assert "\n" not in problem.reason


def test_a_row_of_another_locale_than_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"'tr-TR', but the file is read as sw-KE"):
        read_one(tmp_path, answer(1, locale="tr-TR"), locale="sw-KE")


def written(predictions: list[Prediction]) -> bytes:
    target = io.StringIO()
    assert write_predictions(predictions, target) == len(predictions)
    return target.getvalue().encode()


def test_what_is_written_has_one_spelling() -> None:
    first = Prediction(
        *(9, "7", "sw-KE", "alarm_set", 0.5, (Slot("time", 0, 3),), "saa tatu", None, 2.5)
    )
    failed = Prediction(10, "8", "sw-KE", error="host down")
    assert written([first, failed]).decode() == (
        '{"id": "7", "locale": "sw-KE", "intent": "alarm_set", "intent_confidence": 0.5, '
        '"slots": [{"label": "time", "start": 0, "end": 3}], "transcript": "saa tatu", '
        '"latency_ms": 2.5}\n'
        '{"id": "8", "locale": "sw-KE", "error": "host down"}\n'
    )


NUMBERS = st.floats(0, allow_infinity=False)
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80).filter(
    lambda text: not text.isspace()
)
STORABLE = ANY_TEXT.map(lambda text: text.replace("\0", ""))


@st.composite
def predictions(draw: st.DrawFn) -> Prediction:
    """Any prediction but its line, which the file decides."""
    common: dict[str, Any] = {
        "line": 1,
        "external_id": draw(IDS),
        "locale": draw(st.sampled_from(("sw-KE", "ug-Arab-CN", "zh-TW"))),
        "latency_ms": draw(st.none() | NUMBERS),
    }
    if draw(st.booleans()):
        error = draw(STORABLE.filter(lambda text: bool(text.strip())))
        return Prediction(**common, error=error, reference_text=draw(st.none() | STORABLE))
    text, slots = draw(annotated_texts().filter(lambda drawn: "\0" not in drawn[0]))
    heard, said = draw(st.sampled_from(((text, None), (text, "something else"), (None, text))))
    return Prediction(
        **common,
        intent="alarm_set",
        intent_confidence=draw(st.none() | st.floats(0, 1)),
        slots=slots,
        transcript=heard,
        reference_text=said,
    )


@given(one=predictions())
def test_what_is_written_is_read_back(
    one: Prediction, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.jsonl"
    path.write_bytes(written([one]))
    read = read_predictions(path)
    assert read.rows == (one,)
    assert written(list(read.rows)) == path.read_bytes()
