"""What a replay says in words, in the terminal and in Markdown."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import regex
from rich.console import Console

from tests.evaluation.replay_situations import Newer, replay, report
from tests.evaluation.session_situations import HINDI, Talk, prepare_release
from tests.evaluation.voice_situations import add_voice_release, clip_of
from vernacular.reports.replay.as_json import to_json
from vernacular.reports.replay.page import render_markdown
from vernacular.reports.replay.table import render_replay
from vernacular.reports.replay.words import MAX_SHOWN_LENGTH, list_facts, turn_row
from vernacular.store.database import Store

SYLLABLE = "क्षि"
"""One grapheme cluster of four code points."""
LONG = "सुनो\n" + SYLLABLE * 400


@pytest.fixture
def talk(store: Store, tmp_path: Path) -> Talk:
    add_voice_release(store, "newer")
    return Talk(store, tmp_path / "clips", prepare_release(store), HINDI)


def test_a_long_message_is_cut_between_graphemes_where_people_read_and_whole_in_json(
    store: Store, tmp_path: Path, talk: Talk
) -> None:
    talk.type(LONG)
    found = report(store, replay(store, tmp_path / "clips", "newer", Newer()))
    said = turn_row(found.turns[0], str)[3]
    n_whole = MAX_SHOWN_LENGTH - len(regex.findall(r"\X", "सुनो ")) - 1
    assert said == "सुनो " + SYLLABLE * n_whole + "…"
    terminal = StringIO()
    Console(file=terminal, width=200).print(render_replay(found))
    for shown in (render_markdown(found), terminal.getvalue()):
        assert 0 < shown.count("क्षि") <= 2 * MAX_SHOWN_LENGTH
        assert "…" in shown
    assert to_json(found)["turns"][0]["live"]["text"] == LONG


def test_a_kind_that_nobody_corrected_is_said_to_have_nothing_to_compare(
    store: Store, tmp_path: Path, talk: Talk
) -> None:
    talk.type("niamshe saa tatu")
    talk.correct(talk.speak(clip_of(2), heard="la la"), "general_greet", text="habari yako")
    found = report(store, replay(store, tmp_path / "clips", "newer", Newer()))
    facts = list(list_facts(found))
    assert "no typed turn is corrected, so that there is no run of them to compare" in facts
    assert sum(fact.startswith("run ") for fact in facts) == 1
    assert {turn.number: turn.change.first for turn in found.turns} == {
        1: "understood",
        2: "heard",
    }
