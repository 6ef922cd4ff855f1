"""How figures are written: an error rate that rises is written with a plus and called worse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.made_reports import QUICK, compared, heard, mixed
from vernacular.comparison.verdict import Verdict
from vernacular.reports.figures import (
    certainty,
    change_of,
    change_text,
    change_words,
    direction,
    interval,
    mark,
    p_value,
    percent,
    points,
    shown,
    shrunk_text,
)

WORSE = heard({"sw-KE": [0] * 300}, {"sw-KE": [1] * 60 + [0] * 240})
"""WER 0 became 60 edits per 1,500 words, .04."""


def test_a_wer_that_rises_is_written_with_a_plus_and_called_worse() -> None:
    cell = WORSE.cell("sw-KE", "wer")
    assert cell.delta == pytest.approx(-0.04)
    change = change_of(cell)
    assert change is not None
    assert change.delta == pytest.approx(0.04)
    assert change.low < change.delta < change.high
    assert (change.low, change.high) == pytest.approx((-cell.high, -cell.low))
    assert change_words(cell) == f"+4.0 {interval(change)} worse"
    assert (direction(cell), mark(cell)) == ("worse", "✗")


def test_an_accuracy_keeps_its_sign_and_needs_no_word() -> None:
    cell = compared({"sw-KE": [1] * 300}, {"sw-KE": [0] * 60 + [1] * 240}).cell(
        "sw-KE", "intent_acc"
    )
    assert change_words(cell) == change_text(cell)
    assert change_text(cell).startswith("-20.0 [-")


def test_no_figure_is_a_minus_zero() -> None:
    assert points(-0.0) == points(-0.0004) == points(shown("wer", 0.0)) == "+0.0"
    assert points(shown("wer", 0.0004), 2) == "-0.04"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-", percent(None)),
        ("unscored", percent(None, "unscored")),
        ("12.3", percent(0.1234)),
        ("-", points(None)),
        ("-", p_value(None)),
        ("<0.0001", p_value(0.00001)),
        ("0.0001", p_value(0.0001)),
        ("1.0000", p_value(1.0)),
    ],
)
def test_unknown_is_a_dash_and_small_is_not_zero(written: str, value: str) -> None:
    assert value == written


def test_a_pass_says_what_it_could_have_missed_and_inconclusive_what_it_lacks() -> None:
    comparison = mixed()
    fine, unsure = (comparison.cell(tag, "intent_acc") for tag in ("sw-KE", "th-TH"))
    assert fine.mde is not None
    assert certainty(fine, QUICK) == f"would have seen a drop of {fine.mde * 100:.1f} points"
    assert unsure.n_needed is not None
    missing = f"needs {unsure.n_needed:,} utterances, {unsure.n_needed - 20:,} more"
    assert certainty(unsure, QUICK) == missing
    assert certainty(comparison.cell("ar-SA", "intent_acc"), QUICK) == ""


def test_the_shrunk_change_is_shown_for_small_locales_only() -> None:
    cell = replace(mixed().cell("ar-SA", "intent_acc"), shrunk=-0.123)
    assert shrunk_text(cell) == "-12.3"
    assert shrunk_text(replace(cell, n=500)) == ""
    assert shrunk_text(replace(cell, metric="wer")) == "+12.3"


def test_better_beyond_chance_has_its_own_mark_but_never_hides_a_regression() -> None:
    cell = compared({"sw-KE": [0] * 60 + [1] * 240}, {"sw-KE": [1] * 300}).cell(
        "sw-KE", "intent_acc"
    )
    assert mark(cell) == "▲"
    assert mark(replace(cell, verdict=Verdict.REGRESSED)) == "✗"
    # Nor an answer that is not known: what is missing may be what it broke.
    assert mark(replace(cell, verdict=Verdict.INCOMPARABLE)) == "!"
    assert mark(replace(cell, verdict=Verdict.INCONCLUSIVE)) == "?"
