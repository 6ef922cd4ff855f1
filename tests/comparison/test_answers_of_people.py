"""How much several answers of one person tell: against cluster-robust errors, and by simulation."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from vernacular.comparison.answers_of_people import FEWEST_PEOPLE, count_independent, sum_people
from vernacular.comparison.unpaired import Share, SharePair, fisher_worse, judge_shares, newcombe
from vernacular.comparison.verdict import Verdict
from vernacular.scoring.intervals import sum_clusters, wilson

people_of_a_locale = st.lists(
    st.tuples(st.integers(1, 12), st.floats(0, 1)).map(
        lambda one: (round(one[0] * one[1]), one[0])
    ),
    min_size=1,
    max_size=30,
)
"""(yes, answers) of each person."""


def share_of(*people: tuple[int, int]) -> Share:
    """Returns the answers of people who said yes so often of so many."""
    return Share.of_people(
        (person, number < n_yes) for person, (n_yes, n) in enumerate(people) for number in range(n)
    )


@given(st.integers(0, 10_000))
def test_answers_are_divided_by_what_cluster_robust_errors_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    person = rng.integers(0, 24, 160)
    yes = rng.random(160) < np.linspace(0.3, 1, 24)[person]
    model = sm.OLS(yes.astype(float), np.ones(160))
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": person}).bse[0]
    effect = max(1.0, (robust / model.fit().bse[0]) ** 2)
    share = Share.of_people(zip(person.tolist(), yes.tolist(), strict=True))
    assert share.n_independent == pytest.approx(160 / effect)
    assert share.interval() == pytest.approx(wilson(yes.sum() / effect, 160 / effect), abs=1e-9)


@given(people_of_a_locale)
def test_they_tell_no_more_than_there_are_and_no_less_than_one(
    people: list[tuple[int, int]],
) -> None:
    share = share_of(*people)
    assert 1 - 1e-9 <= share.n_independent <= share.n + 1e-9
    assert (share.n_people, share.n) == (len(people), sum(n for _, n in people))


@given(people_of_a_locale)
def test_asking_the_opposite_changes_nothing_of_how_much_they_tell(
    people: list[tuple[int, int]],
) -> None:
    share = share_of(*people)
    assert share.turned == share_of(*((n - n_yes, n) for n_yes, n in people))
    assert share.turned.n_independent == pytest.approx(share.n_independent)
    assert share.turned.turned == share


@given(st.integers(0, 60), st.integers(0, 60))
def test_answers_of_as_many_people_are_independent(n_yes: int, n_no: int) -> None:
    share = share_of(*[(1, 1)] * n_yes, *[(0, 1)] * n_no)
    plain = Share(n_yes, n_yes + n_no)
    assert share.n_independent == pytest.approx(plain.n_independent)
    assert share.independent == plain


def test_one_person_is_as_good_as_one_answer_however_often_she_answers() -> None:
    share = share_of((30, 40))
    assert (share.n_independent, share.independent) == (1, Share(1, 1))
    assert share.interval() == wilson(0.75, 1)


def test_where_people_agree_each_is_one_answer() -> None:
    of_one_mind = share_of(*[(20, 20)] * 10)
    assert of_one_mind.interval() == wilson(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)
    assert share_of(*[(15, 20)] * 10).interval() == wilson(7.5, 10)


def test_fewer_people_than_ten_are_one_answer_each() -> None:
    people = [(3, 5), (5, 5), (4, 5)] * 4
    assert share_of(*people[:9]).n_independent == 9
    assert share_of(*people[:10]).n_independent > 40


def test_people_who_gave_one_answer_each_do_not_hide_who_gave_nearly_all() -> None:
    share = share_of((150, 200), *[(1, 1)] * 8, *[(0, 1)] * 2)
    assert share.n_people > FEWEST_PEOPLE
    assert share.n_independent == pytest.approx(210**2 / (200**2 + 10))


def test_halves_count_like_answers_of_their_own_kind() -> None:
    numbers = count()
    people = [(next(numbers) % 12, value) for value in [2, 0, 1, 2, 2] * 12]
    values = [value for _, value in people]
    halves = count_independent(sum_people(people, 2), sum_clusters(values, [2] * 60))
    doubled = [(person, 2 * value) for person, value in people]
    fourths = count_independent(
        sum_people(doubled, 4), sum_clusters([2 * value for value in values], [4] * 60)
    )
    assert halves == pytest.approx(fourths)


def test_two_releases_judged_by_one_person_are_never_told_apart() -> None:
    pair = SharePair(share_of((38, 40)), share_of((27, 40)), 0.1, 30)
    (change,) = judge_shares([pair], alpha=0.05, q=0.05)
    assert (change.verdict, change.p_adjusted, change.low) == (Verdict.INCONCLUSIVE, None, None)
    lenient = SharePair(pair.baseline, pair.candidate, 0.1, 30, people_min=1)
    (change,) = judge_shares([lenient], alpha=0.05, q=0.05)
    assert change.verdict is Verdict.INCONCLUSIVE
    independent = SharePair(Share(38, 40), Share(27, 40), 0.1, 30)
    (change,) = judge_shares([independent], alpha=0.05, q=0.05)
    assert change.verdict is Verdict.REGRESSED


def test_people_who_differ_raise_few_alarms_where_nothing_changed() -> None:
    rng = np.random.default_rng(11)

    def judged_by(n_people: int, n_each: int) -> Share:
        chance = rng.beta(4, 1, n_people)
        return share_of(*((int(rng.binomial(n_each, one)), n_each) for one in chance))

    pairs = [(judged_by(24, 8), judged_by(24, 8)) for _ in range(600)]
    alarms = sum(fisher_worse(*pair) < 0.05 for pair in pairs)
    held = sum(
        bounds is not None and bounds[0] <= 0 <= bounds[1]
        for bounds in (newcombe(*pair, 0.9) for pair in pairs)
    )
    naive = sum(fisher_worse(Share(a.n_yes, a.n), Share(b.n_yes, b.n)) < 0.05 for a, b in pairs)
    # Of 600, 30 and 540 are promised, give or take 5 and 7.
    assert alarms <= 45 and held >= 520
    assert naive >= 60, "taken for independent, they would raise many"
