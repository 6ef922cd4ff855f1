"""Loads the scores of a run as columns of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.metrics import METRICS, Metric
from vernacular.comparison.run_counts import RunCounts
from vernacular.evaluation.score_answers import (
    HEARD_COLUMNS,
    TEXT_COLUMNS,
    UNDERSTOOD_COLUMNS,
    VALUE_COLUMNS,
)
from vernacular.store.database import Db
from vernacular.store.runs import find_parts
from vernacular.store.scores import find_score_set, list_scores
from vernacular.store.suites import list_places
from vernacular.store.tables import Run, ScoreSet

_EVERY_SCORE = ("item", "revision_id", "failed")


@dataclass(frozen=True, eq=False)
class Places:
    """Where the items of a suite belong, by item number, ascending."""

    locales: tuple[str, ...]
    n_items: dict[str, int]
    number: NDArray[np.int64]
    locale: NDArray[np.int16]
    """(items,) index into ``locales``."""
    cluster: NDArray[np.int64]


def load_places(db: Db, suite_id: int) -> Places:
    """Returns the places of a suite, which all of its runs share."""
    rows = list_places(db, suite_id)
    n = len(rows)
    locales = tuple(sorted({row[1] for row in rows}))
    index = {tag: i for i, tag in enumerate(locales)}
    locale = np.fromiter((index[row[1]] for row in rows), np.int16, n)
    counts = np.bincount(locale, minlength=len(locales)).tolist()
    return Places(
        locales,
        dict(zip(locales, counts, strict=True)),
        number=np.fromiter((row[0] for row in rows), np.int64, n),
        locale=locale,
        cluster=np.fromiter((row[2] for row in rows), np.int64, n),
    )


def load_counts(
    db: Db, run: Run, scores: ScoreSet | None = None, places: Places | None = None
) -> RunCounts:
    """Returns the scores of a run as columns.

    Args:
        db: the store.
        run: finished or not.
        scores: its newest score set unless given.
        places: of its suite; given by who loads several runs of one.
    """
    release, suite = find_parts(db, run)
    scores = scores or find_score_set(db, run.id)
    places = places or load_places(db, suite.id)
    names = count_columns(run)
    rows = list_scores(db, scores.id, (*_EVERY_SCORE, *names))
    shape = (len(rows), len(_EVERY_SCORE) + len(names))
    table = np.fromiter((x for row in rows for x in row), np.int64, shape[0] * shape[1])
    item, revision, failed, *counts = table.reshape(shape).T
    place = np.searchsorted(places.number, item)
    return RunCounts(
        run_id=run.id,
        release=release.name,
        suite=suite.name,
        suite_hash=suite.content_hash,
        scorer=scores.scorer,
        normaliser=scores.normaliser,
        reference_key=scores.reference_key,
        locales=places.locales,
        locale=places.locale[place],
        item=item,
        cluster=places.cluster[place],
        revision=revision,
        counts={name: one.astype(np.int32) for name, one in zip(names, counts, strict=True)},
        failed=failed.astype(np.bool_),
        n_items=places.n_items,
    )


def count_columns(run: Run) -> tuple[str, ...]:
    """Returns the score columns that say something of a run; the others are all zero."""
    if not run.has_transcripts:
        return UNDERSTOOD_COLUMNS
    understood = ("correct_intent", *VALUE_COLUMNS) if run.has_intents else ()
    return HEARD_COLUMNS + understood + (TEXT_COLUMNS if run.has_text_answers else ())


def scored_metrics(run: Run) -> tuple[Metric, ...]:
    """Returns the metrics that a run is scored on."""
    columns = set(count_columns(run))
    return tuple(metric for metric in METRICS if columns.issuperset(metric.counts))
