"""How figures and marks are written wherever a person reads them.

Inside, a difference is positive where the candidate is better, whatever the metric. A person
expects a WER that rises from 10 to 12 to have changed by +2, so that error rates are turned back
here and nowhere else, and every change carries a mark that says whether it is for the worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.metrics import METRICS
from vernacular.comparison.needs import need_of
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.locales import find_locale
from vernacular.scoring.metric_keys import (
    CER,
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
    TEXT_INTENT_ACCURACY,
    WER,
)

HEADINGS = {
    WER: "WER",
    CER: "CER",
    INTENT_ACCURACY: "intent acc",
    SLOT_F1: "slot F1",
    EXACT_MATCH: "exact match",
    SLOT_VALUE_F1: "slot value F1",
    TEXT_INTENT_ACCURACY: "intent acc (text)",
}
MARKS = {
    Verdict.REGRESSED: "✗",
    Verdict.INCOMPARABLE: "!",
    Verdict.INCONCLUSIVE: "?",
    Verdict.PASS: "✓",
}
"""What stands for a verdict where there is no room for the word."""
BETTER = "▲"
"""Stands in place of the mark of a pass where the candidate is better beyond chance."""

ORIENTATION = "WER and CER are errors, less is better: +1.0 is one point worse"
"""Said wherever the change of an error rate is shown."""

SMALL_N = 500
"""With fewer utterances a locale's difference is mostly noise, and what it is when drawn towards
those of the other locales is shown beside it."""

_ERRORS = frozenset(metric.key for metric in METRICS if metric.is_error)


class Difference(Protocol):
    """A cell, a mean, or a slice: anything with an interval that is oriented by its metric."""

    @property
    def metric(self) -> str: ...
    @property
    def delta(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A difference and its interval the way a person expects them, as fractions."""

    delta: float
    low: float
    high: float


def heading(metric: str) -> str:
    """Returns what a metric is called in a table."""
    return HEADINGS.get(metric, metric)


def language(locale: str) -> str:
    """Returns the English name of a locale's language, without its territory."""
    return find_locale(locale).display_name("en").split(" (")[0]


def is_error(metric: str) -> bool:
    """Returns whether less of a metric is better."""
    return metric in _ERRORS


def shown(metric: str, delta: float) -> float:
    """Returns a difference as candidate minus baseline: an error rate that rises is positive."""
    # Not by multiplying with -1 alone: no reader wants to meet a minus zero.
    return 0.0 - delta if metric in _ERRORS else delta


def change_of(one: Difference) -> Change | None:
    """Returns a difference with its interval; None where either is unknown."""
    if one.delta is None or one.low is None or one.high is None:
        return None
    low, high = sorted((shown(one.metric, one.low), shown(one.metric, one.high)))
    return Change(shown(one.metric, one.delta), low, high)


def percent(rate: float | None, unknown: str = "-") -> str:
    """Returns a fraction as a percentage with one decimal."""
    return unknown if rate is None else f"{rate * 100:.1f}"


def points(delta: float | None, digits: int = 1, unknown: str = "-") -> str:
    """Returns a difference of fractions in points, with its sign; never a minus zero."""
    if delta is None:
        return unknown
    rounded = round(delta * 100, digits)
    return f"{rounded if rounded else 0.0:+.{digits}f}"


def interval(change: Change, digits: int = 1) -> str:
    """Returns both bounds of a change in points: ``[-1.2, +0.3]``."""
    return f"[{points(change.low, digits)}, {points(change.high, digits)}]"


def p_value(p: float | None) -> str:
    """Returns a p-value: four digits, or that it is smaller than they can say."""
    if p is None:
        return "-"
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"


def is_better(cell: Difference) -> bool:
    """Returns whether the candidate is better beyond chance."""
    return cell.low is not None and cell.low > 0


def mark(cell: Cell | MacroCell) -> str:
    """Returns the mark of a cell's verdict, or of a pass that is a change for the better."""
    if cell.verdict is Verdict.PASS and is_better(cell):
        return BETTER
    return MARKS[cell.verdict]


def direction(cell: Difference) -> str:
    """Returns in a word what the sign alone cannot say: ``worse``, ``better`` or ``equal``."""
    rounded = 0.0 if cell.delta is None else round(cell.delta * 100, 1)
    return "equal" if not rounded else "worse" if rounded < 0 else "better"


def certainty(cell: Cell, policy: Policy) -> str:
    """Returns what a verdict does not know, as a clause; empty where there is nothing to say.

    A pass says how small a drop it would have seen, an inconclusive cell what it lacks.
    """
    if cell.verdict is Verdict.PASS and cell.mde is not None:
        return f"would have seen a drop of {percent(cell.mde)} points"
    if cell.verdict is not Verdict.INCONCLUSIVE:
        return ""
    need = need_of(cell, policy)
    if need.n_missing is None:
        return need.because
    return f"needs {need.n_needed:,} utterances, {need.n_missing:,} more"


def change_text(one: Difference, digits: int = 1) -> str:
    """Returns a change with its interval: ``-1.2 [-2.0, -0.4]``; a dash where it is unknown."""
    change = change_of(one)
    if change is not None:
        return f"{points(change.delta, digits)} {interval(change, digits)}"
    return "-" if one.delta is None else points(shown(one.metric, one.delta), digits)


def change_words(one: Difference, digits: int = 1) -> str:
    """Returns the same, and of an error rate, whose sign misleads, whether it is worse."""
    text = change_text(one, digits)
    if one.delta is None or not is_error(one.metric):
        return text
    return f"{text} {direction(one)}"


def shrunk_text(cell: Cell) -> str:
    """Returns the better guess of a small locale's change in points; empty for a large one."""
    if cell.shrunk is None or cell.n >= SMALL_N:
        return ""
    return points(shown(cell.metric, cell.shrunk))
