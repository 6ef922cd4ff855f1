"""The agreement of a source's judgments, per locale and kind of label, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.massive_files import judgment, lines, row, write_files
from tests.reports.screens import show
from vernacular.collection.import_corpus import import_massive
from vernacular.errors import NotFound
from vernacular.reports.agreement import AgreementReport, AgreementRow, report_agreement
from vernacular.reports.agreement_table import render_agreement
from vernacular.scoring.agreement import LabelUse
from vernacular.store.database import Store


def judged(number: int, *values: dict[str, Any], locale: str = "sw-KE", **more: Any) -> Any:
    """A row judged by one person for each of ``values``."""
    judgments = [judgment(worker_id=str(person), **one) for person, one in enumerate(values)]
    return row(number, locale, judgments=judgments, **more)


def scores(name: str, pairs: Sequence[Sequence[Any]], **more: Any) -> list[Any]:
    """Rows on whose ``name`` people judged ``pairs``, and on everything else the same."""
    return [
        judged(number, *({name: value} for value in pair), **more)
        for number, pair in enumerate(pairs, start=1)
    ]


def report(store: Store, folder: Path, rows: Sequence[Any], **options: Any) -> AgreementReport:
    write_files(folder, sw_KE=lines(*rows))
    assert not any(file.is_refused for file in import_massive(store, folder))
    with store.reading() as db:
        return report_agreement(db, "massive-1.1", n_resamples=200, **options)


def by_label(found: AgreementReport) -> dict[str, AgreementRow]:
    return {one.label: one for one in found.rows}


def test_each_kind_of_label_is_measured_apart(sqlite_store: Store, tmp_path: Path) -> None:
    pairs = [(1, 1), (1, 1), (0, 0), (0, 1)]
    found = by_label(report(sqlite_store, tmp_path, scores("intent_score", pairs)))
    assert list(found) == ["intent", "slots", "grammar", "spelling", "language_identification"]
    intent, slots = found["intent"], found["slots"]
    assert (intent.n_items, intent.n_people, intent.n_judgments) == (4, 2, 8)
    assert intent.alpha == pytest.approx(1 - 2 * 7 / 30)
    assert (intent.observed, intent.use) == (0.75, LabelUse.MAY_NOT_GATE)
    assert (slots.observed, slots.alpha, slots.use) == (1.0, None, None)


def test_people_who_always_agree_on_what_varies_may_gate(
    sqlite_store: Store, tmp_path: Path
) -> None:
    rows = scores("slots_score", [(1, 1), (2, 2)] * 20)
    slots = by_label(report(sqlite_store, tmp_path, rows))["slots"]
    assert (slots.alpha, slots.low, slots.high, slots.use) == (1.0, 1.0, 1.0, LabelUse.USE)


def test_languages_named_in_another_order_are_the_same(sqlite_store: Store, tmp_path: Path) -> None:
    pairs = [("target|english", "english|target"), ("target", "target")]
    found = by_label(report(sqlite_store, tmp_path, scores("language_identification", pairs)))
    assert found["language_identification"].alpha == 1.0


def test_scales_are_ranked_on_request(sqlite_store: Store, tmp_path: Path) -> None:
    rows = scores("grammar_score", [(4, 3), (1, 0), (4, 4), (0, 0), (3, 4), (1, 1)])
    nominal = by_label(report(sqlite_store, tmp_path, rows))
    ranked = by_label(report(sqlite_store, tmp_path, rows, ranks_scales=True))
    assert {one.level for one in nominal.values()} == {"nominal"}
    assert [one.level for one in ranked.values()] == [
        *("nominal", "nominal", "ordinal", "ordinal", "nominal")
    ]
    # Neighbouring grades are nearly the same as ranks, and plainly different as names.
    assert ranked["grammar"].alpha > 0.8
    assert nominal["grammar"].alpha < 0.5


def test_a_partition_or_a_locale_is_measured_alone(sqlite_store: Store, tmp_path: Path) -> None:
    rows = scores("intent_score", [(1, 1), (0, 0)])
    rows += [judged(9, {"intent_score": 1}, {"intent_score": 0}, partition="dev")]
    write_files(tmp_path, hi_IN=lines(*scores("intent_score", [(1, 1)], locale="hi-IN")))
    everything = report(sqlite_store, tmp_path, rows)
    assert {one.locale for one in everything.rows} == {"hi-IN", "sw-KE"}
    with sqlite_store.reading() as db:
        found = report_agreement(db, "massive-1.1", "test", "sw-KE", n_resamples=20)
        assert by_label(found)["intent"].alpha == 1.0
        with pytest.raises(NotFound, match=r"no utterance of massive-1.1 train came with judgm"):
            report_agreement(db, "massive-1.1", "train")
        with pytest.raises(NotFound, match="no utterance of collected came with judgments"):
            report_agreement(db, "collected")


def test_utterances_that_nobody_judged_are_no_agreement(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match="'vernacular corpus list' shows what is stored"):
        report(sqlite_store, tmp_path, [row(1), row(2, worker_id="8")])


def test_one_judge_alone_leaves_everything_unknown(sqlite_store: Store, tmp_path: Path) -> None:
    found = report(sqlite_store, tmp_path, scores("intent_score", [(1,), (0,)]))
    assert {(one.n_items, one.observed, one.alpha) for one in found.rows} == {(0, None, None)}
    assert show(render_agreement(found)).count("unknown") == 5 + 1


def test_the_table_says_what_labels_may_be_used_for(sqlite_store: Store, tmp_path: Path) -> None:
    rows = scores("intent_score", [(1, 1), (1, 1), (0, 0), (0, 1)] * 25)
    found = report(sqlite_store, tmp_path, rows)
    shown = show(render_agreement(found))
    (intent,) = (line.split() for line in shown.splitlines() if " intent " in line)
    assert intent[:7] == ["sw-KE", "intent", "100", "2", "200", "75.0", "0.469"]
    assert intent[-3:] == ["may", "not", "gate"]
    assert "200 resamples of utterances, seed 20260101" in shown
    assert shown.count("sw-KE") == 1
