"""Turns measured cells into verdicts, and verdicts into one; the order of the rules is the policy.

"Not significant" is never a pass: a candidate passes only where it was shown to be no worse than
the margin allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from vernacular.comparison.policy import Policy

Inconclusive = Literal["pass", "warn", "fail"]
"""What becomes of an inconclusive comparison: let it through, through with a warning, or not."""


class Verdict(StrEnum):
    """What is said of a candidate; the members stand in the order in which they outweigh others."""

    REGRESSED = "REGRESSED"
    INCOMPARABLE = "INCOMPARABLE"
    INCONCLUSIVE = "INCONCLUSIVE"
    PASS = "PASS"  # noqa: S105 - a verdict, not a password


_EXIT_CODES = {
    Verdict.REGRESSED: 1,
    Verdict.INCOMPARABLE: 2,
    Verdict.INCONCLUSIVE: 3,
    Verdict.PASS: 0,
}


def screen(
    *, coverage: float, n: int, n_clusters: int, is_defined: bool, policy: Policy
) -> Verdict | None:
    """Returns the verdict of a cell that cannot be tested; None where it can.

    Args:
        coverage: common utterances per suite item.
        n: common utterances.
        n_clusters: independent clusters among them.
        is_defined: both runs have a value.
        policy: the smallest of each.
    """
    if coverage < policy.min_coverage and not policy.open_ended:
        return Verdict.INCOMPARABLE
    if n < policy.n_min or n_clusters < policy.min_clusters or not is_defined:
        return Verdict.INCONCLUSIVE
    return None


def judge(
    *,
    delta: float,
    low: float,
    p_adjusted: float,
    q: float,
    margin: float,
    min_effect: float,
) -> Verdict:
    """Returns the verdict of one cell that was tested.

    A drop that is certain and large enough is a regression even inside the margin, so that rule
    comes first.

    Args:
        delta: candidate minus baseline; negative is worse.
        low: lower bound of the interval of delta.
        p_adjusted: one-sided p of "worse", corrected within its family.
        q: level of that correction.
        margin: how much worse still passes, positive.
        min_effect: how small a drop is never a regression, positive.
    """
    if p_adjusted <= q and delta < 0 and -delta >= min_effect:
        return Verdict.REGRESSED
    if low > -margin:
        return Verdict.PASS
    return Verdict.INCONCLUSIVE


def aggregate(verdicts: Iterable[Verdict]) -> Verdict:
    """Returns the one verdict that outweighs the others; INCOMPARABLE where there is none."""
    given = set(verdicts)
    return next((verdict for verdict in Verdict if verdict in given), Verdict.INCOMPARABLE)


def exit_code(verdict: Verdict, inconclusive: Inconclusive = "fail") -> int:
    """Returns the exit code of a command: 1 REGRESSED, 2 INCOMPARABLE, 3 INCONCLUSIVE, 0 PASS.

    An inconclusive comparison that may ``pass`` or only ``warn`` exits 0.
    """
    if verdict is Verdict.INCONCLUSIVE and inconclusive != "fail":
        return 0
    return _EXIT_CODES[verdict]
