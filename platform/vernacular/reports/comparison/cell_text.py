"""A cell of a comparison in plain sentences, with every figure that its verdict was found from."""

from __future__ import annotations

from vernacular.comparison.cells import Cell, MacroCell
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict
from vernacular.reports.figures import (
    certainty,
    change_words,
    heading,
    language,
    p_value,
    percent,
    points,
    shown,
    shrunk_text,
)


def summarise_cell(cell: Cell, policy: Policy) -> str:
    """Returns one line: what changed, and what the verdict does not know."""
    if cell.verdict is Verdict.INCOMPARABLE:
        return (
            f"INCOMPARABLE: {percent(cell.coverage)} % of the suite scored in both runs,"
            f" {policy.min_coverage * 100:g} % are needed"
        )
    known = certainty(cell, policy)
    tail = f"; {known}" if known else ""
    return f"{cell.verdict.value}: {change_words(cell)} points{tail}"


def describe_cell(cell: Cell, policy: Policy) -> list[str]:
    """Returns the lines behind the summary."""
    rule, _ = policy.rule(cell.metric, cell.locale)
    lines = [
        f"{heading(cell.metric)} of {cell.locale} ({language(cell.locale)}):"
        f" {percent(cell.baseline)} % before, {percent(cell.candidate)} % now",
        f"change {change_words(cell)} points, interval at {policy.level * 100:g} %;"
        f" margin {rule.margin * 100:g}, smallest effect {rule.min_effect * 100:g}",
        f"p {p_value(cell.p)}, adjusted {p_value(cell.p_adjusted)}; {cell.method.value}",
        f"{cell.n:,} common utterances in {cell.n_clusters:,} clusters,"
        f" {percent(cell.coverage)} % of the suite",
    ]
    if cell.flips is not None:
        lines.append(f"{cell.flips.b:,} broken, {cell.flips.c:,} fixed")
    if shrunk_text(cell):
        lines.append(f"drawn to the mean of the locales: {shrunk_text(cell)} points")
    known = certainty(cell, policy)
    if known:
        lines.append(known)
    if cell.baseline_failed + cell.candidate_failed:
        lines.append(
            f"failed, counted as wrong: {cell.baseline_failed:,} of the baseline,"
            f" {cell.candidate_failed:,} of the candidate"
        )
    return lines


def summarise_mean(macro: MacroCell) -> str:
    """Returns one line of a mean, beside its worst locale."""
    return (
        f"{macro.verdict.value}: {percent(macro.baseline)} % before, {percent(macro.candidate)} %"
        f" now, {change_words(macro, 2)} points over {len(macro.locales)} locales; worst"
        f" {macro.worst_locale} {points(shown(macro.metric, macro.worst_delta))}"
    )
