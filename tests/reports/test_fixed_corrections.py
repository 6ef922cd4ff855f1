from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clips.recordings import record
from tests.evaluation.session_situations import Talk, prepare_release
from tests.evaluation.situations import ignore
from tests.live.conversation import TEXT
from tests.testers import write_tester
from vernacular.assistants.contract import Answer, Footprint, Request
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.live.turns import TurnView
from vernacular.reports.fixed_corrections import (
    FixedCorrections,
    Outcome,
    WrongTurn,
    find_fixed_corrections,
)
from vernacular.store.database import Store
from vernacular.store.references import LIVE
from vernacular.store.replays import record_replayed
from vernacular.store.runs import find_run
from vernacular.store.tables import Release, Run

FIXED, STILL_WRONG, NOT_TRIED = Outcome.FIXED, Outcome.STILL_WRONG, Outcome.NOT_TRIED
TIME = (Slot("time", 11, 18),)
RIGHT = Answer(intent="alarm_set", slots=TIME)
HEARD_RIGHT = Answer(intent="alarm_set", slots=TIME, transcript=TEXT)


@dataclass
class Answering:
    """Answers by a rule."""

    rule: Callable[[Request], Answer]

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        return [self.rule(one) for one in requests]

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


@pytest.fixture
def talk(store: Store, tmp_path: Path) -> Talk:
    return Talk(store, tmp_path, prepare_release(store), "en-US")


def add_release(
    store: Store, name: str, assistant: str = "pocket", *, understands: bool = True
) -> int:
    answered_by: dict[str, object] = {
        "service": {"engine": "http", "url": "http://127.0.0.1:9/", "hears": True}
    }
    if not understands:
        answered_by = {"stages": {"asr": {"engine": "ctc", "weights": "ears"}}}
    manifest = {"release": name, "assistant": assistant, **answered_by}
    with store.writing() as db:
        release = Release(name=name, assistant=assistant, manifest=manifest, root=".")
        db.add(release)
        db.flush()
        return release.id


def run_over(
    talk: Talk,
    release: str,
    answer: Answer | Callable[[Request], Answer],
    suite: str = "live",
    *,
    by_voice: bool = False,
) -> int:
    """Freezes what was corrected so far under a new name, and runs a release over it."""
    with talk.store.writing() as db:
        freeze(db, suite, select_utterances(db, source=LIVE, by_voice=by_voice))
    run_id = open_run(talk.store, release, suite)
    rule = (lambda _: answer) if isinstance(answer, Answer) else answer
    with talk.store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    clips: ClipFolder = talk.clips
    carry_out(talk.store, run_id, LocalEngine(Answering(rule), clips, asking), ignore)
    return run_id


def replay(talk: Talk, release_id: int, turn: TurnView, text: str, **row: object) -> None:
    """Writes what a replay made of a turn that was not asked as an item of a suite."""
    with talk.store.writing() as db:
        suite, _ = freeze(db, f"replay {turn.id}", select_utterances(db, source=LIVE))
        run = Run(release_id=release_id, suite_id=suite.id, dialogue="free")
        db.add(run)
        db.flush()
        nothing = {"intent": None, "slots": None, "reply": None, "trace": None, "error": None}
        record_replayed(
            db, [{"run_id": run.id, "turn_id": turn.id, "text": text, **nothing, **row}]
        )


def found_by(talk: Talk, person_id: int | None = None) -> FixedCorrections:
    with talk.store.reading() as db:
        return find_fixed_corrections(db, person_id or talk.person_id)


def only(found: FixedCorrections) -> WrongTurn:
    (turn,) = found.turns
    return turn


def outcomes(turn: WrongTurn) -> list[tuple[str, Outcome]]:
    return [(one.release, one.outcome) for one in turn.later]


def test_without_corrections_there_is_nothing(talk: Talk) -> None:
    talk.type(TEXT)
    assert found_by(talk) == FixedCorrections((), ())


