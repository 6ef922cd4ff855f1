"""The flipped utterances of one locale and metric, with both releases' answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.compare_runs import find_shared_scores
from vernacular.evaluation.load_counts import scored_metrics
from vernacular.store.database import Db
from vernacular.store.judged_items import (
    JudgedAnswer,
    JudgedItem,
    list_flipped_items,
    list_judged_items,
)
from vernacular.store.runs import find_parts, find_run
from vernacular.store.suites import count_items
from vernacular.store.tables import Run

Kind = Literal["regression", "fix"]


@dataclass(frozen=True, slots=True)
class FlipView:
    """One utterance that only one of two releases understood."""

    kind: Kind
    item: int
    locale: str
    text: str
    expected_intent: str
    expected_slots: tuple[Slot, ...]
    baseline: JudgedAnswer
    candidate: JudgedAnswer


def list_flips(
    db: Db, baseline_run_id: int, candidate_run_id: int, locale: str | None, metric: str
) -> list[FlipView]:
    """Returns the flips of one metric in one locale (or in all), regressions first.

    Under slot F1, which counts spans, an utterance is right when all of its slots are.

    Raises:
        NotFound: there is no such run, it has no scores, or its suite no such locale.
        InvalidInput: the metric is unknown, or one of the runs is not scored on it.
    """
    baseline_run, run = find_run(db, baseline_run_id), find_run(db, candidate_run_id)
    scored = [one.key for one in scored_metrics(run) if one in scored_metrics(baseline_run)]
    if metric not in scored:
        raise InvalidInput(f"{metric!r} is none of {', '.join(scored)}", field="metric")
    if locale is not None:
        _require_locale(db, run, locale)
    first, second = find_shared_scores(db, baseline_run, run)
    broken, fixed = list_flipped_items(db, run, first.id, second.id, locale, metric)

    def read(numbers: Sequence[int], kind: Kind) -> list[FlipView]:
        items = list_judged_items(db, baseline_run, run, second.id, numbers)
        return [view_of(item, kind) for item in items]

    return read(broken, "regression") + read(fixed, "fix")


def _require_locale(db: Db, run: Run, locale: str) -> None:
    """Refuses a locale that was not tested; without flips it would look like one without change."""
    held = count_items(db, run.suite_id)
    if locale not in held:
        suite = find_parts(db, run)[1].name
        raise NotFound(f"suite {suite} has no {locale}; it has {', '.join(held)}")


def view_of(item: JudgedItem, kind: Kind) -> FlipView:
    """Returns a flip as it is shown."""
    return FlipView(
        kind,
        item.number,
        item.locale,
        item.text,
        item.intent,
        item.slots,
        item.baseline,
        item.candidate,
    )
