"""Which two runs a comparison is about, and what is loaded of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.replay_situations import (
    Newer,
    choose,
    go_on,
    hold_talks,
    replay,
    suite_names,
)
from tests.evaluation.session_situations import Talk
from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
)
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    prepare_voice_suite,
)
from vernacular.clips.folder import ClipFolder
from vernacular.errors import NotComparable, NotFound
from vernacular.evaluation.answering import Asking
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.replay import open_replay
from vernacular.evaluation.replay_selection import ReplayMode
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.releases import accept_release
from vernacular.store.runs import find_run


def test_the_counts_loaded_are_those_stored(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    run_id = run_release(store, "alpha", lambda _, number: number == 1)
    with store.reading() as db:
        counts = load_counts(db, find_run(db, run_id))
    assert (counts.run_id, counts.release, counts.suite) == (run_id, "alpha", "smoke")
    assert (counts.scorer, counts.locales) == ("vernacular-nlu/1", ("hi-IN", "sw-KE"))
    assert counts.n_items == {"hi-IN": 4, "sw-KE": 4}
    assert counts.locale.tolist() == [0] * 4 + [1] * 4
    assert counts.item.tolist() == list(range(1, 9))
    assert counts.cluster[:4].tolist() == counts.cluster[4:].tolist()
    assert counts.counts["correct_intent"].tolist() == [0, 1, 1, 1] * 2
    assert counts.counts["tp"].tolist() == [0, 0, 1, 0] * 2
    assert counts.counts["fn"].tolist() == [1, 0, 0, 0] * 2
    assert not counts.failed.any()


def test_the_newest_finished_runs_over_one_suite_are_compared(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path, 4)
    with sqlite_store.writing() as db:
        freeze(db, "small", select_utterances(db, source="massive-1.1", per_locale=2))
    run_release(sqlite_store, "alpha")
    newest = open_run(sqlite_store, "alpha", "smoke")
    carry_out(sqlite_store, newest, text_engine(RuleAssistant()), ignore)
    beta = run_release(sqlite_store, "beta")
    # An open run, and a newer one over a suite that the other release never ran, do not count.
    open_run(sqlite_store, "alpha", "smoke")
    carry_out(
        sqlite_store, open_run(sqlite_store, "beta", "small"), text_engine(RuleAssistant()), ignore
    )
    with sqlite_store.reading() as db:
        first, second = find_comparable(db, "alpha", "beta")
        assert (first.id, second.id) == (newest, beta)
        comparison = compare(db, first, second)
    assert (comparison.baseline, comparison.candidate) == ("alpha", "beta")
    assert (comparison.baseline_run_id, comparison.candidate_run_id) == (newest, beta)


def test_accepted_stands_for_the_release_accepted_last(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 4)
    alpha, beta = run_release(sqlite_store, "alpha"), run_release(sqlite_store, "beta")
    with sqlite_store.writing() as db:
        accept_release(db, "alpha")
    with sqlite_store.reading() as db:
        found = find_comparable(db, "accepted", "beta")
    assert [run.id for run in found] == [alpha, beta]


def test_a_release_against_itself_needs_two_runs(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 4)
    first = run_release(sqlite_store, "alpha")
    with (
        sqlite_store.reading() as db,
        pytest.raises(NotComparable, match="no two finished runs over any suite"),
    ):
        find_comparable(db, "alpha", "alpha")
    second = open_run(sqlite_store, "alpha", "smoke")
    carry_out(sqlite_store, second, text_engine(RuleAssistant()), ignore)
    with sqlite_store.reading() as db:
        found = find_comparable(db, "alpha", "alpha")
    assert [run.id for run in found] == [first, second]


def test_a_replay_is_taken_only_where_there_is_nothing_else(store: Store, tmp_path: Path) -> None:
    clips = ClipFolder(tmp_path / "clips")
    prepare_voice_suite(store, clips, tmp_path / "corpus", 4)
    hold_talks(store, tmp_path / "clips")
    add_voice_release(store, "newest")
    replays = [
        replay(store, tmp_path / "clips", name, Newer()).run_ids for name in ("newer", "newest")
    ]
    with store.reading() as db:
        first, second = find_comparable(db, "newer", "newest")
        assert [first.id, second.id] == [one[True] for one in replays]
    heard = open_run(store, "newer", "spoken")
    engine = LocalEngine(ListeningAssistant(), clips, Asking(by_voice=True, text_too=True))
    carry_out(store, heard, engine, ignore)
    typed = open_run(store, "newest", "spoken", as_text=True)
    carry_out(store, typed, text_engine(RuleAssistant()), ignore)
    # The one was heard and the other was not, and still they go before two replays that are alike.
    with store.reading() as db:
        first, second = find_comparable(db, "newer", "newest")
        assert [first.id, second.id] == [heard, typed]


def test_what_is_missing_for_a_comparison_of_replays_is_made_by_replays(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    talk = hold_talks(store, folder)[0]
    add_voice_release(store, "newest")
    (suite, _) = suite_names(store, replay(store, folder, "newer", Newer()))
    with (
        store.reading() as db,
        pytest.raises(NotComparable, match=r"newest has no .* 'vernacular replay --release"),
    ):
        find_comparable(db, "newer", "newest", suite)
    # In a session of its own nothing is corrected.
    alone = Talk(store, folder, talk.person_id, "de-DE")
    alone.type("hallo")
    selection = choose(store, locales=["de-DE"])
    for release in ("newer", "newest"):
        opened = open_replay(store, release, selection, ReplayMode.FORCED)
        go_on(store, folder, selection, opened, Newer())
    (empty,) = suite_names(store, opened)
    with (
        store.reading() as db,
        pytest.raises(NotComparable, match=f"'{empty}' has no corrected turns in it"),
    ):
        find_comparable(db, "newer", "newest", empty)


def test_what_is_missing_for_a_comparison_is_named(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 4)
    run_release(sqlite_store, "alpha")
    add_release(sqlite_store, "beta")
    open_run(sqlite_store, "beta", "smoke")
    with sqlite_store.reading() as db:
        with pytest.raises(NotComparable, match=r"beta has no finished run over suite 'smoke'"):
            find_comparable(db, "alpha", "beta", "smoke")
        with pytest.raises(NotComparable, match="beta and beta have no finished runs over suite"):
            find_comparable(db, "beta", "beta", "smoke")
        with pytest.raises(NotFound, match="no suite 'large'"):
            find_comparable(db, "alpha", "beta", "large")
        with pytest.raises(NotFound, match="no release 'gamma'; releases: beta, alpha"):
            find_comparable(db, "alpha", "gamma")
