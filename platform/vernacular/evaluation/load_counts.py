"""Loads the scores of a run as columns of whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.run_counts import RunCounts
from vernacular.evaluation.score_answers import (
    HEARD_COLUMNS,
    UNDERSTOOD_COLUMNS,
    VALUE_COLUMNS,
)
from vernacular.store.database import Db
from vernacular.store.runs import find_parts
from vernacular.store.scores import find_score_set, list_scores
from vernacular.store.suites import count_items, list_places
from vernacular.store.tables import Run, ScoreSet

_EVERY_SCORE = ("item", "revision_id", "failed")


def load_counts(db: Db, run: Run, scores: ScoreSet | None = None) -> RunCounts:
    """Returns the scores of a run as columns, of its newest score set unless another is given."""
    release, suite = find_parts(db, run)
    scores = scores or find_score_set(db, run.id)
    n_items = count_items(db, suite.id)
    locales = tuple(n_items)
    names = count_columns(run)
    rows = list_scores(db, scores.id, (*_EVERY_SCORE, *names))
    shape = (len(rows), len(_EVERY_SCORE) + len(names))
    table = np.fromiter((x for row in rows for x in row), np.int64, shape[0] * shape[1])
    item, revision, failed, *counts = table.reshape(shape).T
    locale, cluster = _places(db, suite.id, locales, item)
    return RunCounts(
        run_id=run.id,
        release=release.name,
        suite=suite.name,
        suite_hash=suite.content_hash,
        scorer=scores.scorer,
        normaliser=scores.normaliser,
        reference_key=scores.reference_key,
        locales=locales,
        locale=locale,
        item=item,
        cluster=cluster,
        revision=revision,
        counts={name: one.astype(np.int32) for name, one in zip(names, counts, strict=True)},
        failed=failed.astype(np.bool_),
        n_items=n_items,
    )


def count_columns(run: Run) -> tuple[str, ...]:
    """Returns the score columns that say something of a run; the others are all zero."""
    if not run.has_transcripts:
        return UNDERSTOOD_COLUMNS
    understood = ("correct_intent", *VALUE_COLUMNS) if run.has_intents else ()
    return HEARD_COLUMNS + understood


def _places(
    db: Db, suite_id: int, locales: tuple[str, ...], item: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Returns locale index and cluster of each of ``item``."""
    rows = list_places(db, suite_id)
    index = {tag: i for i, tag in enumerate(locales)}
    n = len(rows)
    number = np.fromiter((row[0] for row in rows), np.int64, n)
    locale = np.fromiter((index[row[1]] for row in rows), np.int16, n)
    cluster = np.fromiter((row[2] for row in rows), np.int64, n)
    place = np.searchsorted(number, item)
    return locale[place], cluster[place]
