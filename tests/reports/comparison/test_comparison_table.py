"""The comparison on a terminal: what is worst is read first."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from tests.comparison.runs import a_run
from tests.reports.comparison.test_report_json import A_SLICE
from tests.reports.made_reports import compared, heard, mixed
from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import noise_floor
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.comparison_table import render_comparison

QUICK = Policy(n_resamples=200)


def render(comparison: Comparison, *, width: int = 120, **options: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(render_comparison(comparison, **options))
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


def test_an_inconclusive_cell_near_its_margin_says_how_many_would_clear_it(
    comparison: Comparison,
) -> None:
    near = {"n": 2000, "n_needed": 771, "delta": -0.015, "low": -0.030}
    cells = tuple(
        replace(cell, **near) if (cell.locale, cell.metric) == ("th-TH", "intent_acc") else cell
        for cell in comparison.cells
    )
    # Half of the interval must shrink from 1.5 points to 0.5: nine times as many.
    assert "-1.5 ? n≥18,000" in row(render(replace(comparison, cells=cells)), "th-TH")


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
    candidate = replace(run, run_id=2, release="beta").rows(run.locale == 0)
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


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_narrow_terminal_loses_columns_before_it_cuts_a_figure(
    comparison: Comparison, width: int
) -> None:
    text = render(comparison, width=width, show_all=True)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert "75.0 -25.0 ✗" in row(text, "sw-KE")


def test_a_wer_that_rises_has_a_plus_and_the_legend_says_that_it_is_worse() -> None:
    text = render(heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200}))
    assert "20.0 +20.0 ✗" in row(text, "sw-KE")
    assert "+1.0 is one point worse" in text
    assert "normaliser vernacular-norm/1" in text


def test_a_watched_metric_says_so_and_is_not_in_the_verdict() -> None:
    comparison = heard({"ja-JP": [0] * 200}, {"ja-JP": [0] * 200})
    text = render(comparison, show_all=True)
    assert "0.0 +0.0 ✓ watch" in row(text, "ja-JP")
    cells = tuple(
        one if one.is_gated else replace(one, verdict=Verdict.REGRESSED) for one in comparison.cells
    )
    last = render(replace(comparison, cells=cells)).rstrip().splitlines()[-1]
    assert last == "✓ PASS"


def test_notes_and_what_was_not_compared_stand_above_the_figures() -> None:
    comparison = replace(mixed(), missing_metrics=("wer",), notes=("rescore run 2 first",))
    text = render(comparison)
    table = text.index(" locale ")
    assert text.index("note: rescore run 2 first") < table
    assert text.index("only one of the two runs is scored on WER: not compared") < table
    assert text.index("no results of beta in am-ET") < table


def test_what_is_missing_for_an_answer_is_counted() -> None:
    comparison = mixed()
    asked = [cell.n_needed for cell in comparison.cells if cell.locale == "th-TH" and cell.n_needed]
    text = render(comparison)
    assert f"to collect for an answer: th-TH {max(asked) - 20:,} more" in text
    assert "to collect" not in render(compared({"sw-KE": [1] * 400}, {"sw-KE": [1] * 400}))


def test_small_locales_show_the_shrunk_change_beside_the_raw_one_on_request() -> None:
    before = {"ar-SA": [1] * 200, "sw-KE": [1] * 600}
    comparison = compared(before, {"ar-SA": [0] * 6 + [1] * 194, "sw-KE": [1] * 600})
    drawn = comparison.cell("ar-SA", "intent_acc").shrunk
    assert drawn is not None
    text = " ".join(render(comparison, show_all=True).split())
    assert re.search(rf"ar-SA intent acc: -3\.0 \[.*?\], drawn .* {drawn * 100:+.1f}, 200", text)
    assert "sw-KE intent acc:" not in text
    assert "drawn to the mean" not in render(comparison)


def test_a_mean_that_regressed_alone_is_named_in_the_verdict(comparison: Comparison) -> None:
    fine = tuple(replace(one, verdict=Verdict.PASS) for one in comparison.cells)
    mean = replace(comparison.macro[0], verdict=Verdict.REGRESSED)
    last = render(replace(comparison, cells=fine, macro=(mean,))).rstrip().splitlines()[-1]
    assert last == "✗ REGRESSED: regressed in the mean of intent acc"


def test_flips_are_held_against_the_noise(comparison: Comparison) -> None:
    floor = {"intent_acc": noise_floor({"sw-KE": Flips(196, 2, 2, 0)})}
    text = render(comparison, noise_floor=floor)
    assert "7.25 % broke; two runs of one release break 1.00 % by noise; above it in sw-KE" in (
        " ".join(text.split())
    )


def test_slices_stand_below_the_means(comparison: Comparison) -> None:
    text = render(comparison, slices=(A_SLICE,))
    assert text.index("mean of 4 locales") < text.index("domain alarm") < text.index("REGRESSED")


def test_open_ended_says_that_nothing_passes_yet() -> None:
    policy = replace(QUICK, open_ended=True)
    text = render(compared({"sw-KE": [1] * 400}, {"sw-KE": [1] * 400}, policy))
    assert "results still arrive: only a regression can be called" in text
