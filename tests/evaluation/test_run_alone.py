"""Runs that ask for each item by itself, so that its time is what a person would wait for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.evaluation.situations import RuleAssistant, add_release, ignore, prepare_suite
from vernacular.clips.folder import ClipFolder
from vernacular.evaluation.answering import Asking
from vernacular.evaluation.local_engine import CLIP_BATCH, LocalEngine, batch_size
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.reports.runs.cost import TimesAre, report_costs
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set, list_sums

N_ITEMS = 6


@pytest.fixture
def suite(store: Store, tmp_path: Path) -> Store:
    prepare_suite(store, tmp_path, N_ITEMS // 2)
    add_release(store, "rules")
    return store


def run(store: Store, assistant: RuleAssistant, *, alone: bool) -> int:
    run_id = open_run(store, "rules", "smoke", alone=alone)
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    with closing(assistant):
        carry_out(store, run_id, LocalEngine(assistant, ClipFolder(Path("none")), asking), ignore)
    return run_id


def test_each_item_is_asked_by_itself_and_scored_as_in_a_batch(suite: Store) -> None:
    alone, together = RuleAssistant(), RuleAssistant()
    first, second = run(suite, alone, alone=True), run(suite, together, alone=False)
    assert (alone.sizes, together.sizes) == ([1] * N_ITEMS, [N_ITEMS])
    with suite.reading() as db:
        costs = report_costs(db, [first, second])
        sums = [
            [(one.locale, one.metric, one.sums) for one in list_sums(db, find_score_set(db, id).id)]
            for id in (first, second)
        ]
    assert [one.times_are for one in costs] == [TimesAre.ALONE, TimesAre.BATCH_SHARES]
    assert sums[0] == sums[1]


def test_only_a_run_that_asked_alone_is_reused_for_its_times(suite: Store) -> None:
    together = run(suite, RuleAssistant(), alone=False)
    alone = open_run(suite, "rules", "smoke", reuse=True, alone=True)
    assert alone != together
    assert open_run(suite, "rules", "smoke", reuse=True, alone=True) == alone
    # Whoever asks for no times of their own takes either.
    assert open_run(suite, "rules", "smoke", reuse=True) == alone


def test_a_run_that_asks_alone_stores_often() -> None:
    assert batch_size(Asking(alone=True), None) == CLIP_BATCH
