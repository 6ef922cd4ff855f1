"""The zero-shot view in files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.reports.made_reports import HOSTILE, a_heard_run
from tests.reports.transfer.test_words import RUN, found
from vernacular.errors import InvalidInput
from vernacular.reports.transfer.write import FORMATS, require_format, write_transfer


def test_every_format_is_chosen_by_its_extension(tmp_path: Path) -> None:
    for extension in FORMATS:
        write_transfer(tmp_path / f"view{extension}", found())
    values = json.loads((tmp_path / "view.json").read_bytes())
    assert (values["schema"], values["metric"]) == ("vernacular-transfer/1", "intent_acc")
    assert (tmp_path / "view.md").read_text("utf-8").startswith("### ")
    assert (tmp_path / "view.html").read_text("utf-8").startswith("<!doctype html>")
    assert ET.parse(tmp_path / "view.svg").getroot().tag.endswith("svg")  # noqa: S314 - our own


def test_json_has_fractions_null_for_what_is_unknown_and_says_by_which_rules(
    tmp_path: Path,
) -> None:
    write_transfer(tmp_path / "view.json", found())
    values = json.loads((tmp_path / "view.json").read_bytes())
    assert values["gap"]["delta"] == pytest.approx(-0.45)
    assert (values["worst_unseen"], values["english"]) == ("ka-GE", "en-US")
    assert [one["is_trained"] for one in values["locales"]] == [False, False, True, True]
    assert values["locales"][-1]["to_english"] is None
    assert (values["scorer"], values["reference_key"]) == ("vernacular-nlu/1", "suite")
    heard = found(a_heard_run({"en-US": [1] * 120, "ka-GE": [0, 1] * 60}), ("en-US",), "wer")
    write_transfer(tmp_path / "heard.json", heard)
    values = json.loads((tmp_path / "heard.json").read_bytes())
    assert (values["less_is_better"], values["normaliser"]) == (True, "vernacular-norm/1")
    assert values["gap"]["delta"] == pytest.approx(0.1)


def test_markdown_is_a_list_and_a_table(tmp_path: Path) -> None:
    write_transfer(tmp_path / "view.md", found())
    lines = (tmp_path / "view.md").read_text("utf-8").splitlines()
    assert any(line.startswith("- transfer gap: -45.0 [") for line in lines)
    rows = [line for line in lines if line.startswith("| ")]
    assert rows[0].startswith("| locale | language | training | n |")
    assert rows[2].startswith("| ka-GE | Georgian | ◆ unseen | 120 | 25.0 [")


def test_nothing_in_the_page_can_run_and_the_network_is_not_asked(tmp_path: Path) -> None:
    write_transfer(tmp_path / "view.html", found(replace(RUN, suite=HOSTILE)))
    page = (tmp_path / "view.html").read_text("utf-8")
    assert "<script" not in page and "default-src 'none'" in page
    assert " style=" not in page, "the policy would refuse it"
    assert re.findall(r'(?:src|href)="', page) == []
    assert "<svg" in page and '<th scope="row">ka-GE</th>' in page


def test_an_unknown_extension_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"written as \.json, \.md, \.html, \.svg"):
        require_format(tmp_path / "view.pdf")


@pytest.mark.parametrize("extension", list(FORMATS))
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, extension: str) -> None:
    for i in range(2):
        write_transfer(tmp_path / f"{i}{extension}", found())
    assert (tmp_path / f"0{extension}").read_bytes() == (tmp_path / f"1{extension}").read_bytes()
