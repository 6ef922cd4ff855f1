"""Builds reports for the tests: comparisons of heard runs, flips with hostile texts, a gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from tests.comparison.runs import a_run
from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.gate import Finding, GateOutcome, Rule, Waiver
from vernacular.comparison.needs import list_needs
from vernacular.comparison.policy import Policy
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.flips import FlipView
from vernacular.reports.comparison.report import CellFlips, Report
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.runs import ResultStatus

QUICK = Policy(n_resamples=200)
HOSTILE = (
    "</td></script><script>alert('x')</script> | `code` @everyone #12 :smile: **bold** [a](http://b)"
    ' www.c.example \x00\x0b\ufffe \u202e\u2069\u2067 &amp; "q"\nnext'
)
"""What a text must not do: run, mark up, mention, link, end a cell, turn what stands around it."""


def a_heard_run(edits: Mapping[str, Sequence[int]], **changes: Any) -> RunCounts:
    """Returns a run that only heard, its utterances five words and twenty characters long."""
    run = a_run({tag: [1] * len(values) for tag, values in edits.items()})
    counted = np.concatenate([np.asarray(values, np.int32) for values in edits.values()])
    counts = {
        "word_edits": counted,
        "n_words": np.full(len(counted), 5, np.int32),
        "char_edits": counted,
        "n_chars": np.full(len(counted), 20, np.int32),
    }
    return replace(run, counts=counts, normaliser="vernacular-norm/1", **changes)


def compared(
    before: Mapping[str, Sequence[int]],
    after: Mapping[str, Sequence[int]],
    policy: Policy = QUICK,
) -> Comparison:
    """Returns ``beta`` against ``alpha``, both of typed text."""
    return compare_runs(a_run(before), a_run(after, run_id=2, release="beta"), policy)


def heard(
    before: Mapping[str, Sequence[int]],
    after: Mapping[str, Sequence[int]],
    policy: Policy = QUICK,
) -> Comparison:
    """Returns ``beta`` against ``alpha``, both of recordings."""
    second = a_heard_run(after, run_id=2, release="beta")
    return compare_runs(a_heard_run(before), second, policy)


def mixed(policy: Policy = QUICK) -> Comparison:
    """Returns a comparison with one locale of each verdict: ar-SA, am-ET, sw-KE, th-TH."""
    run = a_run({"am-ET": [1] * 200, "ar-SA": [1] * 200, "sw-KE": [1] * 400, "th-TH": [1] * 20})
    worse = a_run(
        {
            "am-ET": [1] * 200,
            "ar-SA": [0] * 50 + [1] * 150,
            "sw-KE": [1] * 400,
            "th-TH": [1] * 20,
        },
        run_id=2,
        release="beta",
    )
    return compare_runs(run, worse.rows(worse.locale != 0), policy)


def an_answer(intent: str | None = "alarm_set", *slots: Slot, **changes: Any) -> JudgedAnswer:
    answer = JudgedAnswer(ResultStatus.ANSWERED, intent, 0.5, slots, None, None)
    return replace(answer, **changes)


def a_flip(text: str = "أيقظني في الخامسة", locale: str = "ar-SA", **changes: Any) -> FlipView:
    """Returns an utterance that broke: ``alarm_set`` became ``play_music``."""
    time = Slot("time", 10, 17)
    flip = FlipView(
        "regression",
        7,
        locale,
        text,
        "alarm_set",
        (time,),
        an_answer("alarm_set", time),
        an_answer("play_music"),
    )
    return replace(flip, **changes)


def a_report(comparison: Comparison | None = None, **changes: Any) -> Report:
    """Returns a report of a comparison; of one with every verdict unless another is given."""
    comparison = mixed() if comparison is None else comparison
    report = Report(comparison=comparison, needs=list_needs(comparison))
    return replace(report, **changes)


def flips_of(*flips: FlipView, metric: str = "intent_acc", n_broken: int = 50) -> CellFlips:
    return CellFlips(flips[0].locale, metric, n_broken, 0, flips)


def a_gate(*findings: Finding, **changes: Any) -> GateOutcome:
    """Returns the outcome of a gate; REGRESSED unless all findings are waived."""
    is_held = any(one.waiver is None for one in findings)
    gate = GateOutcome(
        verdict=Verdict.REGRESSED if is_held else Verdict.PASS,
        findings=findings,
        n_checked=9,
        expired_waivers=(),
        unused_waivers=(),
        tiers={"ar-SA": "core"},
        today=date(2027, 1, 31),
    )
    return replace(gate, **changes)


def a_finding(**changes: Any) -> Finding:
    finding = Finding(
        rule=Rule.REGRESSION,
        tier="core",
        locale="ar-SA",
        metric="intent_acc",
        verdict=Verdict.REGRESSED,
        message="intent_acc of ar-SA is worse",
    )
    return replace(finding, **changes)


def a_waiver(**changes: Any) -> Waiver:
    waiver = Waiver(
        locale="ar-SA", owner="amina", reason="known since May", expires=date(2027, 3, 1)
    )
    return replace(waiver, **changes)
