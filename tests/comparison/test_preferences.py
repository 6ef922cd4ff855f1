from __future__ import annotations

import doctest
from collections.abc import Iterator
from itertools import count
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from vernacular.comparison.bradley_terry import (
    Floats,
    expected_wins,
    find_bounded,
    linked_groups,
    log_strengths,
)
from vernacular.comparison.preferences import LocalePreferences, Tally, Vote, weigh_votes
from vernacular.scoring.intervals import wilson

AMERICAN_LEAGUE = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ],
    float,
)
"""Games of 1987 that Milwaukee, Detroit, Toronto, New York, Boston, Cleveland and Baltimore won
against each other (Agresti, Categorical Data Analysis, 2nd edition, table 10.10)."""
FITTED = (1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0)
"""Their strengths against Baltimore's, as published there and by R's BradleyTerry2."""


def cast(
    n_wins: int = 0,
    n_losses: int = 0,
    n_ties: int = 0,
    n_both_bad: int = 0,
    *,
    locale: str = "en-US",
    people: Iterator[int] | None = None,
    pair: tuple[str, str] = ("new", "old"),
) -> list[Vote]:
    """Returns votes between two releases, by one person unless told."""
    outcomes = [1.0] * n_wins + [0.0] * n_losses + [0.5] * n_ties + [None] * n_both_bad
    return [Vote(locale, next(people) if people else 1, *pair, outcome) for outcome in outcomes]


def weigh(votes: list[Vote]) -> LocalePreferences:
    (found,) = weigh_votes(votes, n_resamples=200).locales
    return found


def test_two_releases_differ_by_the_logarithm_of_their_wins() -> None:
    logs = log_strengths(np.array([[0.0, 30.0], [10.0, 0.0]]), n_prior_ties=0)
    assert logs == pytest.approx([log(3) / 2, -log(3) / 2])


def test_the_prior_is_one_tie_more_of_those_who_met() -> None:
    never_lost, never_won = log_strengths(np.array([[0.0, 7.0], [0.0, 0.0]]))
    assert never_lost - never_won == pytest.approx(log(7.5 / 0.5))


def test_the_strengths_of_a_published_example_come_out() -> None:
    logs = log_strengths(AMERICAN_LEAGUE, n_prior_ties=0)
    assert logs - logs[-1] == pytest.approx(FITTED, abs=6e-4)
    assert logs.mean() == pytest.approx(0)


def test_no_other_strengths_are_likelier() -> None:
    rng = np.random.default_rng(7)
    wins = rng.integers(0, 9, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)
    with_ties = wins + 0.5 * (1 - np.eye(5))

    def surprise(logs: Floats) -> float:
        return float((with_ties * np.logaddexp(0, logs[None, :] - logs[:, None])).sum())

    best = minimize(surprise, np.zeros(5), method="BFGS", options={"gtol": 1e-8}).x
    assert log_strengths(wins) == pytest.approx(best - best.mean(), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6), st.permutations(range(3)))
def test_strengths_are_finite_and_do_not_depend_on_the_order(
    counts: list[int], order: list[int]
) -> None:
    wins = np.zeros((3, 3))
    wins[~np.eye(3, dtype=bool)] = counts
    logs = log_strengths(wins)
    assert np.isfinite(logs).all()
    assert log_strengths(wins[np.ix_(order, order)]) == pytest.approx(logs[order], abs=1e-5)


def test_a_long_chain_is_fitted_link_by_link() -> None:
    n_releases, n_won, n_lost = 25, 60, 2
    wins = np.zeros((n_releases, n_releases))
    for later in range(1, n_releases):
        wins[later, later - 1], wins[later - 1, later] = n_won, n_lost
    links = np.diff(log_strengths(wins))
    alone = log((n_won + 0.5) / (n_lost + 0.5))
    assert links == pytest.approx(np.full(n_releases - 1, alone), abs=1e-9)


def test_resamples_are_fitted_as_each_would_be_alone() -> None:
    rng = np.random.default_rng(3)
    many = rng.poisson(AMERICAN_LEAGUE, size=(20, 7, 7)).astype(float)
    together = log_strengths(many)
    assert together[11] == pytest.approx(log_strengths(many[11]), abs=1e-6)


def test_releases_that_never_met_are_of_different_groups_each_with_mean_zero() -> None:
    wins = np.zeros((4, 4))
    wins[0, 1], wins[1, 0], wins[2, 3], wins[3, 2] = 8, 2, 1, 1
    groups = linked_groups(wins)
    assert groups.tolist() == [0, 0, 1, 1]
    logs = log_strengths(wins, n_prior_ties=0)
    assert logs == pytest.approx([log(4) / 2, -log(4) / 2, 0, 0])
    assert expected_wins(logs, groups) == pytest.approx([0.8, 0.2, 0.5, 0.5])


