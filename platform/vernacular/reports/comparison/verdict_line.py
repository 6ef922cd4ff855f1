"""Where a verdict comes from, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from vernacular.comparison.compare import Comparison
from vernacular.comparison.verdict import Verdict
from vernacular.reports.figures import heading

MAX_NAMED = 12
"""Locales named in a line; more are counted and the first of them named."""


def explain_verdict(comparison: Comparison) -> str:
    """Returns the locales behind every verdict but PASS: ``regressed in sw-KE``; empty if none.

    A mean is named where it regressed and no locale did by itself.
    """
    deciding = [cell for cell in comparison.cells if cell.is_gated]
    by_verdict = {
        verdict: sorted({cell.locale for cell in deciding if cell.verdict is verdict})
        for verdict in (Verdict.REGRESSED, Verdict.INCOMPARABLE, Verdict.INCONCLUSIVE)
    }
    named = [
        f"{verdict.value.lower()} in {name_some(locales)}"
        for verdict, locales in by_verdict.items()
        if locales
    ]
    means = [
        heading(one.metric)
        for one in comparison.macro
        if one.is_gated and one.verdict is Verdict.REGRESSED
    ]
    if means and not by_verdict[Verdict.REGRESSED]:
        named.insert(0, f"regressed in the mean of {', '.join(means)}")
    return "; ".join(named)


def name_some(locales: Sequence[str]) -> str:
    """Returns the names of locales, or their number and the first of them."""
    few = ", ".join(locales[:MAX_NAMED])
    if len(locales) <= MAX_NAMED:
        return few
    return f"{len(locales)} locales ({few} ...)"
