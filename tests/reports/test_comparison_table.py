"""The comparison on a terminal: what is worst is read first."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from tests.comparison.runs import a_run, rows_of
from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.policy import Policy
from vernacular.reports.comparison_table import render_comparison

QUICK = Policy(n_resamples=200)


def render(comparison: Comparison, *, show_all: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=120).print(render_comparison(comparison, show_all=show_all))
    return out.getvalue()


def row(text: str, locale: str) -> str:
    """Returns the table's line of one locale."""
    (line,) = [line for line in text.splitlines() if line.startswith(f" {locale} ")]
    return line


def order(text: str) -> list[str]:
    return re.findall(r"^ ([a-z]{2}-[A-Z]{2}) ", text, re.MULTILINE)


def test_the_worst_locale_is_read_first(comparison: Comparison) -> None:
    assert order(render(comparison)) == ["sw-KE", "th-TH", "am-ET"]


def test_unchanged_locales_are_one_line_unless_all_are_asked_for(comparison: Comparison) -> None:
    assert "no change in 1: hi-IN" in render(comparison)
    everything = render(comparison, show_all=True)
    assert "no change" not in everything
    assert order(everything) == ["sw-KE", "th-TH", "hi-IN", "am-ET"]


def test_a_regression_shows_rate_drop_and_what_broke(comparison: Comparison) -> None:
    line = row(render(comparison), "sw-KE")
    assert "Swahili" in line
    assert "75.0 -25.0 ✗" in line
    assert line.rstrip().endswith("50/0")


def test_an_inconclusive_cell_says_how_many_utterances_it_lacks(comparison: Comparison) -> None:
    needed = comparison.cell("th-TH", "intent_acc").n_needed
    assert needed is not None
    assert f"96.0 +0.0 ? n≥{needed:,}" in row(render(comparison), "th-TH")


def test_a_pass_says_the_smallest_drop_it_would_have_seen(comparison: Comparison) -> None:
    mde = comparison.cell("hi-IN", "intent_acc").mde
    assert mde is not None
    assert f"100.0 +0.0 ✓  ±{mde * 100:.1f}" in row(render(comparison, show_all=True), "hi-IN")
    assert "▲" in row(render(comparison), "am-ET")


def test_the_mean_stands_beside_its_worst_locale(comparison: Comparison) -> None:
    text = render(comparison)
    assert re.search(r"intent acc: 92\.8 mean of 4 locales, -1\.25 .*worst sw-KE -25\.0", text)


def test_the_verdict_stands_last_with_the_locales_behind_it(comparison: Comparison) -> None:
    last = render(comparison).rstrip().splitlines()[-1]
    assert last == "✗ REGRESSED: regressed in sw-KE; inconclusive in th-TH"


def test_releases_runs_and_policy_are_named(comparison: Comparison) -> None:
    text = render(comparison)
    assert text.startswith("beta (run 2) against alpha (run 1) on suite smoke")
    assert "seed 20260101, scorer vernacular-nlu/1" in text


def test_a_clean_pass_is_short() -> None:
    run = a_run({"am-ET": [1] * 200, "sw-KE": [1] * 200})
    text = render(compare_runs(run, replace(run, run_id=2, release="beta"), QUICK))
    assert order(text) == []
    assert "no change in 2: am-ET, sw-KE" in text
    assert text.rstrip().splitlines()[-1] == "✓ PASS"


def test_a_locale_without_results_is_named_with_its_release() -> None:
    run = a_run({"am-ET": [1] * 200, "sw-KE": [1] * 200})
    candidate = rows_of(replace(run, run_id=2, release="beta"), run.locale == 0)
    text = render(compare_runs(run, candidate, QUICK))
    assert "no results of beta in sw-KE" in text
    assert text.rstrip().splitlines()[-1] == "! INCOMPARABLE: incomparable in sw-KE"


def test_failed_answers_are_told_because_they_count_as_wrong(comparison: Comparison) -> None:
    assert "failed" not in render(comparison)
    cells = tuple(replace(cell, candidate_failed=3) for cell in comparison.cells)
    n_failed = 3 * len({cell.locale for cell in cells})
    text = render(replace(comparison, cells=cells))
    assert f"failed, counted as wrong: 0 of {comparison.baseline}, {n_failed} of" in text


def test_many_regressed_locales_are_counted_and_some_named() -> None:
    tags = [f"l{letter}-XX" for letter in "abcdefghijklmnop"]
    run = a_run({tag: [1] * 200 for tag in tags})
    worse = a_run({tag: [1] * 100 + [0] * 100 for tag in tags}, run_id=2, release="beta")
    text = " ".join(render(compare_runs(run, worse, QUICK)).split())
    named = ", ".join(tags[:12])
    assert text.endswith(f"✗ REGRESSED: regressed in 16 locales ({named} ...)")


def test_the_same_comparison_is_rendered_to_the_same_text(comparison: Comparison) -> None:
    assert render(comparison) == render(comparison)


def test_no_line_is_wider_than_a_wide_terminal(comparison: Comparison) -> None:
    assert max(map(len, render(comparison, show_all=True).splitlines())) <= 120
