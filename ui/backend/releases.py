"""Releases: their heat maps and flips."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from backend.connection import store
from vernacular.comparison.transfer import Transfer
from vernacular.errors import Conflict, InvalidInput
from vernacular.evaluation.releases import description_of, is_imported, manifest_of
from vernacular.evaluation.transfer import load_transfer
from vernacular.reports import figures
from vernacular.reports.comparison import flips
from vernacular.reports.comparison.flips import FlipView
from vernacular.reports.runs import heat_map as heat_maps
from vernacular.reports.runs.heat_map import HeatCell, HeatMap
from vernacular.store import releases as stored_releases
from vernacular.store import runs as stored_runs
from vernacular.store.scores import list_score_sets

if TYPE_CHECKING:
    from vernacular.store.database import Db, Store


def list_releases() -> list[str]:
    """Returns the names of the releases, newest first."""
    with store().reading() as db:
        return [release.name for release in stored_releases.list_releases(db)]


def list_talking_releases() -> list[str]:
    """Returns the names of the releases that can be talked to, newest first."""
    with store().reading() as db:
        found = stored_releases.list_releases(db)
        return [release.name for release in found if not is_imported(release)]


def hears(release: str) -> bool:
    """False where a release is known to take no speech: nobody who speaks to it gets an answer."""
    return _hears(store(), release)


@lru_cache(maxsize=256)
def _hears(opened: Store, release: str) -> bool:
    # A release never changes.
    with opened.reading() as db:
        try:
            return manifest_of(stored_releases.find_release(db, release)).hears
        except (Conflict, InvalidInput):
            return True


def release_descriptions() -> dict[str, str]:
    """Returns what manifests say of their releases in words; those that say nothing are left out.

    It is free text by whoever made the release.
    """
    with store().reading() as db:
        said = {one.name: description_of(one) for one in stored_releases.list_releases(db)}
    return {name: text for name, text in said.items() if text}


def has_finished_run(release: str) -> bool:
    """True if there is something to show of a release."""
    with store().reading() as db:
        found = stored_releases.find_release(db, release)
        return bool(stored_runs.find_finished_runs(db, found.id, None))


def usual_baseline(release: str) -> str | None:
    """Returns the accepted release of the same assistant, unless it is the one in question."""
    with store().reading() as db:
        found = stored_releases.find_release(db, release)
        accepted = stored_releases.find_accepted(db, found.assistant)
    return accepted.name if accepted is not None and accepted.name != release else None


def heat_map(release: str, baseline: str | None, suite: str | None = None) -> HeatMap:
    """Returns every locale and metric of a release, beside a baseline where one is named.

    Args:
        release: its name.
        baseline: the name of another.
        suite: the suite; else the one that was run last.

    Raises:
        NotComparable: the two have no finished run over the same suite.
    """
    with store().reading() as db:
        scores = _list_scores(db, release) + (_list_scores(db, baseline) if baseline else ())
    return _read_heat_map(store(), release, baseline, suite, scores)


def list_flips(found: HeatMap, locale: str, metric: str) -> list[FlipView]:
    """Returns the flips of one cell of a heat map that has a baseline, regressions first."""
    assert found.baseline_run_id is not None
    with store().reading() as db:
        return flips.list_flips(db, found.baseline_run_id, found.run_id, locale, metric)


def _list_scores(db: Db, release: str) -> tuple[int, ...]:
    found = stored_releases.find_release(db, release)
    runs = stored_runs.find_finished_runs(db, found.id)
    return tuple(one.id for run in runs for one in list_score_sets(db, run.id))


# Comparing takes seconds and its outcome never changes: runs are frozen, and rescoring makes a new
# score set. So the score sets are part of the key, and nothing has to be invalidated.


@lru_cache(maxsize=16)
def _read_heat_map(
    opened: Store, release: str, baseline: str | None, suite: str | None, _scores: tuple[int, ...]
) -> HeatMap:
    with opened.reading() as db:
        return heat_maps.heat_map(db, release, baseline, suite)


def transfer(run_id: int, metric: str) -> Transfer:
    """Returns a run by what its release was trained on.

    Args:
        run_id: the run.
        metric: the key of one it was scored on.
    """
    with store().reading() as db:
        scores = tuple(one.id for one in list_score_sets(db, run_id))
    return _read_transfer(store(), run_id, metric, scores)


@lru_cache(maxsize=16)
def _read_transfer(opened: Store, run_id: int, metric: str, _scores: tuple[int, ...]) -> Transfer:
    with opened.reading() as db:
        return load_transfer(db, run_id, metric)


def is_error(metric: str) -> bool:
    """True if less of a metric is better."""
    return figures.is_error(metric)


def shown_change(metric: str, delta: float) -> float:
    """Returns a change as people expect it: that of an error rate which rises is positive.

    Args:
        metric: its key.
        delta: the change, negative where it is for the worse.
    """
    return figures.shown(metric, delta)


def worst_first(found: HeatMap, shown: str) -> list[HeatCell]:
    """Returns the cells with the locale first whose worst number is the worst.

    Args:
        found: the heat map.
        shown: ``rate``, ``delta`` or ``verdict``: which number counts; verdicts go by their change.
    """

    def goodness(cell: HeatCell) -> float:
        number = cell.rate if shown == "rate" or found.baseline is None else cell.delta
        if number is None:
            return float("inf")
        # Differences are turned the right way already.
        return 1 - number if cell.is_error and number is cell.rate else number

    worst: dict[str, float] = {}
    for cell in found.cells:
        worst[cell.locale] = min(goodness(cell), worst.get(cell.locale, float("inf")))
    return sorted(found.cells, key=lambda cell: (worst[cell.locale], cell.locale))
