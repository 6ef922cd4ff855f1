"""What a report gathers from the store, and that it does so in few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from tests.reports.made_reports import a_finding, a_gate, a_report, a_waiver
from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate import Rule
from vernacular.comparison.needs import list_needs
from vernacular.comparison.verdict import Verdict
from vernacular.reports.comparison.flips import list_flips
from vernacular.reports.comparison.report import build_report
from vernacular.store.database import Db, Store


@contextmanager
def counting(db: Db) -> Iterator[list[str]]:
    """Collects the statements that are sent while it is open."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", keep)
    yield sent
    event.remove(engine, "before_cursor_execute", keep)


def test_the_flips_are_those_of_the_comparison_with_both_answers(
    compared: Store, comparison: Comparison
) -> None:
    with compared.reading() as db:
        report = build_report(db, comparison, flips_per_cell=1000)
        for metric in ("intent_acc", "slot_micro_f1", "ex_match_acc"):
            for locale in ("am-ET", "hi-IN", "sw-KE", "th-TH"):
                listed = list_flips(db, 1, 2, locale, metric)
                found = report.flips_of(locale, metric)
                assert (list(found.shown) if found else []) == listed


def test_what_broke_is_shown_before_what_was_fixed_and_the_rest_is_counted(
    compared: Store, comparison: Comparison
) -> None:
    with compared.reading() as db:
        found = build_report(db, comparison, flips_per_cell=10).flips_of("th-TH", "intent_acc")
    assert found is not None
    assert [one.kind for one in found.shown] == ["regression"] * 8 + ["fix"] * 2
    assert (found.n_broken, found.n_fixed, found.n_left_out) == (8, 8, 6)


def test_without_room_for_flips_they_are_still_counted(
    compared: Store, comparison: Comparison
) -> None:
    with compared.reading() as db:
        found = build_report(db, comparison, flips_per_cell=0).flips_of("sw-KE", "intent_acc")
    assert found is not None
    assert (found.shown, found.n_left_out) == ((), 50)


def test_the_number_of_queries_does_not_grow_with_the_locales(
    compared: Store, comparison: Comparison
) -> None:
    with compared.reading() as db, counting(db) as sent:
        build_report(db, comparison)
    sent = [one for one in sent if one.startswith("SELECT")]
    # Two runs, their score sets, one pass for slot F1, one for the items that are shown.
    assert len(sent) <= 6


def test_the_needs_are_those_of_the_comparison(compared: Store, comparison: Comparison) -> None:
    with compared.reading() as db:
        report = build_report(db, comparison)
    assert report.needs == list_needs(comparison) != ()


def test_the_gate_has_the_last_word() -> None:
    report = a_report()
    assert report.verdict is report.comparison.verdict is Verdict.REGRESSED
    waived = replace(report, gate=a_gate(a_finding(waiver=a_waiver())))
    assert waived.verdict is Verdict.PASS


def test_a_cell_finds_its_own_drop_among_the_findings() -> None:
    mine = a_finding()
    others = (
        a_finding(rule=Rule.NFR),
        a_finding(locale="sw-KE"),
        a_finding(metric="ex_match_acc"),
    )
    report = a_report(gate=a_gate(*others, mine))
    assert report.finding(report.comparison.cell("ar-SA", "intent_acc")) is mine
    assert report.finding(report.comparison.cell("th-TH", "intent_acc")) is None
    assert a_report().finding(report.comparison.cell("ar-SA", "intent_acc")) is None
