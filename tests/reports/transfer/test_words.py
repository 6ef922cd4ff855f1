"""What the zero-shot view says in words, and on a terminal."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tests.comparison.runs import a_run
from tests.reports.made_reports import a_heard_run
from tests.reports.screens import show
from vernacular.comparison.metrics import METRICS
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.transfer import Transfer, measure_transfer
from vernacular.reports.transfer.table import render_transfer
from vernacular.reports.transfer.words import legend, list_facts, list_notes

RUN = a_run(
    {
        "de-DE": [1] * 90 + [0] * 30,
        "en-US": [1] * 108 + [0] * 12,
        "ka-GE": [1] * 30 + [0] * 90,
        "sw-KE": [1] * 60 + [0] * 60,
    }
)


def found(
    run: RunCounts = RUN,
    trained: tuple[str, ...] | None = ("de-DE", "en-US"),
    metric: str = "intent_acc",
) -> Transfer:
    return measure_transfer(run, next(one for one in METRICS if one.key == metric), trained)


def facts(one: Transfer) -> dict[str, str]:
    return {fact.name: fact.value for fact in list_facts(one)}


def test_the_gap_the_means_and_english_are_said_first() -> None:
    said = facts(found())
    assert said["trained on"].startswith("2 locales, mean 82.5 [")
    assert said["never seen"].startswith("2 locales, mean 37.5 [")
    assert said["never seen"].endswith("; worst ka-GE Georgian 25.0")
    assert said["transfer gap"].startswith("-45.0 [-")
    assert said["English"].startswith("en-US 90.0 [")


def test_the_table_has_the_worst_first_and_says_what_was_trained_on() -> None:
    lines = show(render_transfer(found())).splitlines()
    rows = [line.split() for line in lines if "●" in line or "◆" in line][:-1]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("ka-GE", "◆", "unseen"),
        ("sw-KE", "◆", "unseen"),
        ("de-DE", "●", "trained"),
        ("en-US", "●", "trained"),
    ]
    assert "-65.0 [" in next(line for line in lines if line.lstrip().startswith("ka-GE"))


def test_a_narrow_terminal_loses_words_before_figures() -> None:
    screen = StringIO()
    Console(file=screen, width=80).print(render_transfer(found()))
    row = next(line for line in screen.getvalue().splitlines() if "ka-GE" in line and "◆" in line)
    assert "Georgian" not in row and "…" not in row
    assert row.count("[") == 3


def test_a_gap_of_error_rates_is_written_as_it_is_and_said_to_be_worse() -> None:
    edits = {"en-US": [0] * 110 + [1] * 10, "ka-GE": [0] * 60 + [2] * 60}
    one = found(a_heard_run(edits), ("en-US",), "wer")
    assert facts(one)["transfer gap"].startswith("+18.3 [+")
    assert "worse points" in facts(one)["transfer gap"]
    assert "more is worse" in legend(one)


@pytest.mark.parametrize(
    ("trained", "note"),
    [
        (None, "the manifest of alpha names no trained locales"),
        (("de", "en", "ka", "sw"), "it was trained on every locale here"),
        (("fr-FR",), "it was trained on no locale here"),
    ],
    ids=["silent", "all", "none"],
)
def test_without_a_gap_it_is_said_why(trained: tuple[str, ...] | None, note: str) -> None:
    one = found(trained=trained)
    assert any(said.startswith(note) for said in list_notes(one))
    assert "transfer gap" not in facts(one)
    assert facts(one)["English"]


def test_what_is_missing_failed_or_too_small_is_said() -> None:
    failed = replace(RUN, failed=np.arange(len(RUN.item)) < 3)
    one = found(failed.rows(np.arange(len(RUN.item)) < 420))
    assert list(list_notes(one)) == [
        "no result, left out: 60 of 480",
        "failed, counted as wrong: 3",
        "in no mean, with fewer than 100 utterances: sw-KE",
    ]


def test_locales_that_a_metric_does_not_judge_are_named() -> None:
    run = a_heard_run({"en-US": [0] * 120, "ja-JP": [1] * 120})
    assert "WER does not judge ja-JP" in list(list_notes(found(run, ("en-US",), "wer")))


def test_a_run_without_results_has_no_table() -> None:
    empty = found(RUN.rows(np.zeros(480, np.bool_)))
    assert "no result, left out: 480 of 480" in show(render_transfer(empty))
