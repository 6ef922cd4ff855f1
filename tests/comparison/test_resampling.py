"""Which locales are drawn together, and what that does to the mean over them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.runs import a_parallel_run, a_run, with_counts
from vernacular.comparison.metrics import UNDERSTANDING
from vernacular.comparison.pairs import pair_runs
from vernacular.comparison.resampling import ENOUGH_PLACES, place_clusters, resample_pairs


def test_translations_of_one_utterance_are_drawn_as_one() -> None:
    run = a_run(
        {"am-ET": [1, 1], "hi-IN": [1, 1], "ja-JP": [1], "sw-KE": [1, 1]},
        cluster=np.array([1, 2, 3, 4, 4, 2, 9]),
        n_items={"am-ET": 2, "hi-IN": 2, "is-IS": 5, "ja-JP": 1, "sw-KE": 2},
    )
    place, n_places = place_clusters(pair_runs(run, run), seed=1)
    assert n_places == 5
    # Rows stand by locale: am-ET 1 2, hi-IN 3 4, ja-JP 4, sw-KE 2 9.
    assert place[1] == place[5]
    assert place[3] == place[4]
    assert set(place.tolist()) == set(range(5))


@pytest.mark.parametrize(("n_locales", "n"), [(3, 2000), (2, 5000)])
def test_unrelated_locales_share_places_only_with_others(n_locales: int, n: int) -> None:
    run = a_parallel_run(n_locales, n, 1, cluster=np.arange(n_locales * n))
    pairs = pair_runs(run, run)
    place, n_places = place_clusters(pairs, seed=1)
    assert n_places == max(n, ENOUGH_PLACES)
    assert place.max() < n_places
    for locale in range(n_locales):
        assert len(np.unique(place[pairs.rows_of(locale)])) == n


def test_runs_without_a_common_row_have_no_resamples() -> None:
    baseline = a_run({"hi-IN": [1, 1]})
    pairs = pair_runs(baseline, replace(baseline, item=np.array([8, 9])))
    assert np.isnan(resample_pairs(pairs, UNDERSTANDING, 10, 1)).all()


def test_the_mean_over_unrelated_locales_keeps_its_variance_when_places_run_out() -> None:
    # Sorted outcomes: without shuffling, locales that share places would err alike.
    n_locales, n = 12, 1500
    baseline = a_run({f"l{i:02d}-XX": [1] * n for i in range(n_locales)})
    own = np.arange(n_locales * n)
    right = np.tile(np.arange(n) >= 150, n_locales).astype(np.int32)
    candidate = with_counts(replace(baseline, cluster=own), correct_intent=right)
    pairs = pair_runs(replace(baseline, cluster=own), candidate)
    means = resample_pairs(pairs, UNDERSTANDING, 3000, 1)[0].mean(axis=0)
    assert means.std() == pytest.approx((0.1 * 0.9 / n / n_locales) ** 0.5, rel=0.06)


def test_a_locale_gets_the_same_resamples_without_the_others() -> None:
    baseline, candidate = a_parallel_run(4, 200, 1), a_parallel_run(4, 200, 1, changed=0.2)
    everything = resample_pairs(pair_runs(baseline, candidate), UNDERSTANDING, 300, 7)
    some = ["l01-XX", "l03-XX"]
    fewer = pair_runs(baseline.only(some), candidate.only(some))
    assert np.array_equal(resample_pairs(fewer, UNDERSTANDING, 300, 7), everything[:, [1, 3]])


def test_resamples_scatter_around_what_was_observed() -> None:
    baseline, candidate = a_parallel_run(2, 500, 1), a_parallel_run(2, 500, 1, changed=0.2)
    pairs = pair_runs(baseline, candidate)
    deltas = resample_pairs(pairs, UNDERSTANDING, 4000, 7)
    for metric, resampled in zip(UNDERSTANDING, deltas, strict=True):
        parts = pairs.parts(metric)
        for locale in range(2):
            here = parts.rows(pairs.rows_of(locale))
            observed = here.numerator_b.sum() / here.denominator_b.sum()
            observed -= here.numerator_a.sum() / here.denominator_a.sum()
            assert resampled[locale].mean() == pytest.approx(observed, abs=0.0015)


def test_errors_shared_by_locales_widen_the_mean() -> None:
    rng = np.random.default_rng(2)
    n = 400
    one_locale = [rng.random(n) < 0.8 for _ in range(2)]
    tags = ["am-ET", "hi-IN", "ja-JP", "sw-KE"]
    baseline = a_run(dict.fromkeys(tags, one_locale[0].astype(int)))
    candidate = a_run(dict.fromkeys(tags, one_locale[1].astype(int)))
    shared = resample_pairs(pair_runs(baseline, candidate), UNDERSTANDING, 2000, 1)[0]
    own = np.arange(4 * n)
    apart = resample_pairs(
        pair_runs(replace(baseline, cluster=own), replace(candidate, cluster=own)),
        UNDERSTANDING,
        2000,
        1,
    )[0]
    # Four locales that err alike tell no more than one; four that err apart, twice as precisely.
    assert shared.mean(axis=0).std() == pytest.approx(shared[0].std(), rel=1e-3)
    assert apart.mean(axis=0).std() == pytest.approx(shared[0].std() / 2, rel=0.1)
