"""The intents of a run: rates, worst locales, confusions, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
)
from tests.reports.screens import show
from vernacular.assistants.contract import Answer, Request
from vernacular.errors import NotFound
from vernacular.evaluation.run import carry_out, open_run
from vernacular.reports.runs.intents import IntentReport, IntentRow, report_intents
from vernacular.reports.runs.intents_table import render_intents
from vernacular.scoring.intents import ConfusionCell
from vernacular.scoring.intervals import wilson
from vernacular.store.database import Store

ALPHA = 1
"""The run of ``alpha``: 40 of 200 utterances wrong in am-ET, 8 in th-TH, half of each with an
alarm expected; every wrong answer is ``play_music``."""


def by_name(found: IntentReport) -> dict[str, IntentRow]:
    return {row.intent: row for row in found.intents}


def test_rates_over_all_locales_name_the_worst(compared: Store) -> None:
    with compared.reading() as db:
        found = report_intents(db, ALPHA)
    assert (found.release, found.suite, found.locale) == ("alpha", "smoke", None)
    assert (found.n_items, found.n, found.n_failed, found.n_correct) == (800, 800, 0, 752)
    alarm, music = by_name(found)["alarm_set"], by_name(found)["play_music"]
    assert (alarm.n, alarm.n_answered, alarm.n_correct) == (400, 376, 376)
    assert (alarm.precision, alarm.recall, alarm.f1) == (1.0, 0.94, pytest.approx(752 / 776))
    assert (alarm.worst_locale, alarm.worst_recall) == ("am-ET", 0.8)
    assert (music.n, music.n_answered, music.precision, music.recall) == (0, 48, 0.0, None)
    assert (music.worst_locale, music.f1) == (None, 0.0)
    assert found.accuracy == 0.94
    assert found.macro_f1 == pytest.approx((2 * 752 / 776 + 0) / 3)
    assert found.confusions == (
        ConfusionCell("alarm_set", "play_music", 24),
        ConfusionCell("general_greet", "play_music", 24),
    )


def test_rates_of_one_locale_come_with_intervals(compared: Store) -> None:
    with compared.reading() as db:
        found = report_intents(db, ALPHA, "th-TH")
    assert (found.n_items, found.n, found.n_correct) == (200, 200, 192)
    alarm = by_name(found)["alarm_set"]
    assert (alarm.recall, alarm.recall_interval) == (0.96, wilson(96, 100))
    assert alarm.precision_interval == wilson(96, 96)
    assert alarm.worst_locale is None
    assert by_name(found)["play_music"].recall_interval is None


def test_intervals_are_not_given_over_parallel_locales(compared: Store) -> None:
    with compared.reading() as db:
        rows = report_intents(db, ALPHA).intents
    assert {(row.precision_interval, row.recall_interval) for row in rows} == {(None, None)}


def test_what_is_unknown_is_named(compared: Store) -> None:
    with compared.reading() as db:
        with pytest.raises(NotFound, match="no run 99"):
            report_intents(db, 99)
        with pytest.raises(NotFound, match="suite smoke has no fr-FR; it has am-ET, hi-IN"):
            report_intents(db, ALPHA, "fr-FR")


@dataclass
class SilentAssistant(RuleAssistant):
    """Fails at what its rule calls wrong, and says nothing to the utterance numbered 4."""

    def answer(self, request: Request) -> Answer:
        number = int(request.text.split()[-1])
        if self.is_wrong(request.locale, number):
            return Answer(error="out of memory")
        return Answer() if number == 4 else super().answer(request)


def test_failed_and_silent_answers_are_missed_and_told_apart(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path, 6, ["sw-KE"])
    add_release(sqlite_store, "alpha")
    run_id = open_run(sqlite_store, "alpha", "smoke")
    carry_out(
        sqlite_store, run_id, text_engine(SilentAssistant(lambda _tag, number: number == 1)), ignore
    )
    with sqlite_store.reading() as db:
        found = report_intents(db, run_id)
    assert (found.n, found.n_failed, found.n_correct) == (6, 1, 4)
    assert found.confusions == (
        ConfusionCell("alarm_set", None, 1),
        ConfusionCell("general_greet", None, 1),
    )
    shown = show(render_intents(found))
    assert "failed, counted as missed: 1" in shown
    assert "no answer" in shown


def test_utterances_without_a_result_are_left_out_and_counted(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path, 2)
    add_release(sqlite_store, "alpha")
    run_id = open_run(sqlite_store, "alpha", "smoke")
    with sqlite_store.reading() as db:
        found = report_intents(db, run_id)
    assert (found.n_items, found.n, found.accuracy, found.intents) == (4, 0, None, ())
    assert "no result, left out: 4 of 4" in show(render_intents(found))


def test_the_weakest_intent_is_shown_first(compared: Store) -> None:
    with compared.reading() as db:
        everywhere, thai = report_intents(db, ALPHA), report_intents(db, ALPHA, "th-TH")
    shown = show(render_intents(everywhere))
    assert "intent acc 94.0 (752 of 800), macro F1 64.6 over 3 intents" in shown
    assert shown.index("play_music") < shown.index("alarm_set")
    assert "am-ET 80.0" in shown
    assert "undefined" in shown
    (line,) = (
        one for one in show(render_intents(thai)).splitlines() if "alarm_set" in one and "[" in one
    )
    assert line.split() == [
        *("alarm_set", "100", "96", "96", "100.0", "[96.2,", "100.0]", "96.0", "[90.2,", "98.4]"),
        "98.0",
    ]


def test_rare_confusions_are_counted_and_left_to_json(sqlite_store: Store, tmp_path: Path) -> None:
    @dataclass
    class Inventor(RuleAssistant):
        """Answers every utterance with an intent of its own."""

        def answer(self, request: Request) -> Answer:
            return Answer(intent=f"invented_{request.text.split()[-1]}")

    prepare_suite(sqlite_store, tmp_path, 23, ["sw-KE"])
    add_release(sqlite_store, "alpha")
    run_id = open_run(sqlite_store, "alpha", "smoke")
    carry_out(sqlite_store, run_id, text_engine(Inventor()), ignore)
    with sqlite_store.reading() as db:
        found = report_intents(db, run_id)
    assert len(found.confusions) == 23
    assert "3 rarer confusions are in --json" in show(render_intents(found))


def test_a_release_without_errors_has_no_confusions(sqlite_store: Store, tmp_path: Path) -> None:
    prepare_suite(sqlite_store, tmp_path, 4)
    run_id = run_release(sqlite_store, "alpha")
    with sqlite_store.reading() as db:
        found = report_intents(db, run_id)
    assert (found.accuracy, found.macro_f1, found.confusions) == (1.0, 1.0, ())
    assert "of all expected" not in show(render_intents(found))
