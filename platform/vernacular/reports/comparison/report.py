"""All that a report of one comparison says, gathered once and written in any format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.flips import FlippedItems
from vernacular.comparison.gate import Finding, GateOutcome, Rule
from vernacular.comparison.needs import Need, list_needs
from vernacular.comparison.noise_floor import NoiseFloor
from vernacular.comparison.slices import SliceCell
from vernacular.comparison.verdict import Inconclusive, Verdict
from vernacular.evaluation.compare_runs import find_shared_scores
from vernacular.reports.comparison.flips import FlipView, Kind, view_of
from vernacular.store.database import Db
from vernacular.store.judged_items import list_flips_everywhere, list_judged_items
from vernacular.store.runs import find_run
from vernacular.store.tables import Run, ScoreSet

FLIPS_PER_CELL = 20
"""Flipped utterances shown of one locale and metric; the others are counted."""


@dataclass(frozen=True, slots=True)
class CellFlips:
    """The utterances of one locale whose verdict under one metric changed."""

    locale: str
    metric: str
    n_broken: int
    """Right in the baseline and wrong in the candidate, shown or not."""
    n_fixed: int
    shown: tuple[FlipView, ...]
    """Broken ones first, each kind by item; as many as there was room for."""

    @property
    def n_left_out(self) -> int:
        """Flips that are counted and not shown."""
        return self.n_broken + self.n_fixed - len(self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A comparison with everything that stands beside it; equal reports are written alike."""

    comparison: Comparison
    gate: GateOutcome | None = None
    """What a gate's policy made of it; None where nobody asked a gate."""
    inconclusive: Inconclusive = "fail"
    """What an inconclusive comparison ends with."""
    flips: tuple[CellFlips, ...] = ()
    """In the order of the cells; none for a cell without a flip."""
    slices: tuple[SliceCell, ...] = ()
    noise_floor: Mapping[str, NoiseFloor] | None = None
    """By metric key; None where the noise is unknown."""
    needs: tuple[Need, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The gate's verdict where there is one, else the comparison's."""
        return self.comparison.verdict if self.gate is None else self.gate.verdict

    def flips_of(self, locale: str, metric: str) -> CellFlips | None:
        """Returns the flips of one cell; None where there are none."""
        for one in self.flips:
            if (one.locale, one.metric) == (locale, metric):
                return one
        return None

    def finding(self, cell: Cell) -> Finding | None:
        """Returns what the gate says of one cell's drop; None where it says nothing."""
        if self.gate is None:
            return None
        for finding in self.gate.findings:
            where = (finding.locale, finding.metric)
            if finding.rule is Rule.REGRESSION and where == (cell.locale, cell.metric):
                return finding
        return None


def build_report(
    db: Db,
    comparison: Comparison,
    *,
    gate: GateOutcome | None = None,
    inconclusive: Inconclusive = "fail",
    slices: Sequence[SliceCell] = (),
    noise_floor: Mapping[str, NoiseFloor] | None = None,
    flips_per_cell: int = FLIPS_PER_CELL,
) -> Report:
    """Returns the report of a comparison, with the flipped utterances read from the store.

    Args:
        db: the store both runs are in.
        comparison: what is reported.
        gate: what a gate's policy made of it.
        inconclusive: what an inconclusive comparison ends with.
        slices: parts of the comparison, if they were asked for.
        noise_floor: flips of an A/A comparison by metric key, if it was asked for.
        flips_per_cell: how many utterances are shown of each locale and metric.

    Raises:
        NotFound: one of its runs is not in this store.
    """
    return Report(
        comparison=comparison,
        gate=gate,
        inconclusive=inconclusive,
        flips=_read_flips(db, comparison, flips_per_cell),
        slices=tuple(slices),
        noise_floor=noise_floor,
        needs=list_needs(comparison),
    )


def _read_flips(db: Db, comparison: Comparison, flips_per_cell: int) -> tuple[CellFlips, ...]:
    """Returns the flips of every cell; one pass over the scores for each metric that needs it."""
    baseline = find_run(db, comparison.baseline_run_id)
    candidate = find_run(db, comparison.candidate_run_id)
    before, after = find_shared_scores(db, baseline, candidate)
    found = {(one.locale, one.metric): one for one in comparison.flips}
    for key in _counted_in_parts(comparison):
        found |= _flips_of_parts(db, candidate, before, after, key)
    metrics = {metric.key: metric for metric in comparison.metrics}
    chosen = [
        (one, _choose(one, flips_per_cell))
        for cell in comparison.cells
        # Where a metric counts in the wrong unit, it would list what the other one lists already.
        if metrics[cell.metric].is_primary(cell.locale)
        and (one := found.get((cell.locale, cell.metric)))
        and (one.negative or one.positive)
    ]
    numbers = sorted({number for _, picked in chosen for number, _ in picked})
    items = list_judged_items(db, baseline, candidate, after.id, numbers)
    by_number = {item.number: item for item in items}
    return tuple(
        CellFlips(
            one.locale,
            one.metric,
            len(one.negative),
            len(one.positive),
            tuple(view_of(by_number[number], kind) for number, kind in picked),
        )
        for one, picked in chosen
    )


def _counted_in_parts(comparison: Comparison) -> Iterator[str]:
    """Yields the metrics that count words or slots, so that the comparison lists no flips."""
    listed = {one.metric for one in comparison.flips}
    yield from (metric.key for metric in comparison.metrics if metric.key not in listed)


def _flips_of_parts(
    db: Db, candidate: Run, before: ScoreSet, after: ScoreSet, metric: str
) -> dict[tuple[str, str], FlippedItems]:
    flips: dict[str, tuple[list[int], list[int]]] = {}
    for locale, item, is_fix in list_flips_everywhere(db, candidate, before.id, after.id, metric):
        flips.setdefault(locale, ([], []))[is_fix].append(item)
    return {
        (locale, metric): FlippedItems(locale, metric, tuple(broken), tuple(fixed))
        for locale, (broken, fixed) in flips.items()
    }


def _choose(items: FlippedItems, n: int) -> list[tuple[int, Kind]]:
    """Returns the flips that are shown: what broke is what somebody has to look at."""
    broken: list[tuple[int, Kind]] = [(number, "regression") for number in items.negative[:n]]
    fixed: list[tuple[int, Kind]] = [(number, "fix") for number in items.positive]
    return broken + fixed[: n - len(broken)]
