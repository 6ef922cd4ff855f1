"""The calibration of a run per locale, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    text_engine,
)
from tests.reports.screens import show
from vernacular.assistants.contract import Answer, Request
from vernacular.errors import NotFound
from vernacular.evaluation.run import carry_out, open_run
from vernacular.reports.runs.calibration import CalibrationRow, report_calibration
from vernacular.reports.runs.calibration_table import render_calibration
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

RUN = 1


@dataclass
class OddAssistant(RuleAssistant):
    """In sw-KE the first four give no usable confidence; utterance 6 is answered wrongly."""

    def answer(self, request: Request) -> Answer:
        number = int(request.text.split()[-1])
        if request.locale != "sw-KE" or number > 4:
            return super().answer(request)
        return (
            Answer(error="out of memory"),
            Answer(intent="alarm_set"),
            Answer(intent="alarm_set", intent_confidence=1.5),
            Answer(),
        )[number - 1]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Run 1 over 503 utterances each of hi-IN and sw-KE; right answers say 0.75 to an alarm (odd
    numbers) and 0.5 to a greeting, a wrong one 0.25."""
    folder = tmp_path_factory.mktemp("calibrated")
    made = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(made)
    prepare_suite(made, folder / "corpus", 503)
    add_release(made, "alpha")
    assert open_run(made, "alpha", "smoke") == RUN
    carry_out(made, RUN, text_engine(OddAssistant(lambda tag, i: (tag, i) == ("hi-IN", 6))), ignore)
    yield made
    made.close()


def rows(store: Store) -> dict[str, CalibrationRow]:
    with store.reading() as db:
        return {row.locale: row for row in report_calibration(db, RUN).locales}


def test_a_pencil_checks_the_errors_of_a_locale(store: Store) -> None:
    hindi = rows(store)["hi-IN"]
    assert (hindi.n, hindi.n_left_out) == (503, 0)
    assert hindi.accuracy == pytest.approx(502 / 503)
    assert hindi.mean_confidence == pytest.approx((252 * 0.75 + 250 * 0.5 + 0.25) / 503)
    assert hindi.ece == pytest.approx((252 * 0.25 + 250 * 0.5 + 0.25) / 503)
    assert hindi.brier == pytest.approx((252 * 0.25**2 + 250 * 0.5**2 + 0.25**2) / 503)
    filled = [(one.n, one.mean_confidence, one.accuracy) for one in hindi.bins if one.n]
    assert filled == [(1, 0.25, 0.0), (250, 0.5, 1.0), (252, 0.75, 1.0)]


def test_below_500_answers_a_locale_is_unscored(store: Store) -> None:
    swahili = rows(store)["sw-KE"]
    assert (swahili.n, swahili.n_left_out) == (499, 4)
    assert (swahili.ece, swahili.brier) == (None, None)
    assert swahili.accuracy == 1.0
    assert sum(one.n for one in swahili.bins) == 499


def test_the_table_names_what_it_does_not_know(store: Store) -> None:
    with store.reading() as db:
        shown = show(render_calibration(report_calibration(db, RUN)))
    (hindi,) = (line.split() for line in shown.splitlines() if line.startswith(" hi-IN"))
    assert hindi == ["hi-IN", "Hindi", "503", "0", "62.5", "99.8", "-37.3", "37.4", "0.156"]
    (swahili,) = (line.split() for line in shown.splitlines() if line.startswith(" sw-KE"))
    assert swahili[2:4] == ["499", "4"]
    assert swahili[-2:] == ["-", "-"]
    assert "unscored with fewer than 500 answers: sw-KE" in shown
    assert "ECE: 37.4 mean of 1 locales, worst hi-IN 37.4" in shown


def test_a_run_without_answers_yet_is_all_unknown(store: Store) -> None:
    add_release(store, "beta")
    run_id = open_run(store, "beta", "smoke")
    with store.reading() as db:
        found = report_calibration(db, run_id)
    assert [(one.locale, one.n, one.accuracy) for one in found.locales] == [
        ("hi-IN", 0, None),
        ("sw-KE", 0, None),
    ]
    shown = show(render_calibration(found))
    assert "unscored with fewer than 500 answers: hi-IN, sw-KE" in shown
    assert "locales, worst" not in shown


def test_a_run_that_is_not_there_is_named(store: Store) -> None:
    with store.reading() as db, pytest.raises(NotFound, match="no run 99"):
        report_calibration(db, 99)
