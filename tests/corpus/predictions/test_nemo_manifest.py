from pathlib import Path
from typing import Any

import pytest

from tests.corpus.predictions.prediction_files import lines, read_bytes
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.errors import InvalidInput


def heard(**changes: Any) -> dict[str, Any]:
    """One valid row of a manifest; a change to ``...`` leaves the field out."""
    fields = {
        "audio_filepath": "/data/sw/clip_0001.wav",
        "duration": 2.31,
        "text": "amka sasa",
        "pred_text": "amka saa",
    }
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def test_a_manifest_gives_transcripts_and_references(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, "manifest.json", lines(heard()), locale="sw-KE")
    assert read.rows == (
        Prediction(1, "clip_0001", "sw-KE", transcript="amka saa", reference_text="amka sasa"),
    )
    assert (read.has_transcripts, read.has_intents) == (True, False)


def test_an_id_locale_and_latency_of_its_own_are_taken(tmp_path: Path) -> None:
    row = heard(id="7", locale="tr-tr", latency_ms=180, text=...)
    (prediction,) = read_bytes(tmp_path, "manifest.json", lines(row)).rows
    assert prediction == Prediction(1, "7", "tr-TR", transcript="amka saa", latency_ms=180.0)


@pytest.mark.parametrize("locale", [None, "sw-KE"])
def test_the_locale_may_be_called_lang(locale: str | None, tmp_path: Path) -> None:
    rows = lines(heard(lang="sw-KE"))
    assert read_bytes(tmp_path, "m.json", rows, locale).rows[0].locale == "sw-KE"


def test_a_bare_language_agrees_with_the_locale_of_the_file(tmp_path: Path) -> None:
    rows = lines(heard(lang="sw"))
    assert read_bytes(tmp_path, "m.json", rows, "sw-KE").rows[0].locale == "sw-KE"
    with pytest.raises(InvalidInput, match="is 'sw', but the file is read as tr-TR"):
        read_bytes(tmp_path, "m.json", rows, "tr-TR")


def test_nemos_other_fields_are_passed_over(tmp_path: Path) -> None:
    extras = {"offset": 0.0, "wer": float("nan"), "slots": "x", "error": 3, "target_lang": None}
    (row,) = read_bytes(tmp_path, "m.json", lines(heard(**extras)), locale="sw-KE").rows
    assert (row.slots, row.error) == (None, None)


@pytest.mark.parametrize(
    ("audio", "name"),
    [
        ("clip.wav", "clip"),
        ("a/b/clip.v2.flac", "clip.v2"),
        ("C:\\data\\clip 1.wav", "clip 1"),
        ("https://host/audio/x.opus", "x"),
    ],
)
def test_the_name_of_the_audio_file_is_an_id(audio: str, name: str, tmp_path: Path) -> None:
    rows = lines(heard(audio_filepath=audio))
    assert read_bytes(tmp_path, "m.json", rows, "sw-KE").rows[0].external_id == name


def test_two_audio_files_of_one_name_are_refused(tmp_path: Path) -> None:
    rows = lines(heard(), heard(audio_filepath="/other/clip_0001.mp3"))
    with pytest.raises(InvalidInput, match="'clip_0001' of sw-KE was given before, in line 1"):
        read_bytes(tmp_path, "m.json", rows, "sw-KE")


def test_hearing_nothing_is_an_answer(tmp_path: Path) -> None:
    (row,) = read_bytes(tmp_path, "m.json", lines(heard(pred_text="")), "sw-KE").rows
    assert row.transcript == ""


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"pred_text": ...}, "pred_text", "is missing"),
        ({"pred_text": None}, "pred_text", "is missing"),
        ({"pred_text": ["a"]}, "pred_text", "is a JSON list where a string is expected"),
        ({"audio_filepath": ...}, "audio_filepath", "is missing"),
        ({"audio_filepath": ""}, "id", "is empty"),
        ({"id": 7}, "id", "is a JSON number where a string is expected"),
        ({"text": 7}, "text", "is a JSON number where a string is expected"),
        ({"lang": "sw_KE"}, "locale", "'sw_KE' is not a locale tag"),
        ({"latency_ms": -3}, "latency_ms", "is -3, not a number of milliseconds"),
    ],
)
def test_a_bad_row_is_reported(
    changes: dict[str, Any], field: str, reason: str, tmp_path: Path
) -> None:
    rows = lines(heard(id="1"), heard(**changes))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "m.json", rows, "sw-KE")
    assert caught.value.where == f"{tmp_path / 'm.json'}:2: {field}"
    assert reason in caught.value.reason
