"""What a replay asks a release for, forced and free, and what it shows of the answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from tests.clips.recordings import record
from tests.evaluation.replay_situations import (
    Newer,
    choose,
    hold_talks,
    replay,
    report,
    suite_names,
)
from tests.evaluation.session_situations import (
    HINDI,
    SWAHILI,
    Talk,
    established,
    prepare_release,
)
from tests.evaluation.situations import add_release
from tests.evaluation.voice_situations import add_voice_release, clip_of
from vernacular.assistants.contract import Dialogue
from vernacular.comparison.compare import Comparison
from vernacular.comparison.replayed import Judged
from vernacular.errors import Conflict, InvalidInput, NotComparable, NotFound
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.evaluation.replay import open_replay
from vernacular.evaluation.replay_selection import ReplayMode
from vernacular.reports.replay.turn import find_replays
from vernacular.reports.replay.words import list_facts, list_notable
from vernacular.reports.runs.heat_map import heat_map, heat_map_of_run
from vernacular.store.database import Store
from vernacular.store.runs import find_run, list_runs
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.tables import ReplayedTurn, Result
from vernacular.store.tables.runs import RunStatus
from vernacular.store.trends import list_measured_suites


def compared(store: Store, baseline: str, candidate: str, suite: str) -> Comparison:
    with store.reading() as db:
        return compare(db, *find_comparable(db, baseline, candidate, suite))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clips"


@pytest.fixture
def talks(store: Store, folder: Path) -> list[Talk]:
    return hold_talks(store, folder)


def test_a_forced_replay_asks_each_turn_with_the_dialogue_that_preceded_it_live(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    newer = Newer()
    opened = replay(store, folder, "newer", newer)
    before = {
        request.text or "spoken": request.dialogue
        for request in newer.asked
        if request.locale == SWAHILI
    }
    assert before == {
        "niamshe saa tatu": None,
        "sijui": established("live 1"),
        "spoken": established("live 2"),
        "sawa": established("live 3"),
        # What failed in between established nothing.
        "niamshe saa tatu tena": established("live 3"),
    }
    assert all(request.wants_reply and not request.wants_speech for request in newer.asked)
    # Both sessions are asked together, what is typed and what is spoken apart.
    assert newer.batches == [8, 2]
    with store.reading() as db:
        run = find_run(db, opened.run_ids[False])
        assert (run.dialogue, run.has_replies, run.status) == ("forced", True, RunStatus.FINISHED)


def test_a_free_replay_asks_each_turn_with_what_its_own_answers_led_to(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    newer = Newer(fails_at=lambda request: request.text == "sijui")
    replay(store, folder, "newer", newer, ReplayMode.FREE)
    before: dict[str, list[Dialogue | None]] = {}
    for request in newer.asked:
        before.setdefault(request.locale, []).append(request.dialogue)
    assert before[SWAHILI] == before[HINDI]
    assert before[SWAHILI] == [
        None,
        established("after niamshe saa tatu"),
        established("after habari yako"),
        established("after sawa"),
    ]
    # The k-th turns of both sessions go together.
    assert newer.batches == [2] * 5


def test_every_turn_is_kept_and_the_corrected_ones_are_scored(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    opened = replay(store, folder, "newer", Newer())
    with store.reading() as db:
        kept = db.scalars(select(ReplayedTurn)).all()
        sums = {
            (by_voice, one.locale, one.metric): (one.sums.x, one.sums.y)
            for by_voice, run_id in opened.run_ids.items()
            for one in list_sums(db, find_score_set(db, run_id).id)
        }
        n_results = len(db.scalars(select(Result)).all())
    assert len(kept) == 10
    assert {one.reply for one in kept if one.text == "sawa"} == {"newer: sawa"}
    assert n_results == 4
    assert sums[False, SWAHILI, "intent_acc"] == (1, 1)
    assert sums[False, HINDI, "slot_micro_f1"][1] > 0
    assert sums[True, SWAHILI, "wer"] == (0, 2)
    assert sums[True, SWAHILI, "intent_acc"] == (1, 1)


def test_a_report_says_what_changed_where_and_for_the_better(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    # One language loses what the other wins.
    newer = Newer(fails_at=lambda request: request.locale == HINDI)
    found = report(store, replay(store, folder, "newer", newer))
    swahili, hindi = found.locales[SWAHILI], found.locales[HINDI]
    assert (found.n_sessions, found.total.n_turns, found.total.n_corrected) == (2, 10, 4)
    assert (swahili.heard.n, swahili.heard.n_better, swahili.heard.n_worse) == (1, 1, 0)
    assert (swahili.understood.n_better, swahili.understood.n_worse) == (2, 0)
    assert (hindi.heard.n_better, hindi.heard.n_worse, hindi.n_failed) == (0, 1, 5)
    assert hindi.understood.n_still_wrong == 2
    worst = found.turns[0]
    assert (worst.locale, worst.is_spoken, worst.error) == (HINDI, True, "out of order")
    # The turn that failed live and fails again is all that stays as it was.
    assert found.total.n_unchanged == 1


def test_the_same_sessions_on_two_releases_are_compared_as_ordinary_runs(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    add_voice_release(store, "newest")
    first = replay(store, folder, "newer", Newer())
    second = replay(store, folder, "newest", Newer(fails_at=lambda request: not request.text))
    assert suite_names(store, first) == suite_names(store, second)
    text, voice = suite_names(store, first)
    assert compared(store, "newer", "newest", text).cell(SWAHILI, "intent_acc").delta == 0
    spoken = compared(store, "newer", "newest", voice)
    assert spoken.cell(SWAHILI, "wer").candidate == 1.0


def test_forced_and_free_replays_are_never_compared(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    forced = replay(store, folder, "newer", Newer())
    free = replay(store, folder, "newer", Newer(), ReplayMode.FREE)
    assert not set(suite_names(store, forced)) & set(suite_names(store, free))
    with store.reading() as db, pytest.raises(NotComparable, match=r"as it was live.*\(free\)"):
        compare(db, *(find_run(db, one.run_ids[False]) for one in (forced, free)))


def test_a_release_that_cannot_hear_is_given_what_was_typed(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    add_release(store, "reader")
    opened = replay(store, folder, "reader", Newer())
    found = report(store, opened)
    assert (opened.n_left_out, found.total.n_turns) == ({True: 2}, 8)
    assert [run.by_voice for run in found.runs] == [False]


def test_what_is_all_spoken_is_nothing_for_a_release_that_cannot_hear(
    store: Store, folder: Path
) -> None:
    add_release(store, "reader")
    Talk(store, folder, prepare_release(store)).speak(clip_of(1), heard="la la")
    with pytest.raises(Conflict, match="no 'asr' stage, and all 1 turns are spoken"):
        open_replay(store, "reader", choose(store), ReplayMode.FORCED)
    with store.reading() as db:
        assert not list_runs(db)


def test_sessions_without_a_correction_show_what_changed_and_harm_no_other_view(
    store: Store, folder: Path
) -> None:
    add_release(store, "newer")
    Talk(store, folder, prepare_release(store)).type("niamshe saa tatu")
    opened = replay(store, folder, "newer", Newer())
    (run_id,) = opened.run_ids.values()
    found = report(store, opened)
    assert (found.total.n_turns, found.total.n_corrected, found.total.understood.n_changed) == (
        1,
        0,
        1,
    )
    with store.reading() as db:
        assert list_runs(db) == []
        assert heat_map_of_run(db, find_run(db, run_id)).cells == ()
        assert list_measured_suites(db) == []
        with pytest.raises(NotFound, match="has no finished run yet"):
            heat_map(db, "newer")


def test_a_turn_shows_every_replay_against_its_newest_correction(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    turn = talks[0].type("kwaheri")
    replay(store, folder, "newer", Newer())
    replay(store, folder, "newer", Newer(), ReplayMode.FREE)
    talks[0].correct(turn, "general_greet")
    with store.reading() as db:
        (newest, oldest) = find_replays(db, turn.id)
        assert find_replays(db, 2**40) == []
    assert (newest.mode, oldest.mode) == (ReplayMode.FREE, ReplayMode.FORCED)
    assert (newest.release, newest.now.intent, newest.now.reply) == (
        "newer",
        "general_greet",
        "newer: kwaheri",
    )
    assert oldest.change.judgments == {Judged.BETTER}


def test_recordings_with_nothing_to_hear_are_left_out_and_counted(
    store: Store, folder: Path
) -> None:
    add_voice_release(store, "newer")
    talk = Talk(store, folder, prepare_release(store))
    talk.type("niamshe saa tatu", dialogue=established("live 1"))
    silence = np.zeros((1, 16_000), np.float32)
    for inaudible in (record(channels=silence), record(seconds=0.1), b"no sound at all"):
        talk.correct(
            talk.speak(inaudible, heard="", error="nothing to hear"), "play_music", text="cheza"
        )
    talk.speak(clip_of(2), heard="habari yako")
    # An answer to silence established something for the turns after it.
    talk.speak(record(channels=silence[:, 1:]), heard="", dialogue=established("live 6"))
    talk.type("sawa")
    newer = Newer()
    found = report(store, replay(store, folder, "newer", newer))
    assert (found.n_inaudible, found.total.n_turns, found.total.n_corrected) == (3, 4, 0)
    assert "left out: 3 recordings with nothing to hear" in list_facts(found)
    (last,) = [one for one in newer.asked if one.text == "sawa"]
    assert last.dialogue == established("live 6")


def test_recordings_made_after_a_replay_was_stopped_are_not_counted_in_it(
    store: Store, folder: Path
) -> None:
    add_voice_release(store, "newer")
    talk = Talk(store, folder, prepare_release(store))
    broken = {"heard": "", "error": "nothing to hear"}
    talk.speak(b"no sound", **broken)  # type: ignore[arg-type]
    talk.type("niamshe saa tatu")
    open_replay(store, "newer", choose(store), ReplayMode.FORCED)
    talk.speak(b"no sound again", **broken)  # type: ignore[arg-type]
    talk.type("kwaheri")
    assert len(choose(store).inaudible) == 2
    found = report(store, replay(store, folder, "newer", Newer()))
    assert (found.total.n_turns, found.n_inaudible) == (1, 1)


def test_what_failed_live_and_fails_now_is_listed_last(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    newer = Newer(fails_at=lambda request: request.text in ("sawa", "sijui"))
    listed = list_notable(report(store, replay(store, folder, "newer", newer)))
    failed = [(turn.error, turn.live_error) for turn in listed]
    both, now = ("out of order", "out of order"), ("out of order", None)
    assert failed[:2] == [now] * 2
    assert failed[-2:] == [both] * 2
    assert set(failed[2:-2]) == {(None, None)}


def test_a_locale_in_which_nobody_talked_is_told_beside_those_in_which_somebody_did(
    store: Store, talks: list[Talk]
) -> None:
    with pytest.raises(NotFound, match="is in de-DE, xx; there are some in sw-KE"):
        choose(store, locales=["xx", "sw-ke", "de-DE"])
    with pytest.raises(InvalidInput, match="'!!' is not a locale tag"):
        choose(store, locales=["!!"])


def test_there_is_nothing_to_replay_where_nothing_was_answered(store: Store, folder: Path) -> None:
    Talk(store, folder, prepare_release(store)).fail("moja")
    with pytest.raises(NotFound, match="hold one on the page of live sessions"):
        choose(store)
