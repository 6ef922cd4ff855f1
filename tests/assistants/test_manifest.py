"""A wrong manifest is refused with its file, its line and the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from vernacular.assistants.manifest import read_manifest
from vernacular.errors import InvalidInput

GOOD = """\
release: pocket-1
assistant: pocket
description: the first one
trained_locales: [sw-KE, hi-IN]
stages:
  nlu:
    engine: joint-encoder
    weights: pocket-1
    max_batch: 32
  reply:
    engine: templates
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pocket-1.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_says_what_it_says(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, GOOD))
    assert (manifest.release, manifest.assistant) == ("pocket-1", "pocket")
    assert manifest.trained_locales == ("sw-KE", "hi-IN")
    assert (manifest.stages.nlu.weights, manifest.stages.nlu.max_batch) == ("pocket-1", 32)
    assert manifest.stages.nlu.device == "cpu"
    assert manifest.stages.reply is not None


def test_the_reply_stage_may_be_left_out(tmp_path: Path) -> None:
    text = GOOD.replace("  reply:\n    engine: templates\n", "")
    assert read_manifest(write(tmp_path, text)).stages.reply is None


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "reason"),
    [
        ("max_batch: 32", "max_bach: 32", 9, "stages.nlu.max_bach", "no such field"),
        ("max_batch: 32", "max_batch: many", 9, "stages.nlu.max_batch", "valid integer"),
        ("max_batch: 32", "max_batch: 0", 9, "stages.nlu.max_batch", "greater than"),
        ("joint-encoder", "rules", 7, "stages.nlu.engine", "'joint-encoder'"),
        ("engine: templates", "engine: llm", 11, "stages.reply.engine", "'templates'"),
        ("    weights: pocket-1\n", "", 6, "stages.nlu.weights", "required"),
        ("[sw-KE, hi-IN]", "[sw-KE, 7]", 4, "trained_locales.1", "a text is expected"),
        ("release: pocket-1", "release: pocket 1", 1, "release", "is a name of up to 119 letters"),
        (
            "max_batch: 32",
            "device: gpu",
            9,
            "stages.nlu.device",
            r"is cpu, cuda, cuda:N or mps; got 'gpu'",
        ),
        ("release: pocket-1", "release: 1.0", 1, "release", "a text is expected"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, field: str, reason: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InvalidInput, match=reason) as caught:
        read_manifest(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "url",
    ["http://bob:s3cret@host/v1", "http://host/v1?api_key=s3cret", "http://host/v1#s3cret"],
)
def test_an_address_that_may_hold_a_key_is_refused(tmp_path: Path, url: str) -> None:
    text = f"release: a\nassistant: b\nservice:\n  engine: http\n  url: '{url}'\n"
    with pytest.raises(InvalidInput, match="key_variable") as caught:
        read_manifest(write(tmp_path, text))
    assert "s3cret" not in str(caught.value)
    assert caught.value.line == 5


def test_an_address_of_another_kind_is_told_in_words_as_they_are_written(tmp_path: Path) -> None:
    text = "release: a\nassistant: b\nservice: {engine: http, url: 'ftp://host/'}\n"
    with pytest.raises(InvalidInput, match=r"service\.url: URL scheme should be 'http'"):
        read_manifest(write(tmp_path, text))


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ("reply: {engine: templates}", r"hears \(asr\) or understands \(nlu\)"),
        ("asr: {engine: ctc, weights: a}\n  reply: {engine: templates}", "needs an 'nlu'"),
        ("nlu: {engine: joint-encoder, weights: a}\n  tts: {engine: espeak}", "needs a 'reply'"),
    ],
)
def test_stages_that_do_not_fit_together_are_refused(
    tmp_path: Path, stages: str, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        read_manifest(write(tmp_path, f"release: a\nassistant: b\nstages:\n  {stages}\n"))
    assert (caught.value.field, caught.value.line) == ("stages", 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("release: [a\nassistant: b\n", 2),
        ("release: a\n\tassistant: b\n", 2),
        ("release: a\nassistant: {[b]: c}\n", None),
        ("release: 2026-13-45\n", None),
        ("[" * 900, None),
        ("release: a\x00\n", None),
        ("--- a\n--- b\n", 2),
    ],
)
def test_broken_yaml_is_called_that(tmp_path: Path, text: str, line: int | None) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InvalidInput, match=r"not YAML: .") as caught:
        read_manifest(path)
    assert caught.value.file == str(path)
    if line is not None:
        assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "pocket-1", "- a\n- b\n", "# nothing\n"])
def test_yaml_that_is_no_mapping_is_told_how_a_manifest_begins(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match="begins with 'release:'"):
        read_manifest(write(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.yaml: the manifest cannot be read"):
        read_manifest(tmp_path / "nowhere.yaml")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_manifest(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"release: \xff\xfe")
    with pytest.raises(InvalidInput, match="cannot be read: 'utf-8'"):
        read_manifest(tmp_path / "binary.yaml")
