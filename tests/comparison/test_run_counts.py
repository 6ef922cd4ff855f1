"""What a run must look like to be compared, and which rows of two runs belong together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.runs import a_run, shuffled, with_counts
from vernacular.comparison.metrics import UNDERSTANDING
from vernacular.comparison.pairs import pair_runs
from vernacular.errors import InvalidInput


def test_columns_must_have_one_length() -> None:
    run = a_run({"hi-IN": [1, 0, 1]})
    with pytest.raises(InvalidInput, match="tp: run 1 has 3 items but 2 values"):
        with_counts(run, tp=run.counts["tp"][:2])


def test_an_item_appears_once() -> None:
    with pytest.raises(InvalidInput, match="more than once"):
        a_run({"hi-IN": [1, 0]}, item=np.array([7, 7]))


def test_a_locale_index_must_exist() -> None:
    with pytest.raises(InvalidInput, match="outside its 1 locales"):
        a_run({"hi-IN": [1, 0]}, locale=np.array([0, 1], np.int16))


def test_a_locale_cannot_have_more_results_than_items() -> None:
    with pytest.raises(InvalidInput, match="3 results in hi-IN, its suite 2 items"):
        a_run({"hi-IN": [1, 0, 1]}, n_items={"hi-IN": 2})


def test_a_run_can_be_cut_down_to_some_locales() -> None:
    run = a_run({"hi-IN": [1, 0], "sw-KE": [1, 1, 1]}).only(["sw-KE"])
    assert run.n_items == {"sw-KE": 3}
    assert run.item.tolist() == [3, 4, 5]
    assert pair_runs(run, run).locales == ("sw-KE",)


def test_rows_are_paired_by_item_whatever_their_order() -> None:
    baseline = a_run({"sw-KE": [1, 0, 1], "hi-IN": [0, 1]})
    candidate = shuffled(a_run({"sw-KE": [1, 1, 1], "hi-IN": [0, 0]}), seed=5)
    pairs = pair_runs(baseline, candidate)
    assert pairs.locales == ("hi-IN", "sw-KE")
    assert pairs.item.tolist() == [4, 5, 1, 2, 3]
    parts = pairs.parts(UNDERSTANDING[0])
    assert parts.numerator_a.tolist() == [0, 1, 1, 0, 1]
    assert parts.numerator_b.tolist() == [0, 0, 1, 1, 1]


def test_a_corrected_reference_is_another_utterance() -> None:
    baseline = a_run({"hi-IN": [1, 1, 1, 1]})
    candidate = replace(baseline, revision=np.array([1, 1, 2, 1]))
    pairs = pair_runs(baseline, candidate)
    assert pairs.item.tolist() == [1, 2, 4]
    assert pairs.coverage(0) == 0.75


def test_coverage_counts_the_items_that_either_run_lacks() -> None:
    baseline = a_run({"hi-IN": [1] * 10})
    pairs = pair_runs(baseline.rows(np.arange(9)), baseline.rows(np.arange(1, 10)))
    assert pairs.coverage(0) == 0.8


def test_failed_results_are_counted_on_common_rows() -> None:
    baseline = a_run({"hi-IN": [1, 0, 0]}, failed=np.array([False, True, True]))
    candidate = a_run({"hi-IN": [1, 0, 1]}).rows(np.arange(2))
    assert pair_runs(baseline, candidate).n_failed(0) == (1, 0)
