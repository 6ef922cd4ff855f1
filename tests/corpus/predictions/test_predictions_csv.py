from pathlib import Path

import pytest

from tests.corpus.predictions.prediction_files import answer, lines, read_bytes
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

FULL = "id,locale,intent,intent_confidence,annot_utt,text,latency_ms,error\n"


def test_a_row_becomes_a_prediction_with_all_it_says(tmp_path: Path) -> None:
    content = (
        FULL
        + "7,SW-ke,alarm_set,0.93,amka [time : saa tatu],amka saa tatu,12,\n"
        + "8,sw-KE,,,,,30000,timed out\n"
    )
    read = read_bytes(tmp_path, "p.csv", content)
    assert read.rows == (
        Prediction(
            line=2,
            external_id="7",
            locale="sw-KE",
            intent="alarm_set",
            intent_confidence=0.93,
            slots=(Slot("time", 5, 13),),
            reference_text="amka saa tatu",
            latency_ms=12.0,
        ),
        Prediction(3, "8", "sw-KE", latency_ms=30_000.0, error="timed out"),
    )
    assert (read.has_intents, read.has_slots, read.has_transcripts) == (True, True, False)


def test_slots_may_be_the_json_list(tmp_path: Path) -> None:
    cell = '"[{""label"": ""time"", ""start"": 0, ""end"": 3}]"'
    (row,) = read_bytes(tmp_path, "p.csv", f"id,slots\n1,{cell}\n", "sw-KE").rows
    assert row.slots == (Slot("time", 0, 3),)


@pytest.mark.parametrize(
    ("name", "delimiter"), [("p.csv", ","), ("p.csv", ";"), ("p.csv", "\t"), ("p.tsv", "\t")]
)
def test_the_header_shows_what_parts_the_cells(name: str, delimiter: str, tmp_path: Path) -> None:
    rows = [["id", "locale", "text", "intent"], ["1", "sw-KE", '"a, b; c"', "alarm_set"]]
    content = "\r\n".join(delimiter.join(row) for row in rows)
    assert read_bytes(tmp_path, name, content).rows == (
        Prediction(2, "1", "sw-KE", "alarm_set", reference_text="a, b; c"),
    )


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    content = "\ufeffid,locale,intent\r\n\r\n1,sw-KE,alarm_set\r\n".encode()
    assert read_bytes(tmp_path, "p.csv", content).rows == (
        Prediction(3, "1", "sw-KE", "alarm_set"),
    )


def test_a_quoted_cell_keeps_its_line_ends_and_quotes(tmp_path: Path) -> None:
    content = 'id,locale,transcript\n1,sw-KE,"amka\r\n""sasa"""\n2,sw-KE,lala\n'
    read = read_bytes(tmp_path, "p.csv", content)
    assert [(row.line, row.transcript) for row in read.rows] == [
        (2, 'amka\r\n"sasa"'),
        (4, "lala"),
    ]


def test_whoever_heard_nothing_stays_in_the_error_rate(tmp_path: Path) -> None:
    content = "id,locale,transcript,error\n1,sw-KE,,\n2,sw-KE,lala,\n3,sw-KE,,no audio\n"
    read = read_bytes(tmp_path, "p.csv", content)
    assert [row.transcript for row in read.rows] == ["", "lala", None]


def test_a_column_of_transcripts_without_any_says_nothing(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, "p.csv", "id,locale,intent,transcript\n1,sw-KE,alarm_set,\n")
    assert read.rows[0].transcript is None
    assert not read.has_transcripts


def test_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    (from_csv,) = read_bytes(tmp_path, "p.csv", f"{FULL}1,sw-KE,alarm_set,1e-3,,,.5,\n").rows
    row = answer(1, intent_confidence=0.001, latency_ms=0.5)
    (from_jsonl,) = read_bytes(tmp_path, "p.jsonl", b"\n" + lines(row)).rows
    assert from_csv == from_jsonl


@pytest.mark.parametrize(
    ("header", "field", "reason"),
    [
        ("locale,intent", None, "the header names no id; the columns are id, locale, intent"),
        ("id,intnet", "intnet", "no such field, so it would be lost"),
        ("id,", "", "no such field"),
        ("id,pred_text", "pred_text", "read with the format nemo"),
        ("id,intent,intent", "intent", "stands in the header twice"),
        ('id,"intent', None, "broken CSV: "),
        ("", None, "the header names no id"),
    ],
)
def test_a_bad_header_is_reported(
    header: str, field: str | None, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "p.csv", f"{header}\n1,alarm_set\n")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "p.csv"), 1)
    assert caught.value.field == field
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("2,sw-KE,alarm_set,0.5", None, "has 4 cells, but the header names 8"),
        ("2,sw-KE,alarm_set,0.5,,,,,", None, "has 9 cells, but the header names 8"),
        ("2,,alarm_set,,,,,", "locale", "is missing"),
        (",sw-KE,alarm_set,,,,,", "id", "is missing"),
        ("1,sw-KE,alarm_set,,,,,", "id", "'1' of sw-KE was given before, in line 2"),
        ("2,sw-KE,,,,,,", None, "holds no answer"),
        ("2,sw-KE,alarm_set,,,,,late", "error", "stands beside intent"),
        ('2,sw-KE,alarm_set,"0,93",,,,', "intent_confidence", "write one with a point: 0.93"),
        ("2,sw-KE,alarm_set,nan,,,,", "intent_confidence", "is 'nan', not a number"),
        ("2,sw-KE,alarm_set,٠,,,,", "intent_confidence", "is '٠', not a number"),
        ("2,sw-KE,alarm_set,1.5,,,,", "intent_confidence", "is 1.5, not a number from 0 to 1"),
        ("2,sw-KE,alarm_set,,,,1_000,", "latency_ms", "is '1_000', not a number"),
        ("2,sw-KE,alarm_set,,,,1e999,", "latency_ms", "is inf, not a number"),
        ("2,sw-KE,alarm_set,,[saa],,,", "annot_utt", "has no colon"),
        ('2,sw-KE,"alarm"_set,,,,,', None, "broken CSV: "),
        ('2,sw-KE,"alarm_set,,,,,', None, "broken CSV: "),
        (f"2,sw-KE,{'x' * 200_000},,,,,", None, "broken CSV: field larger than field limit"),
        ("2,sw-KE,alarm_set\r3,sw-KE,", None, "broken CSV: a carriage return stands alone"),
        ("2,sw-KE,a\0,,,,,", None, "holds U+0000"),
    ],
)
def test_a_bad_row_is_reported_with_the_line_it_starts_on(
    row: str, field: str | None, reason: str, tmp_path: Path
) -> None:
    content = f"{FULL}1,sw-KE,alarm_set,,,,,\n{row}\n9,sw-KE,alarm_set,,,,,\n"
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "p.csv", content)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "p.csv"), 3)
    assert caught.value.field == field
    assert reason in caught.value.reason


def test_slots_that_are_no_json_are_reported(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="2: slots: broken JSON"):
        read_bytes(tmp_path, "p.csv", "id,slots\n1,time\n", "sw-KE")
