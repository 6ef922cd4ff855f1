import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.corpus.massive_files import judgment, lines, row, write_files
from tests.corpus.texts import annotated_texts
from vernacular.corpus.locales import find_locale
from vernacular.corpus.massive import MAX_PROBLEMS, MassiveFile, read_massive, write_massive
from vernacular.corpus.massive_rows import read_row, write_row
from vernacular.corpus.utterance import AnnotatedUtterance, Judgment, Slot
from vernacular.errors import InvalidInput


def read_one(
    folder: Path, content: bytes, name: str = "sw-KE.jsonl", *, skip_bad: bool = False
) -> MassiveFile:
    path = folder / name
    path.write_bytes(content)
    (file,) = read_massive(path, skip_bad=skip_bad)
    return file


def written(utterances: list[AnnotatedUtterance]) -> bytes:
    target = io.StringIO()
    assert write_massive(utterances, target) == len(utterances)
    return target.getvalue().encode()


def test_a_row_becomes_an_utterance_with_all_it_says(tmp_path: Path) -> None:
    content = lines(
        row(
            7,
            worker_id="59",
            slot_method=[{"slot": "time", "method": "translation"}],
            judgments=[judgment(), judgment(worker_id="9", grammar_score=0)],
        )
    )
    (utterance,) = read_one(tmp_path, content).utterances
    assert utterance == AnnotatedUtterance(
        external_id="7",
        locale="sw-KE",
        partition="test",
        domain="alarm",
        intent="alarm_set",
        text="niamshe saa tatu",
        slots=(Slot("time", 8, 16),),
        worker_id="59",
        slot_methods=(("time", "translation"),),
        judgments=(
            Judgment("8", 1, 1, 4, 2, "target|english"),
            Judgment("9", 1, 1, 0, 2, "target|english"),
        ),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"worker_id": "1"},
        {"worker_id": "1", "slot_method": [], "judgments": [judgment()]},
        {"slot_method": [{"slot": "time", "method": "unchanged"}], "judgments": []},
        {"utt": "cafe\u0301 “👍🏽”", "annot_utt": "[food_type : cafe\u0301] “👍🏽”"},
        {"annot_utt": "niamshe  [time : saa tatu]"},  # not MASSIVE's own spacing
        {"annot_utt": "niamshe [time: saa tatu ]"},
        {
            "utt": 'a "quoted" \\ tab\t\u007f \u2028',
            "annot_utt": 'a "quoted" \\ tab\t\u007f \u2028',
        },
    ],
)
def test_what_was_read_is_written_back_to_the_same_bytes(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    content = lines(row(1, **changes), row(2))
    assert written(read_one(tmp_path, content).utterances) == content


def test_japanese_is_written_back_with_the_spaces_massive_sets(tmp_path: Path) -> None:
    spaced = {"utt": "今週は五時に", "annot_utt": "[date : 今週] は [time : 五時] に"}
    content = lines(row(1, "ja-JP", **spaced))
    (utterance,) = read_one(tmp_path, content, "ja-JP.jsonl").utterances
    assert utterance.slots == (Slot("date", 0, 2), Slot("time", 3, 5))
    assert utterance.annotation is None
    assert written([utterance]) == content


@given(annotated_texts())
def test_any_utterance_survives_a_round_trip(annotated: tuple[str, tuple[Slot, ...]]) -> None:
    text, slots = annotated
    if not text.strip() or "\0" in text:
        return
    for tag in ("sw-KE", "zh-TW"):
        utterance = AnnotatedUtterance("1", tag, "dev", "alarm", "alarm_set", text, slots)
        assert read_row(write_row(utterance), find_locale(tag)) == utterance


def test_a_corrected_slot_does_not_export_the_old_annotation() -> None:
    utterance = AnnotatedUtterance(
        *("1", "sw-KE", "dev", "alarm", "alarm_set", "saa tatu leo", (Slot("date", 9, 12),)),
        annotation="[time:saa tatu] leo",
    )
    assert '"annot_utt": "saa tatu [date : leo]"' in write_row(utterance)


def test_a_corrected_text_does_not_export_the_old_annotation() -> None:
    utterance = AnnotatedUtterance(
        *("1", "sw-KE", "dev", "alarm", "alarm_set", "saa nne leo", (Slot("time", 0, 7),)),
        annotation="[time:saa tatu] leo",
    )
    assert '"annot_utt": "[time : saa nne] leo"' in write_row(utterance)


def test_an_utterance_that_cannot_be_written_is_named() -> None:
    utterance = AnnotatedUtterance("17", "sw-KE", "dev", "alarm", "alarm_set", "a [b", ())
    with pytest.raises(InvalidInput, match=r"id 17: 'a \[b' holds a bracket"):
        write_massive([utterance], io.StringIO())


BAD_ROWS = [
    (b'{"id": "2",', None, "broken JSON: "),
    (b"[" * 100_000, None, "JSON that cannot be read: "),
    (b'["2"]', None, "a JSON list where an object is expected"),
    (b"7", None, "a JSON number where an object is expected"),
    (lines(row(2, intent=...)), "intent", "is missing"),
    (lines(row(2, utt=" ")), "utt", "is empty"),
    (lines(row(2, id="")), "id", "is empty"),
    (lines(row(2, id=2)), "id", "is a JSON number where a string is expected"),
    (lines(row(2, utt=None)), "utt", "is a JSON null where a string is expected"),
    (lines(row(2, worker_id=3)), "worker_id", "is a JSON number where a string is expected"),
    (lines(row(2, "sw-TZ")), "locale", "is 'sw-TZ', but the file is named after sw-KE"),
    (lines(row(2, "sw_KE")), "locale", "is 'sw_KE', but the file is named after sw-KE"),
    (lines(row(2, partition="valid")), "partition", "'valid' is none of train, dev, test"),
    (lines(row(2, audio="2.wav")), "audio", "the format has no such field"),
    (lines(row(1)), "id", "'1' was given before, in line 1"),
    (lines(row(2, annot_utt="niamshe [time : saa")), "annot_utt", "is never closed"),
    (lines(row(2, annot_utt="niamshe [saa tatu]")), "annot_utt", "has no colon"),
    (lines(row(2, annot_utt="amka [time : saa tatu]")), "annot_utt", "but the text reads"),
    (
        lines(row(2, utt="cafe\u0301", annot_utt="[food_type : cafe]\u0301")),
        "annot_utt",
        "would cut a character in two at 4",
    ),
    (lines(row(2)).replace(b"saa", b"sa\xe1"), None, "byte 0xe1 at offset"),
    (lines(row(2, utt="NUL", annot_utt="NUL")).replace(b"NUL", b"a\\u0000"), "utt", "holds U+0000"),
    (lines(row(2, utt="LONE", annot_utt="LONE")).replace(b"LONE", b"\\ud83d"), "utt", "U+D83D"),
    (lines(row(2, utt="x" * 1_000_000)), None, "the line is longer than 1,000,000 bytes"),
    (lines(row(2, slot_method={})), "slot_method", "is a JSON object where a list is expected"),
    (lines(row(2, slot_method=["time"])), "slot_method", "holds a JSON string where an object"),
    (lines(row(2, slot_method=[{"slot": "time"}])), "slot_method[0]", "it needs slot, method"),
    (
        lines(row(2, slot_method=[{"slot": "time", "method": None}])),
        "slot_method[0]",
        "slot and method are strings",
    ),
    (
        lines(row(2, judgments=[judgment(), judgment(intent_score=3)])),
        "judgments[1]",
        "intent_score is 3, not one of 0 to 2",
    ),
    (lines(row(2, judgments=[judgment(grammar_score=True)])), "judgments[0]", "is True, not one"),
    (lines(row(2, judgments=[judgment(worker_id=8)])), "judgments[0]", "worker_id is 8, not"),
    (
        lines(row(2, judgments=[judgment(language_identification="swahili")])),
        "judgments[0]",
        "language_identification is 'swahili', not target, english or other",
    ),
    (lines(row(2, judgments=[{"worker_id": "1"}])), "judgments[0]", "has the fields worker_id; it"),
]


@pytest.mark.parametrize(
    ("bad", "field", "reason"), BAD_ROWS, ids=[reason[:40] for _, _, reason in BAD_ROWS]
)
def test_a_bad_row_is_reported_with_file_line_field_and_reason(
    bad: bytes, field: str | None, reason: str, tmp_path: Path
) -> None:
    content = lines(row(1)) + bad.rstrip(b"\n") + b"\n" + lines(row(3))
    file = read_one(tmp_path, content)
    (problem,) = file.problems
    assert (problem.file, problem.line) == (str(tmp_path / "sw-KE.jsonl"), 2)
    assert problem.field == field
    assert reason in problem.reason
    assert file.utterances == []

    forgiving = read_one(tmp_path, content, skip_bad=True)
    assert [utterance.external_id for utterance in forgiving.utterances] == ["1", "3"]
    assert forgiving.n_skipped == 1
    assert len(forgiving.problems) == 1


def test_a_wrong_encoding_is_located_in_the_file(tmp_path: Path) -> None:
    rows = [row(1), row(2, utt="cañón", annot_utt="cañón")]
    content = lines(*rows).decode().encode("latin-1")
    (problem,) = read_one(tmp_path, content).problems
    assert f"byte 0xf1 at offset {content.index(0xF1)} of the file is not UTF-8" in str(problem)
    assert problem.line == 2

    problems = read_one(tmp_path, lines(row(1)).decode().encode("utf-16")).problems
    assert "byte 0xff at offset 0 of the file is not UTF-8" in str(problems[0])


def test_all_problems_of_a_file_are_reported_up_to_a_readable_number(tmp_path: Path) -> None:
    few = lines(row(1, utt=...), row(2), row(3, intent=""))
    assert [problem.line for problem in read_one(tmp_path, few).problems] == [1, 3]
    many = lines(*(row(n, partition="?") for n in range(100)), row(100))
    assert len(read_one(tmp_path, many).problems) == MAX_PROBLEMS
    forgiving = read_one(tmp_path, many, skip_bad=True)
    assert (len(forgiving.problems), forgiving.n_skipped) == (MAX_PROBLEMS, 100)
    assert len(forgiving.utterances) == 1


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write_files(tmp_path, af_ZA=lines(row(1, "af-ZA")), sw_KE=b"{", tr_TR=lines(row(1, "tr-TR")))
    files = list(read_massive(tmp_path))
    assert [(file.locale, len(file.utterances), len(file.problems)) for file in files] == [
        ("af-ZA", 1, 0),
        ("sw-KE", 0, 1),
        ("tr-TR", 1, 0),
    ]


def test_a_file_must_be_named_after_its_locale(tmp_path: Path) -> None:
    file = read_one(tmp_path, lines(row(1)), "my_data.jsonl", skip_bad=True)
    assert file.utterances == []
    assert "'my_data' is no locale; name the file after its locale" in str(file.problems[0])


def test_the_casing_of_a_file_name_does_not_matter(tmp_path: Path) -> None:
    assert read_one(tmp_path, lines(row(1)), "sw-ke.jsonl").utterances[0].locale == "sw-KE"


def test_a_second_file_of_a_locale_is_refused(tmp_path: Path) -> None:
    for folder in ("1.0", "1.1"):
        write_files(tmp_path / folder, sw_KE=lines(row(1)))
    first, second = read_massive(tmp_path)
    assert len(first.utterances) == 1
    assert second.utterances == []
    assert "a second file of sw-KE; the first is 1.0/sw-KE.jsonl" in str(second.problems[0])


def test_only_the_wanted_locales_and_partitions_are_read(tmp_path: Path) -> None:
    rows = lines(row(1, partition="train"), row(2, partition="dev"), row(3))
    write_files(tmp_path, sw_KE=rows, tr_TR=b"this is never parsed")
    (file,) = read_massive(tmp_path, locales=["SW-ke"], partitions=["dev", "test"])
    assert [utterance.external_id for utterance in file.utterances] == ["2", "3"]


def test_wanting_what_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    write_files(tmp_path, sw_KE=lines(row(1)))
    with pytest.raises(InvalidInput, match="holds no tr-TR; it holds sw-KE"):
        read_massive(tmp_path, locales=["sw-KE", "tr-TR"])
    with pytest.raises(InvalidInput, match="'valid' is none of train, dev, test"):
        read_massive(tmp_path, partitions=["valid"])
    with pytest.raises(InvalidInput, match="one looks like sw-KE"):
        read_massive(tmp_path, locales=["sw_KE"])


def test_windows_line_ends_blank_lines_and_a_missing_last_line_end_are_read(
    tmp_path: Path,
) -> None:
    content = lines(row(1), row(2)).replace(b"\n", b"\r\n\r\n").rstrip()
    file = read_one(tmp_path, b"\xef\xbb\xbf" + content)
    assert [utterance.external_id for utterance in file.utterances] == ["1", "2"]


def test_text_is_kept_as_it_came(tmp_path: Path) -> None:
    texts = ["cafe\u0301", "café", " café ", "ক\u09be\u09df", "\ufeffa", "x\u200dy"]
    rows = [row(n, utt=text, annot_utt=text) for n, text in enumerate(texts)]
    assert [utterance.text for utterance in read_one(tmp_path, lines(*rows)).utterances] == texts
