"""What to collect so that an inconclusive locale gets its answer.

An inconclusive comparison is worth something only if it says what is missing. One line per locale:
the metric that asks for most, how many utterances it asks for, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Need:
    """What one locale lacks."""

    locale: str
    metric: str
    """The one that asks for most."""
    n: int
    """Common utterances there are."""
    n_needed: int | None
    """Common utterances that are asked for; None where no number of them is known to be enough."""
    because: str
    """One clause that says what asks for it, with the values it was found from."""

    @property
    def n_missing(self) -> int | None:
        """Utterances to be collected; None where that number is not known."""
        return None if self.n_needed is None else self.n_needed - self.n


def list_needs(comparison: Comparison) -> tuple[Need, ...]:
    """Returns one need per locale that a gated metric leaves without an answer.

    Those that lack most come first; those for which no number is known come last.
    """
    by_locale: dict[str, list[Need]] = {}
    for cell in comparison.cells:
        if cell.is_gated and cell.verdict is Verdict.INCONCLUSIVE:
            by_locale.setdefault(cell.locale, []).append(need_of(cell, comparison.policy))
    return tuple(sorted((_greatest(needs) for needs in by_locale.values()), key=_most_first))


def need_of(cell: Cell, policy: Policy) -> Need:
    """Returns what one inconclusive cell lacks."""
    n_needed, because = _explain(cell, policy)
    # Where the number is no more than there is, it was not the number that kept the answer back.
    known = n_needed if n_needed is not None and n_needed > cell.n else None
    return Need(cell.locale, cell.metric, cell.n, known, because)


def _explain(cell: Cell, policy: Policy) -> tuple[int | None, str]:
    rule, _ = policy.rule(cell.metric, cell.locale)
    planned = max(policy.n_min, cell.n_needed or 0)
    drop = f"a drop of {rule.margin * 100:g} points"
    if cell.n < policy.n_min:
        reason = f"{cell.n} utterances are fewer than the {policy.n_min} asked for"
        if cell.low is not None and cell.low > -rule.margin:
            # What was seen is good enough already; only its number is not.
            planned = policy.n_min
        if planned > policy.n_min:
            reason += f", and {drop} takes {planned:,} to be seen"
        return planned, reason
    if cell.n_clusters < policy.min_clusters:
        return planned, (
            f"{cell.n_clusters} independent clusters (speakers) are fewer than the"
            f" {policy.min_clusters} asked for: ask other people"
        )
    if cell.delta is None:
        return None, "one of the two runs has no value of it here"
    if planned > cell.n:
        return planned, f"{drop} takes {planned:,} to be seen with power {policy.power:g}"
    if policy.open_ended:
        return None, "nothing passes while results still arrive; compare again at the planned end"
    return _explain_near_margin(cell, rule.margin)


def _explain_near_margin(cell: Cell, margin: float) -> tuple[int | None, str]:
    """Returns how many utterances would do if the difference stayed as it is.

    The suite is large enough to see a drop as large as the margin, and there is one, but a smaller
    one or a less certain one. A half-width falls with the root of the number of utterances.
    """
    assert cell.delta is not None
    assert cell.low is not None
    room = cell.delta + margin
    if room <= 0:
        return None, (
            f"it fell by {-cell.delta * 100:.2f} points, not less than the margin of"
            f" {margin * 100:g}, yet not certainly: no number of utterances is likely to pass it"
        )
    n_needed = ceil(cell.n * ((cell.delta - cell.low) / room) ** 2)
    return n_needed, (
        f"the lower bound {cell.low * 100:+.2f} does not clear the margin of {margin * 100:g}"
        f" points; at this difference ({cell.delta * 100:+.2f}) it would with {n_needed:,}"
    )


def _greatest(needs: Sequence[Need]) -> Need:
    return min(needs, key=lambda need: (need.n_missing is None, -(need.n_missing or 0)))


def _most_first(need: Need) -> tuple[bool, int, str]:
    return need.n_missing is None, -(need.n_missing or 0), need.locale
