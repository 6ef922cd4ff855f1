"""Slices on a terminal: the surest drop first, and nothing that looks like a verdict."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from tests.reports.comparison.test_report_json import A_SLICE
from vernacular.comparison.slices import SliceCell
from vernacular.reports.comparison.slices_table import MAX_SLICES, render_slices, surest_drop_first


def render(slices: list[SliceCell], width: int = 120, *, show_all: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(render_slices(slices, q=0.05, show_all=show_all))
    return out.getvalue()


def test_the_surest_drop_comes_first_and_the_untested_last() -> None:
    sure = replace(A_SLICE, value="music", p_adjusted=0.001)
    small = replace(A_SLICE, value="news", n=8, p=None, p_adjusted=None)
    assert surest_drop_first([small, A_SLICE, sure]) == [sure, A_SLICE, small]
    assert "n<30" in render([small])


def test_a_slice_names_its_worst_locale_and_its_interval() -> None:
    text = render([A_SLICE])
    assert "domain alarm" in text
    assert "[-20.0, +0.0]" in text
    assert "ar-SA -20.0" in text
    assert "decide nothing" in text


def test_an_error_rate_that_rises_has_a_plus() -> None:
    text = render([replace(A_SLICE, metric="wer", flips=None)])
    assert "+10.0" in text
    assert "[+0.0, +20.0]" in text


def test_only_the_first_are_shown_unless_all_are_asked_for() -> None:
    many = [replace(A_SLICE, value=f"v{i}") for i in range(MAX_SLICES + 5)]
    assert "5 more slices: --all" in render(many)
    assert "more slices" not in render(many, show_all=True)


def test_a_narrow_terminal_loses_the_interval_before_it_cuts_a_figure() -> None:
    text = render([A_SLICE], 80)
    assert max(map(len, text.splitlines())) <= 80
    assert "[-20.0" not in text
    assert "0.0600" in text
