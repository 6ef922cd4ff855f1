"""The flipped utterances with what both releases answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import WRONG, prepare_suite, run_release
from vernacular.comparison.compare import Comparison
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.reports.comparison.flips import list_flips
from vernacular.store.database import Store

ALPHA, BETA = 1, 2
"""Run numbers."""


def test_regressions_come_first_with_both_answers(compared: Store) -> None:
    with compared.reading() as db:
        found = list_flips(db, ALPHA, BETA, "th-TH", "intent_acc")
    assert [one.kind for one in found] == ["regression"] * 8 + ["fix"] * 8
    assert [one.text.split()[-1] for one in found] == [
        str(i) for i in (*range(9, 17), *range(1, 9))
    ]
    broken, fixed = found[0], found[8]
    assert (broken.locale, broken.text) == ("th-TH", "niamshe saa tatu 9")
    assert (broken.expected_intent, broken.expected_slots) == ("alarm_set", (Slot("time", 8, 16),))
    assert (broken.baseline.intent, broken.baseline.slots) == ("alarm_set", (Slot("time", 8, 16),))
    assert (broken.candidate.intent, broken.candidate.slots) == (WRONG.intent, ())
    assert (fixed.baseline.intent, fixed.candidate.intent) == (WRONG.intent, "alarm_set")


def test_without_a_locale_the_flips_of_all_are_listed(compared: Store) -> None:
    with compared.reading() as db:
        found = list_flips(db, ALPHA, BETA, None, "intent_acc")
    assert sum(one.kind == "regression" for one in found) == 50 + 8
    assert sum(one.kind == "fix" for one in found) == 40 + 8


@pytest.mark.parametrize("metric", ["intent_acc", "ex_match_acc"])
def test_the_flips_listed_are_those_the_comparison_counts(
    compared: Store, comparison: Comparison, metric: str
) -> None:
    with compared.reading() as db:
        for locale in ("am-ET", "hi-IN", "sw-KE", "th-TH"):
            found = list_flips(db, ALPHA, BETA, locale, metric)
            counted = comparison.flipped(locale, metric)
            assert [one.item for one in found] == [*counted.negative, *counted.positive]


def test_under_slot_f1_an_utterance_is_right_when_all_its_slots_are(compared: Store) -> None:
    with compared.reading() as db:
        found = list_flips(db, ALPHA, BETA, "sw-KE", "slot_micro_f1")
    # Half of the 50 broken utterances have a slot at all.
    assert [one.kind for one in found] == ["regression"] * 25
    assert all(one.expected_slots for one in found)


def test_more_flips_than_one_query_may_name_are_all_listed(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path, 1100, ["sw-KE"])
    run_release(sqlite_store, "alpha")
    run_release(sqlite_store, "beta", lambda _tag, _number: True)
    with sqlite_store.reading() as db:
        found = list_flips(db, ALPHA, BETA, "sw-KE", "intent_acc")
    assert [one.item for one in found] == list(range(1, 1101))


def test_what_is_unknown_is_named(compared: Store) -> None:
    with compared.reading() as db:
        with pytest.raises(InvalidInput, match=r"'wer' is none of intent_acc, .*ex_match_acc"):
            list_flips(db, ALPHA, BETA, None, "wer")
        with pytest.raises(NotFound, match="no run 99"):
            list_flips(db, ALPHA, 99, None, "intent_acc")
        with pytest.raises(NotFound, match="suite smoke has no fr-FR; it has am-ET, hi-IN"):
            list_flips(db, ALPHA, BETA, "fr-FR", "intent_acc")