@pytest.mark.parametrize(
    ("wins", "expected"),
    [
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [True, True, True]),
        ([[0, 1, 1], [0, 0, 1], [0, 0, 0]], [False, False, False]),
        ([[0, 1, 1], [1, 0, 1], [0, 0, 0]], [True, True, False]),
        ([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]], [True, True, False]),
    ],
)
def test_votes_alone_bound_a_strength_where_releases_beat_each_other_in_a_circle(
    wins: list[list[float]], expected: list[bool]
) -> None:
    assert find_bounded(np.array(wins, float)).tolist() == expected


def test_a_release_that_never_won_moves_no_other_and_takes_no_interval_away() -> None:
    votes = cast(30, 20)
    alone = {one.release: one.strength for one in weigh(votes).standings}
    met = weigh([*votes, *cast(4, pair=("new", "stray"))])
    strengths = {one.release: one.strength for one in met.standings}
    assert [one.release for one in met.standings] == ["new", "old", "stray"]
    for release in ("new", "old"):
        one, other = strengths[release], alone[release]
        assert one is not None and other is not None
        assert one.log == pytest.approx(other.log, abs=1e-6)
        assert one.low is not None and one.high is not None
    assert strengths["stray"] is not None and strengths["stray"].low is None


def test_a_tie_is_half_a_win_and_both_bad_is_none() -> None:
    found = weigh(cast(6, 2, 2, 5, people=count()))
    new, old = found.standings
    assert (new.release, new.tally) == ("new", Tally(6, 2, 2, 5))
    assert (old.release, old.tally) == ("old", Tally(2, 2, 6, 5))
    assert (new.tally.win_rate, old.tally.win_rate) == (0.7, pytest.approx(0.3))
    assert (new.low, new.high) == wilson(7, 10)
    assert found.n_votes == 15


def test_the_expected_share_of_wins_follows_from_the_strengths() -> None:
    new, old = weigh(cast(29, 9)).standings
    assert new.strength is not None and old.strength is not None
    distance = new.strength.log - old.strength.log
    assert distance == pytest.approx(log(29.5 / 9.5))
    assert new.strength.expected == pytest.approx(1 / (1 + exp(-distance)))


def test_it_does_not_matter_whether_a_release_or_its_rival_was_named_first() -> None:
    turned = [Vote("en-US", 1, "old", "new", 1.0)] * 3 + [Vote("en-US", 1, "old", "new", 0.0)] * 8
    for one, other in zip(weigh(turned).standings, weigh(cast(8, 3)).standings, strict=True):
        assert (one.release, one.tally, one.low) == (other.release, other.tally, other.low)
        assert one.strength is not None and other.strength is not None
        assert one.strength.log == pytest.approx(other.strength.log)


def test_a_release_that_never_lost_is_finitely_strong_and_has_no_interval_of_strength() -> None:
    new, _ = weigh(cast(12, people=count())).standings
    assert new.strength is not None and new.strength.log == pytest.approx(log(25) / 2)
    assert (new.strength.low, new.strength.high) == (None, None)
    assert (new.low, new.high) == wilson(12, 12)


def test_where_all_was_bad_nobody_is_stronger() -> None:
    found = weigh(cast(n_both_bad=4))
    assert [one.strength for one in found.standings] == [None, None]
    assert [(one.tally.win_rate, one.low) for one in found.standings] == [(None, None)] * 2


def test_the_interval_of_a_strength_is_that_of_the_normal_law_where_votes_are_many() -> None:
    (found,) = weigh_votes(cast(240, 160)).locales
    strength = found.standings[0].strength
    assert strength is not None and strength.low is not None and strength.high is not None
    # The variance of a log odds is 1/w + 1/l; the strength is half of it.
    half = 1.96 * (1 / 240 + 1 / 160) ** 0.5 / 2
    assert strength.low == pytest.approx(strength.log - half, abs=0.02)
    assert strength.high == pytest.approx(strength.log + half, abs=0.02)


def test_people_who_are_of_one_mind_widen_every_interval() -> None:
    of_one_mind = [
        vote
        for person in range(12)
        for vote in cast(*((10, 0) if person % 3 else (0, 10)), people=iter([person] * 10))
    ]
    strangers = cast(80, 40, people=count())
    few, many = weigh(of_one_mind), weigh(strangers)
    assert (few.clustered_by, many.clustered_by) == ("people", "people")
    for wide, narrow in zip(few.standings, many.standings, strict=True):
        assert wide.tally == narrow.tally
        assert wide.strength is not None and narrow.strength is not None
        assert wide.low is not None and narrow.low is not None and wide.low < narrow.low
        assert wide.strength.high is not None and narrow.strength.high is not None
        assert wide.strength.high > narrow.strength.high


