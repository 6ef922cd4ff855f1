"""Loads what the zero-shot view of a run is made of: its counts and what its release was taught."""

from __future__ import annotations

from collections.abc import Sequence

from vernacular.comparison.metrics import Metric
from vernacular.comparison.transfer import Transfer, covers, measure_transfer
from vernacular.errors import InvalidInput
from vernacular.evaluation.load_counts import load_counts, scored_metrics
from vernacular.scoring.metric_keys import INTENT_ACCURACY
from vernacular.store.database import Db
from vernacular.store.releases import find_release_of
from vernacular.store.runs import find_run
from vernacular.store.tables import Release, Run


def trained_locales(release: Release) -> tuple[str, ...] | None:
    """Returns the locales that a release says it was trained on; None where it names none."""
    return tuple(release.manifest.get("trained_locales") or ()) or None


def load_transfer(db: Db, run_id: int, metric: str | None = None) -> Transfer:
    """Returns the zero-shot view of a run, finished or not.

    Args:
        db: the store.
        run_id: the run.
        metric: its key; intent accuracy, or what was heard where nothing was understood.

    Raises:
        NotFound: there is no such run, or it has no scores.
        InvalidInput: the run was not scored on the metric, or it judges no locale.
    """
    run = find_run(db, run_id)
    counts = load_counts(db, run)
    chosen = _choose_metric(run, counts.locales, metric)
    return measure_transfer(counts, chosen, trained_locales(find_release_of(db, run)))


def note_training(first: Release, second: Release, locales: Sequence[str]) -> list[str]:
    """Returns a sentence for each release that never saw locales which the other was trained on.

    A comparison of the two says there how much training brought, not which is the better design.

    Args:
        first: one release.
        second: the other.
        locales: those compared.
    """
    notes = []
    for release, other in ((first, second), (second, first)):
        mine, theirs = trained_locales(release), trained_locales(other)
        if mine is None or theirs is None:
            continue
        tags = [tag for tag in locales if covers(theirs, tag) and not covers(mine, tag)]
        if tags:
            notes.append(f"{other.name} was trained on {', '.join(tags)}, {release.name} was not")
    return notes


def _choose_metric(run: Run, locales: Sequence[str], key: str | None) -> Metric:
    scored = {metric.key: metric for metric in scored_metrics(run)}
    if key is None:
        return scored.get(INTENT_ACCURACY) or next(iter(scored.values()))
    if key not in scored:
        raise InvalidInput(
            f"run {run.id} was not scored on {key!r}; it was on {', '.join(scored)}",
            field="metric",
        )
    if not any(scored[key].is_primary(tag) for tag in locales):
        raise InvalidInput(f"{key!r} is only shown, it judges no locale", field="metric")
    return scored[key]