def test_what_was_right_is_no_mistake_to_be_fixed(talk: Talk) -> None:
    talk.correct(talk.type(TEXT, "alarm_set", slots=TIME), "alarm_set", TIME)
    add_release(talk.store, "pocket-2")
    assert found_by(talk).turns == ()


def test_until_there_is_another_release_nothing_has_been_tried(talk: Talk) -> None:
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    turn = only(found_by(talk))
    assert (turn.release, turn.taken_for, turn.meant) == ("pocket-1", "play_music", "alarm_set")
    assert turn.wrong == ("intent", "slots")
    assert (turn.later, turn.outcome) == ((), NOT_TRIED)
    assert found_by(talk).tallies == ()


def test_a_run_of_a_later_release_tells_what_it_fixed(talk: Talk) -> None:
    other = "play something calm"
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    talk.correct(talk.type(other, "general_joke"), "play_music")
    add_release(talk.store, "pocket-2")
    add_release(talk.store, "pocket-3")
    run_over(talk, "pocket-2", lambda asked: RIGHT if asked.text == TEXT else Answer(intent="x_y"))
    found = found_by(talk)
    assert [one.said for one in found.turns] == [other, TEXT]
    assert [outcomes(one) for one in found.turns] == [
        [("pocket-3", NOT_TRIED), ("pocket-2", STILL_WRONG)],
        [("pocket-3", NOT_TRIED), ("pocket-2", FIXED)],
    ]
    assert [one.outcome for one in found.turns] == [STILL_WRONG, FIXED]
    assert found.turns[0].later[1].intent == "x_y"
    assert [found.count(one) for one in (FIXED, STILL_WRONG, NOT_TRIED)] == [1, 1, 0]
    tallies = [(one.release, one.n_fixed, one.n_still_wrong) for one in found.tallies]
    assert tallies == [("pocket-3", 0, 0), ("pocket-2", 1, 1)]


def test_a_mistake_that_came_back_is_still_wrong(talk: Talk) -> None:
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    for release, answer in (("pocket-2", RIGHT), ("pocket-3", Answer(intent="alarm_query"))):
        add_release(talk.store, release)
        run_over(talk, release, answer, suite=f"for {release}")
    turn = only(found_by(talk))
    assert outcomes(turn) == [("pocket-3", STILL_WRONG), ("pocket-2", FIXED)]
    assert turn.outcome is STILL_WRONG


def test_neither_earlier_releases_nor_other_assistants_fix_anything(
    store: Store, tmp_path: Path
) -> None:
    person_id = prepare_release(store)
    add_release(store, "pocket-2")
    talk = Talk(store, tmp_path, person_id, "en-US", "pocket-2")
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    add_release(store, "kiosk-9", "kiosk")
    for release in ("pocket-2", "kiosk-9"):
        run_over(talk, release, RIGHT, suite=f"for {release}")
    assert only(found_by(talk)).later == ()


def test_the_newest_correction_is_what_a_release_is_held_against(talk: Talk) -> None:
    turn = talk.type(TEXT)
    talk.correct(turn, "alarm_query")
    add_release(talk.store, "pocket-2")
    run_over(talk, "pocket-2", RIGHT)
    assert outcomes(only(found_by(talk))) == [("pocket-2", STILL_WRONG)]
    talk.correct(turn, "alarm_set", TIME)
    assert outcomes(only(found_by(talk))) == [("pocket-2", FIXED)]


def test_a_missing_answer_is_still_wrong(talk: Talk) -> None:
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    add_release(talk.store, "pocket-2")
    run_over(talk, "pocket-2", Answer(error="out of order"))
    (later,) = only(found_by(talk)).later
    assert (later.outcome, later.text, later.intent) == (STILL_WRONG, None, None)


def test_a_mishearing_is_fixed_by_hearing_it_and_not_by_reading_it(talk: Talk) -> None:
    spoken = talk.speak(record(), heard="wake me at nine am", intent="alarm_set", slots=TIME)
    talk.correct(spoken, "alarm_set", TIME, TEXT)
    add_release(talk.store, "pocket-2")
    run_over(talk, "pocket-2", RIGHT, suite="read")
    assert outcomes(only(found_by(talk))) == [("pocket-2", NOT_TRIED)]
    run_over(talk, "pocket-2", HEARD_RIGHT, suite="heard", by_voice=True)
    turn = only(found_by(talk))
    assert turn.wrong == ("hearing", "slots")
    assert outcomes(turn) == [("pocket-2", FIXED)]