def test_people_of_one_mind_are_one_vote_each() -> None:
    votes = [vote for person in range(10) for vote in cast(20, people=iter([person] * 20))]
    new, _ = weigh(votes).standings
    assert (new.low, new.high) == wilson(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)
    assert (new.n_people, new.n_independent, new.is_by_few) == (10, 10, False)


def test_a_release_that_one_person_judged_is_told_apart_where_others_were_judged_by_many() -> None:
    many = cast(60, 31, people=iter(list(range(13)) * 7))
    lone = cast(30, 10, pair=("lone", "old"), people=iter([5] * 40))
    found = weigh([*many, *lone])
    standings = {one.release: one for one in found.standings}
    alone = standings["lone"]
    assert found.n_people == 13 and found.clustered_by == "people"
    assert (alone.n_people, alone.is_by_few) == (1, True)
    assert (alone.low, alone.high) == wilson(0.75, 1)
    assert not standings["new"].is_by_few and not standings["old"].is_by_few
    mean = {one.release: one.n_by_few for one in weigh_votes([*many, *lone], n_resamples=50).means}
    assert mean == {"new": 0, "old": 0, "lone": 1}


def test_people_who_were_never_asked_about_a_release_do_not_count_for_it() -> None:
    new, _ = weigh([*cast(6, 3, people=count()), *cast(n_both_bad=5, people=count(50))]).standings
    assert (new.n_people, new.is_by_few) == (9, True)


def test_votes_are_resampled_where_there_are_fewer_than_ten_people() -> None:
    assert weigh(cast(6, 3, people=count())).clustered_by == "votes"
    assert weigh(cast(6, 4, people=count())).clustered_by == "people"


def test_a_mean_weighs_every_locale_alike_and_stands_beside_its_worst() -> None:
    votes = cast(900, 100, locale="en-US") + cast(3, 7, locale="sw-KE")
    votes += cast(1, 8, locale="am-ET")
    found = weigh_votes(votes, n_resamples=50)
    new = next(one for one in found.means if one.release == "new")
    assert (new.n_locales, new.rate) == (2, pytest.approx(0.6))
    assert (new.worst_locale, new.worst_rate) == ("sw-KE", 0.3)
    # 1,010 votes, of which each locale has half: 0.6 of them won, and a tie more.
    assert new.strength.log == pytest.approx(log((606 + 0.5) / (404 + 0.5)) / 2)
    assert new.tally == Tally(903, 0, 107, 0)
    assert (found.averaged, found.not_averaged) == (("en-US", "sw-KE"), ("am-ET",))


def test_a_locale_of_two_people_makes_the_mean_no_surer_than_its_votes_are() -> None:
    many = cast(36, 12, people=iter(list(range(12)) * 4))
    few = cast(12, 12, locale="sw-KE", people=iter([1, 2] * 12))
    found = weigh_votes([*many, *few])
    (alone,) = [one for one in weigh_votes(many).means if one.release == "new"]
    (both,) = [one for one in found.means if one.release == "new"]
    assert found.clustered_by == "votes" and weigh_votes(many).clustered_by == "people"
    assert both.strength.low is not None and both.strength.high is not None
    assert both.strength.low < both.strength.log < both.strength.high
    # Half the weight is on 24 votes, whose log odds have the variance 1/12 + 1/12.
    half = 1.96 * (1 / 12 + 1 / 12) ** 0.5 / 4
    assert both.strength.high - both.strength.low > 2 * half * 0.85
    assert alone.strength.log > both.strength.log


def test_a_release_is_ranked_by_way_of_others_it_met() -> None:
    votes = cast(8, 2, pair=("b", "a")) + cast(8, 2, pair=("c", "b"))
    found = weigh(votes)
    assert [one.release for one in found.standings] == ["c", "b", "a"]
    assert {one.strength.group for one in found.standings if one.strength} == {0}


def test_without_votes_there_is_nothing() -> None:
    found = weigh_votes([])
    assert (found.locales, found.means, found.averaged) == ((), (), ())


def test_the_same_votes_give_the_same_values() -> None:
    votes = cast(14, 9, 3, people=count())
    assert weigh_votes(votes) == weigh_votes(votes)


def test_the_example_of_the_guide_is_true() -> None:
    guide = Path(__file__).parents[2] / "docs" / "blind-comparison.md"
    failed, tried = doctest.testfile(str(guide), module_relative=False, encoding="utf-8")
    assert (failed, tried > 0) == (0, True)
