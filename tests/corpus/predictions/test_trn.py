from pathlib import Path

import pytest

from tests.corpus.predictions.prediction_files import read_bytes
from vernacular.corpus.predictions.prediction import Prediction, Predictions
from vernacular.corpus.predictions.read import read_predictions
from vernacular.errors import InvalidInput


def read_pair(folder: Path, hypotheses: str, references: str) -> Predictions:
    (folder / "hyp.trn").write_text(hypotheses, "utf-8")
    (folder / "ref.trn").write_text(references, "utf-8")
    return read_predictions(
        folder / "hyp.trn", locale="sw-KE", references=folder / "ref.trn", format="trn"
    )


def test_words_and_id_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = ";; system 3, run 7\r\nsaa tatu (tatu-0002)\r\n\r\n  amka  sasa(tatu-0001) \r\n"
    read = read_bytes(tmp_path, "h.trn", content, locale="SW-ke")
    assert read.rows == (
        Prediction(2, "tatu-0002", "sw-KE", transcript="saa tatu"),
        Prediction(4, "tatu-0001", "sw-KE", transcript="amka  sasa"),
    )
    assert (read.has_transcripts, read.has_intents, read.has_slots) == (True, False, False)


def test_a_line_without_words_heard_nothing(tmp_path: Path) -> None:
    (row,) = read_bytes(tmp_path, "h.trn", "(a-1)\n", locale="sw-KE").rows
    assert (row.external_id, row.transcript) == ("a-1", "")


def test_words_in_parentheses_are_words(tmp_path: Path) -> None:
    (row,) = read_bytes(tmp_path, "h.trn", "amka (eh) sasa (a-1)\n", locale="sw-KE").rows
    assert (row.external_id, row.transcript) == ("a-1", "amka (eh) sasa")


def test_references_are_found_by_id_not_by_place(tmp_path: Path) -> None:
    read = read_pair(tmp_path, "amka (a-1)\nlala (a-2)\n", "lala sasa (a-2)\namka sasa (a-1)\n")
    assert [(row.transcript, row.reference_text) for row in read.rows] == [
        ("amka", "amka sasa"),
        ("lala", "lala sasa"),
    ]


def test_what_lacks_its_pair_is_named_on_both_sides(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_pair(tmp_path, "amka (a-1)\nlala (a-2)\n", "amka (a-1)\ntoka (a-3)\n")
    first, second = str(caught.value).splitlines()
    hypotheses, references = tmp_path / "hyp.trn", tmp_path / "ref.trn"
    assert first == f"{hypotheses}:2: id: 'a-2' has no reference in {references}; add it there"
    assert second.startswith(f"{references}:2: id: 'a-3' has no hypothesis in {hypotheses}; ")


def test_a_line_that_cannot_be_read_is_not_also_told_as_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_pair(tmp_path, "amka (a-1)\nlala {a / b} (a-2)\n", "amka (a-1)\nlala (a-2)\n")
    assert "holds a brace" in str(caught.value)
    assert "has no hypothesis" not in str(caught.value)


@pytest.mark.parametrize("content", ["amka (a-1)\nsasa (a-1)\n", "(a-1)\n;;\n(a-1)\n"])
def test_an_id_stands_once_in_each_file(content: str, tmp_path: Path) -> None:
    n_line = content.count("\n")
    with pytest.raises(InvalidInput, match=f"hyp.trn:{n_line}: id: .* given before, in line 1"):
        read_pair(tmp_path, content, "amka (a-1)\n")
    with pytest.raises(InvalidInput, match=f"ref.trn:{n_line}: id: .* given before, in line 1"):
        read_pair(tmp_path, "amka (a-1)\n", content)


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ("amka sasa", None, r"ends in no \(id\); a line reads: words \(speaker-utterance\)"),
        ("amka (a-2) sasa", None, r"ends in no \(id\)"),
        ("amka ()", "id", "is empty"),
        ("{ amka / lala / @ } sasa (a-2)", None, "holds a brace, which in trn marks alternatives"),
    ],
)
def test_a_bad_line_is_reported(bad: str, field: str | None, reason: str, tmp_path: Path) -> None:
    for hypotheses, references, name in (
        (f"x (a-1)\n{bad}\n", "x (a-1)\n", "hyp.trn"),
        ("x (a-1)\n", f"x (a-1)\n{bad}\n", "ref.trn"),
    ):
        with pytest.raises(InvalidInput, match=reason) as caught:
            read_pair(tmp_path, hypotheses, references)
        assert (caught.value.file, caught.value.line) == (str(tmp_path / name), 2)
        assert caught.value.field == field


def test_trn_needs_to_be_told_its_locale(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="names no locale; say which one") as caught:
        read_bytes(tmp_path, "h.trn", "amka (a-1)\n")
    assert caught.value.field == "locale"


def test_references_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "h.trn").write_text("amka (a-1)\n")
    with pytest.raises(InvalidInput, match=r"no\.trn: there is no such file"):
        read_predictions(tmp_path / "h.trn", locale="sw-KE", references=tmp_path / "no.trn")


def test_references_belong_to_trn_alone(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="only trn has its references") as caught:
        read_predictions(tmp_path / "p.csv", references=tmp_path / "r.trn")
    assert caught.value.field == "references"
