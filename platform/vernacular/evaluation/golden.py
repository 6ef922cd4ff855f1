"""Pins utterances as golden wins: what works now, and must work in every release from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.compare_runs import find_comparable, find_shared_scores
from vernacular.store.database import Db
from vernacular.store.golden import add_golden_wins, find_utterances
from vernacular.store.judged_items import RIGHT, list_flipped_items
from vernacular.store.suites import count_items, find_suite


@dataclass(frozen=True, slots=True)
class Pinned:
    """What came of pinning."""

    n_asked: int
    n_new: int
    """Those that were not pinned before."""


def pin_items(db: Db, suite_name: str, items: Sequence[int], note: str = "") -> Pinned:
    """Pins items of a suite, by number.

    Raises:
        NotFound: there is no such suite, or it has no such item; then nothing is pinned.
    """
    suite = find_suite(db, suite_name)
    return _pin(db, suite.id, suite.name, items, note)


def pin_fixes(
    db: Db,
    baseline: str,
    candidate: str,
    locale: str,
    *,
    metric: str,
    suite_name: str | None = None,
    note: str = "",
) -> Pinned:
    """Pins what the candidate fixed in one locale.

    Args:
        db: the store.
        baseline: a release, or "accepted".
        candidate: the release that has the utterances right.
        locale: where to look.
        metric: what "right" means, see ``RIGHT``.
        suite_name: the suite; None for the one both ran last.
        note: why; kept with each.

    Raises:
        NotFound: a release, the suite or the locale in it is unknown.
        NotComparable: there are no two runs that could be compared.
        InvalidInput: the metric is unknown.
    """
    if metric not in RIGHT:
        raise InvalidInput(f"{metric!r} is none of {', '.join(RIGHT)}", field="metric")
    first, second = find_comparable(db, baseline, candidate, suite_name)
    held = count_items(db, second.suite_id)
    if locale not in held:
        raise NotFound(f"the suite of run {second.id} has no {locale}; it has {', '.join(held)}")
    was, now = find_shared_scores(db, first, second)
    _, fixed = list_flipped_items(db, second, was.id, now.id, locale, metric)
    return _pin(db, second.suite_id, f"of run {second.id}", fixed, note)


def _pin(db: Db, suite_id: int, suite_name: str, items: Sequence[int], note: str) -> Pinned:
    found = find_utterances(db, suite_id, items)
    unknown = sorted({*items} - found.keys())
    if unknown:
        raise NotFound(f"suite {suite_name} has no item {', '.join(map(str, unknown))}")
    return Pinned(len(found), add_golden_wins(db, list(found.values()), note))
