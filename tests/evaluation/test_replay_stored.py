"""How replays are kept: killed and gone on with, begun twice, and apart from other runs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select

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
)
from tests.evaluation.situations import RuleAssistant, prepare_suite, text_engine
from tests.evaluation.voice_situations import add_voice_release
from vernacular.assistants.contract import Answer, Request
from vernacular.errors import Conflict, ModelUnavailable, StoreUnavailable
from vernacular.evaluation import run as runs
from vernacular.evaluation.replay import OpenedReplay, open_replay
from vernacular.evaluation.replay_selection import (
    ReplayMode,
    as_stopped,
)
from vernacular.live.corrections import record_correction
from vernacular.reports.runs.heat_map import heat_map
from vernacular.store.database import Store
from vernacular.store.runs import list_runs, start_run
from vernacular.store.suites import list_suites
from vernacular.store.tables import Run
from vernacular.store.tables.runs import RunStatus
from vernacular.store.trends import list_measured_suites


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clips"


@pytest.fixture
def talks(store: Store, folder: Path) -> list[Talk]:
    return hold_talks(store, folder)


def test_a_killed_replay_goes_on_and_asks_nothing_twice(
    store: Store, folder: Path, talks: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernacular.evaluation.replay.TURNS_PER_GROUP", 1)

    class Stopped(Newer):
        def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
            if any(request.locale == SWAHILI for request in requests):
                raise KeyboardInterrupt
            return super().predict_batch(requests)

    first, second = Stopped(), Newer()
    with pytest.raises(KeyboardInterrupt):
        replay(store, folder, "newer", first)
    opened = replay(store, folder, "newer", second)
    assert {request.locale for request in first.asked} == {HINDI}
    assert {request.locale for request in second.asked} == {SWAHILI}
    assert report(store, opened).total.n_turns == 10
    with store.reading() as db:
        assert len(db.scalars(select(Run)).all()) == 2
        assert {run.status for run in db.scalars(select(Run))} == {RunStatus.FINISHED}


def test_a_finished_replay_is_done_again_only_when_that_is_asked_for(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    first = replay(store, folder, "newer", Newer())
    idle = Newer()
    assert replay(store, folder, "newer", idle).run_ids == first.run_ids
    assert not idle.asked
    again = replay(store, folder, "newer", Newer(), again=True)
    assert not set(again.run_ids.values()) & set(first.run_ids.values())


def test_no_view_takes_a_replay_where_no_suite_is_named(
    store: Store, folder: Path, talks: list[Talk], tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", n=4)
    run_id = runs.open_run(store, "newer", "smoke")
    runs.carry_out(store, run_id, text_engine(RuleAssistant()), lambda _: None)
    replay(store, folder, "newer", Newer())
    with store.reading() as db:
        assert list_measured_suites(db)[0] == "smoke"
        assert len(list_measured_suites(db)) == 3
        assert heat_map(db, "newer").suite == "smoke"


def test_the_suites_and_runs_of_replays_are_for_replays_alone(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    opened = replay(store, folder, "newer", Newer())
    with pytest.raises(Conflict, match="'vernacular replay --release newer' does that"):
        runs.open_run(store, "newer", suite_names(store, opened)[0])
    for again in (False, True):
        with pytest.raises(Conflict, match="is a replay of sessions"):
            runs.carry_out(
                store,
                opened.run_ids[False],
                text_engine(RuleAssistant()),
                lambda _: None,
                retry_failed=again,
            )


def test_a_correction_made_later_is_another_suite_and_changes_no_earlier_replay(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    first = replay(store, folder, "newer", Newer())
    talk = talks[0]
    turn = talk.type("kwaheri")
    talk.correct(turn, "general_greet")
    second = replay(store, folder, "newer", Newer())
    assert report(store, first).total.n_corrected == 4
    assert report(store, second).total.n_corrected == 5
    assert set(suite_names(store, first)).isdisjoint(suite_names(store, second))


def test_clips_that_are_elsewhere_are_told_before_anything_is_asked(
    store: Store, folder: Path, talks: list[Talk], tmp_path: Path
) -> None:
    newer = Newer()
    with pytest.raises(StoreUnavailable, match="none of the 2 clips"):
        replay(store, tmp_path / "elsewhere", "newer", newer)
    assert not newer.asked


def test_a_release_that_gives_up_leaves_the_replay_open(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    class Down(Newer):
        def predict_batch(self, _requests: Sequence[Request], /) -> list[Answer]:
            raise ModelUnavailable("the server is down")

    with pytest.raises(ModelUnavailable):
        replay(store, folder, "newer", Down())
    opened = replay(store, folder, "newer", Newer())
    assert report(store, opened).total.n_failed == 0


def test_a_replay_killed_while_it_is_closed_goes_on_with_both_runs_though_it_is_wanted_again(
    store: Store, folder: Path, talks: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    def close_one(store: Store, run_id: int, sets: Sequence[runs.RunScores]) -> None:
        if closed:
            raise KeyboardInterrupt
        closed.append(run_id)
        runs.finish(store, run_id, sets)

    first = replay(store, folder, "newer", Newer())
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("vernacular.evaluation.replay.finish", close_one)
        replay(store, folder, "newer", Newer(), again=True)
    idle = Newer()
    second = replay(store, folder, "newer", idle, again=True)
    assert not idle.asked
    assert closed == [second.run_ids[False]]
    assert not set(second.run_ids.values()) & set(first.run_ids.values())
    with store.reading() as db:
        assert [run.status for run in db.scalars(select(Run))] == [RunStatus.FINISHED] * 4


@pytest.mark.parametrize("mode", ReplayMode)
def test_a_stopped_replay_is_finished_with_what_it_was_begun_with(
    store: Store,
    folder: Path,
    talks: list[Talk],
    monkeypatch: pytest.MonkeyPatch,
    mode: ReplayMode,
) -> None:
    monkeypatch.setattr("vernacular.evaluation.replay.TURNS_PER_GROUP", 1)

    class Stopped(Newer):
        def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
            if any(request.locale == SWAHILI for request in requests):
                raise KeyboardInterrupt
            return super().predict_batch(requests)

    # This session has no answer yet, so that it is no part of what is begun.
    late = Talk(store, folder, talks[0].person_id, SWAHILI)
    late.fail("bado")
    with pytest.raises(KeyboardInterrupt):
        replay(store, folder, "newer", Stopped(), mode)
    # Something more is said in both sessions, and corrected, and what was right is another thing.
    turn = talks[0].type("kwaheri")
    talks[0].correct(turn, "general_greet")
    talks[1].type("kwaheri")
    late.type("sasa")
    first_id = min(one.id for one in choose(store).turns)
    with store.writing() as db:
        record_correction(db, first_id, talks[0].person_id, "play_music", ())
    opened = replay(store, folder, "newer", Newer(), mode)
    begun = report(store, opened)
    assert (begun.total.n_turns, begun.total.n_corrected) == (10, 4)
    (corrected,) = [one for one in begun.turns if one.turn_id == first_id]
    assert corrected.expected is not None and corrected.expected.intent == "alarm_set"
    with store.reading() as db:
        assert {run.status for run in db.scalars(select(Run))} == {RunStatus.FINISHED}
    # The same once more is about what there is by now.
    now = report(store, replay(store, folder, "newer", Newer(), mode))
    assert (now.total.n_turns, now.total.n_corrected) == (14, 5)
    (corrected,) = [one for one in now.turns if one.turn_id == first_id]
    assert corrected.expected is not None and corrected.expected.intent == "play_music"


def test_only_a_replay_of_the_same_sessions_on_the_same_release_is_gone_on_with(
    store: Store, folder: Path, talks: list[Talk]
) -> None:
    add_voice_release(store, "newest")
    open_replay(store, "newer", choose(store, locales=[SWAHILI]), ReplayMode.FORCED)
    open_replay(store, "newer", choose(store), ReplayMode.FREE)
    open_replay(store, "newest", choose(store), ReplayMode.FORCED)
    selection = choose(store)
    with store.reading() as db:
        assert as_stopped(db, "newer", selection, ReplayMode.FORCED) is selection
    talks[0].type("kwaheri")
    grown = choose(store)
    with store.reading() as db:
        assert as_stopped(db, "newer", grown, ReplayMode.FORCED) is grown
        assert as_stopped(db, "newest", grown, ReplayMode.FORCED).turns == selection.turns


def test_two_replays_begun_at_once_on_two_releases_share_their_suites(
    store: Store, talks: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_voice_release(store, "newest")
    first, second = open_at_once(store, ["newer", "newest"], monkeypatch)
    assert not set(first.run_ids.values()) & set(second.run_ids.values())
    with store.reading() as db:
        assert len(list_suites(db)) == 2


def test_two_replays_begun_at_once_on_one_release_are_one(
    store: Store, talks: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_voice_release(store, "newest")
    # Its suites are there already, so that nobody has to wait for the other's.
    open_replay(store, "newest", choose(store), ReplayMode.FORCED)
    first, second = open_at_once(store, ["newer", "newer"], monkeypatch)
    assert first.run_ids == second.run_ids
    with store.reading() as db:
        assert len(list_runs(db)) == 4


def open_at_once(
    store: Store, releases: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> list[OpenedReplay]:
    """Opens a replay on each of the releases; both would begin runs before either commits."""
    selection = choose(store)

    def start_slowly(*args: Any, **kwargs: Any) -> Run:
        sleep(0.2)
        return start_run(*args, **kwargs)

    monkeypatch.setattr("vernacular.evaluation.replay.start_run", start_slowly)

    def open_one(release: str) -> OpenedReplay:
        with closing(Store(store.url)) as other:
            return open_replay(other, release, selection, ReplayMode.FORCED)

    with ThreadPoolExecutor(len(releases)) as pool:
        return list(pool.map(open_one, releases))
