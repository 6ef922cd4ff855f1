"""Where an utterance stands among the flips of a cell, so that one can go on to the next."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.errors import InvalidInput
from vernacular.evaluation.compare_runs import find_comparable, find_shared_scores
from vernacular.evaluation.load_counts import scored_metrics
from vernacular.reports.comparison.flips import Kind
from vernacular.store.database import Db
from vernacular.store.judged_items import list_flipped_items


@dataclass(frozen=True, slots=True)
class FlipPlace:
    """One flip among those of its cell and kind."""

    number: int
    """1 for the first."""
    n_flips: int
    previous: int | None
    """Item number of the one before; None at the beginning."""
    following: int | None
    """That of the next one; None at the end."""


@dataclass(frozen=True, slots=True)
class FlipCell:
    """Which flips are walked through: those that a heat map lists for one cell and kind."""

    release: str
    baseline: str
    suite: str
    locale: str
    metric: str
    kind: Kind


def find_flip_place(db: Db, cell: FlipCell, item: int) -> FlipPlace | None:
    """Returns where an item stands among the flips of a cell; None where it is none of them.

    Raises:
        NotFound: there is no such release or suite.
        NotComparable: the two have no finished run over the suite, or none scored alike.
        InvalidInput: they are not both scored on the metric.
    """
    baseline_run, run = find_comparable(db, cell.baseline, cell.release, cell.suite)
    scored = {one.key for one in scored_metrics(run)} & {
        one.key for one in scored_metrics(baseline_run)
    }
    if cell.metric not in scored:
        raise InvalidInput(
            f"{cell.metric!r} is none of {', '.join(sorted(scored))}", field="metric"
        )
    first, second = find_shared_scores(db, baseline_run, run)
    broken, fixed = list_flipped_items(db, run, first.id, second.id, cell.locale, cell.metric)
    listed = broken if cell.kind == "regression" else fixed
    if item not in listed:
        return None
    at = listed.index(item)
    return FlipPlace(
        number=at + 1,
        n_flips=len(listed),
        previous=listed[at - 1] if at else None,
        following=listed[at + 1] if at + 1 < len(listed) else None,
    )
