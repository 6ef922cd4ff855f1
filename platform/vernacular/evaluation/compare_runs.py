"""Finds the two runs a comparison is about, loads their counts, and compares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.run_counts import RunCounts
from vernacular.errors import NotComparable, NotFound
from vernacular.store.database import Db
from vernacular.store.releases import find_accepted, find_release
from vernacular.store.runs import (
    SCORE_COLUMNS,
    find_finished_runs,
    find_parts,
    find_score_set,
    list_scores,
)
from vernacular.store.suites import count_items, find_suite
from vernacular.store.tables import Release, Run

ACCEPTED = "accepted"
"""Stands, as a baseline, for the accepted release of the candidate's assistant."""


def find_baseline(db: Db, name: str, candidate: Release) -> Release:
    """Returns the release called ``name``, or the accepted one of the candidate's assistant.

    Raises:
        NotFound: there is none.
    """
    if name != ACCEPTED:
        return find_release(db, name)
    release = find_accepted(db, candidate.assistant)
    if release is None:
        raise NotFound(
            f"no release of {candidate.assistant} is accepted yet:"
            " 'vernacular release accept RELEASE' makes one"
        )
    return release


def find_comparable(
    db: Db, baseline: str, candidate: str, suite_name: str | None = None
) -> tuple[Run, Run]:
    """Returns the newest finished runs of two releases over one suite.

    Without ``suite_name`` it is the suite that both were run over last.

    Raises:
        NotFound: a release or the suite is unknown.
        NotComparable: there is no suite that both have finished.
    """
    second = find_release(db, candidate)
    first = find_baseline(db, baseline, second)
    suite_id = None if suite_name is None else find_suite(db, suite_name).id
    baseline_runs = find_finished_runs(db, first.id, suite_id)
    candidate_runs = find_finished_runs(db, second.id, suite_id)
    for run in candidate_runs:
        for other in baseline_runs:
            # A release against itself needs two runs (the noise floor), not one run twice.
            if other.suite_id == run.suite_id and other.id != run.id:
                return other, run
    where = "any suite" if suite_name is None else f"suite {suite_name!r}"
    lacking = [
        one.name for one, runs in ((first, baseline_runs), (second, candidate_runs)) if not runs
    ]
    if lacking:
        raise NotComparable(
            f"{' and '.join(lacking)} has no finished run over {where}:"
            " 'vernacular run start RELEASE SUITE' makes one"
        )
    raise NotComparable(f"{first.name} and {second.name} have no two finished runs over {where}")


def load_counts(db: Db, run: Run) -> RunCounts:
    """Returns the newest scores of a run as columns of whole numbers."""
    release, suite = find_parts(db, run)
    scores = find_score_set(db, run.id)
    n_items = count_items(db, suite.id)
    locales = tuple(n_items)
    columns = dict(zip(SCORE_COLUMNS, _transpose(list_scores(db, run, scores.id)), strict=True))
    place = {tag: index for index, tag in enumerate(locales)}
    return RunCounts(
        run_id=run.id,
        release=release.name,
        suite=suite.name,
        suite_hash=suite.content_hash,
        scorer=scores.scorer,
        locales=locales,
        locale=np.array([place[tag] for tag in columns["locale"]], np.int16),
        item=np.array(columns["item"], np.int64),
        cluster=np.array(columns["cluster"], np.int64),
        revision=np.array(columns["revision_id"], np.int64),
        correct_intent=np.array(columns["correct_intent"], np.int32),
        exact=np.array(columns["exact"], np.int32),
        tp=np.array(columns["tp"], np.int32),
        fp=np.array(columns["fp"], np.int32),
        fn=np.array(columns["fn"], np.int32),
        failed=np.array(columns["failed"], np.bool_),
        n_items=n_items,
    )


def _transpose(rows: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [() for _ in SCORE_COLUMNS]


def compare(
    db: Db, baseline_run: Run, candidate_run: Run, policy: Policy = DEFAULT_POLICY
) -> Comparison:
    """Returns the comparison of two finished runs.

    Raises:
        NotComparable: their suites or scorers differ.
    """
    return compare_runs(load_counts(db, baseline_run), load_counts(db, candidate_run), policy)
