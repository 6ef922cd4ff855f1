"""Reports in files: the extension chooses, and a file is whole or not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.reports.made_reports import HOSTILE, a_flip, a_report, compared, flips_of
from vernacular.errors import InvalidInput
from vernacular.reports.comparison.write import FORMATS, require_format, write_report


def test_every_format_is_chosen_by_its_extension(tmp_path: Path) -> None:
    report = a_report(flips=(flips_of(a_flip(HOSTILE)),))
    for extension in (*FORMATS, ".JSON"):
        write_report(tmp_path / f"report{extension}", report)
    assert json.loads((tmp_path / "report.json").read_bytes())["verdict"] == "REGRESSED"
    root = ET.parse(tmp_path / "report.xml").getroot()  # noqa: S314 - our own document
    assert root.tag == "testsuites"
    assert (tmp_path / "report.md").read_text("utf-8").startswith("### ✗ REGRESSED")
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert (tmp_path / "report.JSON").read_bytes() == (tmp_path / "report.json").read_bytes()


def test_the_list_of_needs_can_be_read_by_a_campaign(tmp_path: Path) -> None:
    report = a_report()
    for extension in (".csv", ".jsonl"):
        write_report(tmp_path / f"needs{extension}", report)
    with (tmp_path / "needs.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    (need,) = report.needs
    assert list(row) == ["locale", "n", "n_needed", "n_missing", "metric", "because"]
    assert (row["locale"], row["n_missing"]) == ("th-TH", str(need.n_missing))
    (line,) = (tmp_path / "needs.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "locale": "th-TH",
        "n": 20,
        "n_needed": need.n_needed,
        "n_missing": need.n_missing,
        "metric": need.metric,
        "because": need.because,
    }


def test_where_nothing_is_needed_the_list_is_there_and_empty(tmp_path: Path) -> None:
    write_report(
        tmp_path / "needs.csv", a_report(compared({"sw-KE": [1] * 400}, {"sw-KE": [1] * 400}))
    )
    assert (tmp_path / "needs.csv").read_text() == "locale,n,n_needed,n_missing,metric,because\n"


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.txt", ".json.gz"])
def test_an_unknown_extension_names_those_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"\.json, \.xml \(JUnit\), \.md, \.html, or \.csv"):
        require_format(tmp_path / name)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no folder .*nowhere'; make it first"):
        write_report(tmp_path / "nowhere" / "report.json", a_report())
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidInput, match="this is a folder"):
        require_format(tmp_path / "folder.json")


def test_a_file_is_replaced_as_a_whole_or_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")

    def fail(self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InvalidInput, match="cannot be written: No space left on device"):
        write_report(path, a_report())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_a_name_that_is_too_long_is_the_writers_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be written: File name too long"):
        write_report(tmp_path / ("x" * 300 + ".md"), a_report())


@pytest.mark.parametrize("extension", list(FORMATS))
def test_the_same_report_gives_the_same_bytes_in_every_format(
    tmp_path: Path, extension: str
) -> None:
    written = []
    for i in range(2):
        path = tmp_path / f"report{i}{extension}"
        write_report(path, a_report(flips=(flips_of(a_flip()),)))
        written.append(path.read_bytes())
    assert written[0] == written[1]