def test_heard_wrong_again_is_still_wrong(talk: Talk) -> None:
    spoken = talk.speak(record(), heard="wake me at nine am", intent="alarm_set", slots=TIME)
    talk.correct(spoken, "alarm_set", TIME, TEXT)
    add_release(talk.store, "pocket-2")
    answer = Answer(intent="alarm_set", slots=TIME, transcript="wake us at five am")
    run_over(talk, "pocket-2", answer, by_voice=True)
    (later,) = only(found_by(talk)).later
    assert (later.outcome, later.text) == (STILL_WRONG, "wake us at five am")


def test_what_was_heard_rightly_may_be_put_right_by_reading_it(talk: Talk) -> None:
    talk.correct(talk.speak(record(), heard=TEXT), "alarm_set", TIME)
    add_release(talk.store, "pocket-2")
    run_over(talk, "pocket-2", RIGHT)
    assert outcomes(only(found_by(talk))) == [("pocket-2", FIXED)]


def test_a_release_that_only_hears_puts_no_intent_right(talk: Talk) -> None:
    talk.correct(talk.speak(record(), heard=TEXT), "alarm_set", TIME)
    misheard = talk.speak(record(seconds=0.5), heard="wake us at five am", intent="alarm_set")
    talk.correct(misheard, "alarm_set", (), TEXT)
    add_release(talk.store, "pocket-2", understands=False)
    run_over(talk, "pocket-2", Answer(transcript=TEXT), by_voice=True)
    found = found_by(talk)
    assert [one.wrong for one in found.turns] == [("hearing",), ("intent", "slots")]
    assert [one.outcome for one in found.turns] == [FIXED, NOT_TRIED]


def test_a_replay_tells_too_and_more_than_a_turn_that_stands_alone(talk: Talk) -> None:
    turn = talk.type(TEXT)
    talk.correct(turn, "alarm_set", TIME)
    release_id = add_release(talk.store, "pocket-2")
    replay(talk, release_id, turn, TEXT, intent="alarm_set", slots=TIME)
    assert outcomes(only(found_by(talk))) == [("pocket-2", FIXED)]
    run_over(talk, "pocket-2", Answer(intent="alarm_query"), suite="alone, and run later")
    assert outcomes(only(found_by(talk))) == [("pocket-2", FIXED)]


def test_a_replay_is_held_against_what_was_said(talk: Talk) -> None:
    spoken = talk.speak(record(), heard="wake me at nine am", intent="alarm_set", slots=TIME)
    talk.correct(spoken, "alarm_set", TIME, TEXT)
    second, third, fourth = (add_release(talk.store, f"pocket-{n}") for n in (2, 3, 4))
    heard = "So: wake me at five am"
    replay(talk, second, spoken, "Wake me at FIVE am", intent="alarm_set", slots=TIME)
    replay(talk, third, spoken, heard, intent="alarm_set", slots=(Slot("time", 15, 22),))
    replay(talk, fourth, spoken, "", error="out of order")
    assert outcomes(only(found_by(talk))) == [
        ("pocket-4", STILL_WRONG),
        ("pocket-3", STILL_WRONG),
        ("pocket-2", FIXED),
    ]


def test_everybody_sees_her_own_corrections(talk: Talk, tmp_path: Path) -> None:
    talk.correct(talk.type(TEXT), "alarm_set", TIME)
    other = write_tester(talk.store, "bilal")
    theirs = Talk(talk.store, tmp_path, other, "sw-KE")
    theirs.correct(theirs.type("niamshe saa tatu"), "alarm_set")
    assert only(found_by(talk)).said == TEXT
    assert only(found_by(talk, other)).said == "niamshe saa tatu"
