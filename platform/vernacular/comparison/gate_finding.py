"""What a gate finds: one sentence each, with the values behind it and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vernacular.comparison.gate_rule import Rule, Waiver
from vernacular.comparison.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as the policy asks."""

    rule: Rule
    tier: str | None = None
    locale: str | None = None
    """None where it is about the whole run."""
    metric: str | None = None
    """None where it is about none."""
    verdict: Verdict
    message: str
    waiver: Waiver | None = None
    """Who lets it pass; such a finding does not count."""


Checked = Iterator[Finding | None]
"""What a rule yields, once per thing it looked at: a finding, or None where all was well."""


def percent(value: float | None) -> str:
    """Returns a fraction as it stands in a message: ``90.12 %``."""
    return "unknown" if value is None else f"{value * 100:.2f} %"


def points(value: float) -> str:
    """Returns a difference of fractions with its sign: ``-2.80``."""
    return f"{value * 100:+.2f}"


def distance(value: float) -> str:
    """Returns a difference of fractions without its sign: ``2.80 points``."""
    return f"{abs(value) * 100:.2f} points"


def p_text(value: float) -> str:
    """Returns a p-value: ``p 0.0031``, or that it is smaller than anybody needs to know."""
    return "p below 0.000001" if value < 1e-6 else f"p {value:.2g}"
