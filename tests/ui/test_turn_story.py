"""The live turn behind an utterance, and who reads which of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.reports.told_turn import ToldTurn, tell_turn
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.store.tables.people import Role
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def told(wiring: Wiring, tmp_path: Path) -> ToldTurn:
    found = tell_turn(wiring.store, tmp_path / "clips", login="zainab")
    wiring.__dict__["clips"] = found.clips
    return found


def story(told: ToldTurn, **query: str) -> AppTest:
    return open_page("utterance", suite=told.suite, item=str(told.item), **query)


def test_an_engineer_reads_all_of_the_turn(told: ToldTurn, sign_in: SignIn) -> None:
    sign_in(role=Role.ENGINEER)
    at = story(told)
    shown = read(at)
    assert "Session 1, turn 1" in shown and "by zainab" in shown
    assert "I said three." in shown
    (judged,) = html(at, 'aria-label="Judgment of the turn"')
    assert "2 of 5" in judged and "It got a detail wrong" in judged
    assert "would offend nobody</bdi> and <bdi>the speech can be understood" in judged
    (corrected,) = html(at, 'aria-label="Corrections of the turn"')
    assert "1 of 3 words" in corrected and corrected.count("zainab") == 2
    # What was said, and the reply as it was spoken.
    assert len(at.get("audio")) == 2 and "Spoken reply" in shown
    assert "What it was answered in replays" in shown


def test_a_judgment_that_was_changed_stands_there_once_and_keeps_its_history(
    told: ToldTurn, sign_in: SignIn
) -> None:
    sign_in(role=Role.ENGINEER)
    at = story(told)
    (judged,) = html(at, 'aria-label="Judgment of the turn"')
    assert judged.count("<tr>") == 2 and "4 of 5" not in judged
    assert "Changed 1 time" in read(at) and "first given" in read(at)
    (earlier,) = [one for one in at.expander if one.label == "Earlier judgments of the turn"]
    assert "4 of 5" in earlier.html[0].value and "2 of 5" not in earlier.html[0].value


def test_every_stage_of_the_live_release_is_told(told: ToldTurn, sign_in: SignIn) -> None:
    sign_in(role=Role.ENGINEER)
    (trace,) = [one for one in html(story(told), 'aria-label="Stages"') if "espeak/1" in one]
    assert "ears/1" in trace and "400 ms" in trace
    assert "speaking" in trace and "Kengele imewekwa." in trace


def test_another_tester_reads_no_name_and_no_note(told: ToldTurn, sign_in: SignIn) -> None:
    sign_in()
    at = story(told)
    shown = read(at)
    assert "zainab" not in shown and "I said three." not in shown
    assert "are shown to engineers and to that person only" in shown
    assert "2 of 5" in shown
    (revisions,) = html(at, 'aria-label="Revisions"')
    assert "imported" not in revisions


def test_a_live_answer_stands_beside_a_replay(told: ToldTurn, sign_in: SignIn) -> None:
    sign_in()
    at = story(told, baseline="pocket-1:live", release="newer")
    assert "They first differ in hearing: \u2066newer\u2069 is right." in read(at)
    (hearing,) = html(at, 'aria-label="hearing"')
    assert "saa <del>tatu</del> <ins>nane</ins>" in hearing
    assert "ears/1" in hearing and "300 ms" in hearing
    (speaking,) = html(at, 'aria-label="speaking"')
    assert "nothing was kept" in speaking
    # A live answer has no list of flips, whatever else the address says.
    again = story(
        told, baseline="pocket-1:live", release="newer", cell="sw-KE wer", kind="regression"
    )
    assert not again.error


@pytest.mark.parametrize(("role", "reads_why"), [(Role.ENGINEER, True), (Role.TESTER, False)])
def test_why_a_replay_failed_is_for_engineers_and_that_it_did_for_everybody(
    told: ToldTurn, sign_in: SignIn, wiring: Wiring, role: Role, reads_why: bool
) -> None:
    with wiring.store.writing() as db:
        db.connection().exec_driver_sql(
            "UPDATE results SET status = 'failed', error = 'http://10.0.0.7 is down'"
        )
        db.connection().exec_driver_sql(
            "UPDATE replayed_turns SET error = 'http://10.0.0.7 is down'"
        )
    sign_in(role=role)
    at = story(told, baseline="pocket-1:live", release="newer")
    shown = read(at) + "".join(html(at, "v-flip"))
    assert ("10.0.0.7" in shown) == reads_why
    assert ("The assistant did not answer." in shown) != reads_why
    assert not at.exception
