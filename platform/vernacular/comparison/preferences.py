"""What blind votes say of releases: win rates and strengths, per locale and over locales.

A tie is half a win for both. "Both bad" prefers nobody: it is counted and shown, and is in no rate
and no strength. Win rates have Wilson's interval, strengths a percentile bootstrap. People differ
in what they like, so that one person's votes go together: win rates count them as
`answers_of_people` does; for strengths people are resampled, and votes only where there are too few
people to resample.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal
from zlib import crc32

import numpy as np

from vernacular.comparison.answers_of_people import (
    FEWEST_PEOPLE,
    count_independent,
    sum_people,
)
from vernacular.comparison.bootstrap import percentile_interval, resample_weights
from vernacular.comparison.bradley_terry import (
    PRIOR_TIES,
    Floats,
    centre,
    expected_wins,
    find_bounded,
    linked_groups,
    log_strengths,
)
from vernacular.scoring.intervals import sum_clusters, wilson

N_RESAMPLES = 1_000
LEVEL = 0.95
FEWEST_VOTES = 10
"""A locale with fewer votes for one of two answers is shown, and is in no mean over locales."""

Cluster = Literal["people", "votes"]


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote between a release and its rival."""

    locale: str
    person_id: int
    release: str
    rival: str
    outcome: float | None
    """1 where the release was preferred, 0 where its rival, 0.5 for a tie; None: both were bad."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on one release; ``+`` adds up locales."""

    n_wins: int = 0
    n_ties: int = 0
    n_losses: int = 0
    n_both_bad: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def n_decided(self) -> int:
        """Votes that say how the two compare; ties do."""
        return self.n_wins + self.n_ties + self.n_losses

    @property
    def win_rate(self) -> float | None:
        """The share of decided votes that were won, ties as half; None without any."""
        return (self.n_wins + self.n_ties / 2) / self.n_decided if self.n_decided else None


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly a release is preferred, on the scale of Bradley and Terry."""

    log: float
    """Natural logarithm; a difference of d is a chance of 1 / (1 + exp(-d)) to be preferred.

    0 is the mean of the group's releases with an interval, or of all where none has one.
    """
    low: float | None
    """Both bounds are None where votes alone set no limit (`bradley_terry.find_bounded`)."""
    high: float | None
    expected: float
    """How probably it is preferred to another release of its group, on average."""
    group: int
    """Strengths of different groups cannot be compared: their releases never met."""


@dataclass(frozen=True, slots=True)
class LocaleStanding:
    """One release in one locale."""

    release: str
    tally: Tally
    n_people: int
    """Who cast the decided votes."""
    n_independent: float
    """How many independent votes would tell as much (`count_independent`)."""
    low: float | None
    """Bounds of the win rate."""
    high: float | None
    strength: Strength | None
    """None where every vote was "both bad"."""

    @property
    def is_by_few(self) -> bool:
        """Whether so few voted that each person counts as one vote."""
        return 0 < self.n_people < FEWEST_PEOPLE


@dataclass(frozen=True, slots=True)
class LocalePreferences:
    """All votes of one locale."""

    locale: str
    n_votes: int
    n_people: int
    clustered_by: Cluster
    """What was resampled for the strengths."""
    standings: tuple[LocaleStanding, ...]
    """The strongest first."""


@dataclass(frozen=True, slots=True)
class MeanStanding:
    """One release over the locales with enough votes, beside the worst of them."""

    release: str
    tally: Tally
    n_locales: int
    n_by_few: int
    """Those of them in which fewer than `FEWEST_PEOPLE` voted on it."""
    rate: float
    """The mean of its win rates, every locale alike."""
    low: float
    """The means of the locales' bounds: at least 95 %, however people's votes go together."""
    high: float
    worst_locale: str
    worst_rate: float
    strength: Strength
    """From the votes of all these locales, each weighing the same."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What people prefer."""

    locales: tuple[LocalePreferences, ...]
    means: tuple[MeanStanding, ...]
    """The strongest first; empty where no locale has enough votes."""
    clustered_by: Cluster
    """What was resampled for their strengths: "votes" where it was so in any of the locales."""
    averaged: tuple[str, ...]
    not_averaged: tuple[str, ...]
    """Locales with fewer than `FEWEST_VOTES`."""


def weigh_votes(
    votes: Iterable[Vote], *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> Preferences:
    """Returns win rates and strengths per locale and over locales; the same votes, the same values.

    Args:
        votes: those that count.
        n_resamples: of the bootstrap.
        seed: what its generator starts from.
    """
    by_locale: dict[str, list[Vote]] = {}
    for vote in votes:
        by_locale.setdefault(vote.locale, []).append(vote)
    locales = [_weigh_locale(tag, by_locale[tag], n_resamples, seed) for tag in sorted(by_locale)]
    n_decided = {tag: len(_decided(own)) for tag, own in by_locale.items()}
    averaged = [one for one in locales if n_decided[one.locale] >= FEWEST_VOTES]
    pooled = {one.locale: by_locale[one.locale] for one in averaged}
    return Preferences(
        locales=tuple(locales),
        means=_average(averaged, pooled, n_resamples, seed),
        clustered_by=(
            "people" if all(one.clustered_by == "people" for one in averaged) else "votes"
        ),
        averaged=tuple(one.locale for one in averaged),
        not_averaged=tuple(one.locale for one in locales if one not in averaged),
    )


def _weigh_locale(
    locale: str, votes: Sequence[Vote], n_resamples: int, seed: int
) -> LocalePreferences:
    strengths = _fit({locale: votes}, n_resamples, seed)
    standings = []
    for release, tally in _tallies(votes).items():
        halves = _halves(release, votes)
        people = sum_people(halves, 2)
        n = count_independent(people, sum_clusters([won for _, won in halves], [2] * len(halves)))
        low, high = wilson((tally.win_rate or 0.0) * n, n, LEVEL) or (None, None)
        strength = strengths.get(release)
        standings.append(LocaleStanding(release, tally, people.n_clusters, n, low, high, strength))
    return LocalePreferences(
        locale=locale,
        n_votes=len(votes),
        n_people=len({vote.person_id for vote in votes}),
        clustered_by=_cluster_by(votes),
        standings=tuple(sorted(standings, key=_strongest_first)),
    )


def _strongest_first(one: LocaleStanding | MeanStanding) -> tuple[bool, float, str]:
    return one.strength is None, -one.strength.log if one.strength else 0.0, one.release


def _average(
    locales: Sequence[LocalePreferences],
    by_locale: Mapping[str, Sequence[Vote]],
    n_resamples: int,
    seed: int,
) -> tuple[MeanStanding, ...]:
    by_release: dict[str, list[tuple[str, LocaleStanding]]] = {}
    for one in locales:
        for standing in one.standings:
            by_release.setdefault(standing.release, []).append((one.locale, standing))
    strengths = _fit(by_locale, n_resamples, seed)
    means = [
        _mean(release, own, strengths[release])
        for release, own in by_release.items()
        if release in strengths
    ]
    return tuple(sorted(means, key=_strongest_first))


def _mean(
    release: str, own: Sequence[tuple[str, LocaleStanding]], strength: Strength
) -> MeanStanding:
    rated = [
        (rate, locale, one.low, one.high)
        for locale, one in own
        if (rate := one.tally.win_rate) is not None and one.low is not None and one.high is not None
    ]
    rates, _, lows, highs = zip(*rated, strict=True)
    worst_rate, worst_locale, *_ = min(rated)
    return MeanStanding(
        release=release,
        tally=sum((one.tally for _, one in own), Tally()),
        n_locales=len(rated),
        n_by_few=sum(one.is_by_few for _, one in own),
        rate=float(np.mean(rates)),
        low=float(np.mean(lows)),
        high=float(np.mean(highs)),
        worst_locale=worst_locale,
        worst_rate=worst_rate,
        strength=strength,
    )


def _tallies(votes: Iterable[Vote]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for vote in votes:
        for release, outcome in _scores(vote):
            found[release] = found.get(release, Tally()) + Tally(
                n_wins=outcome == 1,
                n_ties=outcome == 0.5,
                n_losses=outcome == 0,
                n_both_bad=outcome is None,
            )
    return found


def _scores(vote: Vote) -> tuple[tuple[str, float | None], tuple[str, float | None]]:
    """Returns what each of the two scored."""
    theirs = None if vote.outcome is None else 1 - vote.outcome
    return (vote.release, vote.outcome), (vote.rival, theirs)


def _decided(votes: Iterable[Vote]) -> list[Vote]:
    return [vote for vote in votes if vote.outcome is not None]


def _cluster_by(votes: Sequence[Vote]) -> Cluster:
    n_people = len({vote.person_id for vote in _decided(votes)})
    return "people" if n_people >= FEWEST_PEOPLE else "votes"


def _halves(release: str, votes: Iterable[Vote]) -> list[tuple[int, int]]:
    """Returns who decided something about a release, and how many halves of the vote it got."""
    return [
        (vote.person_id, round(2 * outcome))
        for vote in votes
        for name, outcome in _scores(vote)
        if name == release and outcome is not None
    ]


def _fit(
    by_locale: Mapping[str, Sequence[Vote]], n_resamples: int, seed: int
) -> Mapping[str, Strength]:
    """Returns the strength of each release that a decided vote was cast on.

    Every locale weighs the same, and all together as much as there are votes. Locales are resampled
    apart, so that each keeps its weight in every resample.
    """
    decided = {tag: own for tag, votes in by_locale.items() if (own := _decided(votes))}
    names = sorted(
        {name for own in decided.values() for vote in own for name in (vote.release, vote.rival)}
    )
    if not names:
        return {}
    weight = sum(map(len, decided.values())) / len(decided)
    wins = np.zeros((1 + n_resamples, len(names), len(names)))
    for tag, own in decided.items():
        drawn = _resample_wins(own, names, n_resamples, [seed, crc32(tag.encode())])
        wins += weight * drawn / drawn.sum(axis=(1, 2), keepdims=True)
    # The votes themselves come first. Fitted with their resamples, so that the prior links the same
    # releases in all of them.
    groups, bounded = linked_groups(wins[0]), find_bounded(wins[0])
    logs = centre(log_strengths(wins, PRIOR_TIES), groups, bounded)
    expected = expected_wins(logs[0], groups)
    found = {}
    for place, name in enumerate(names):
        low, high = percentile_interval(logs[1:, place], LEVEL) if bounded[place] else (None, None)
        chance = expected[place]
        assert chance is not None
        found[name] = Strength(float(logs[0, place]), low, high, chance, int(groups[place]))
    return found


def _resample_wins(
    votes: Sequence[Vote], names: Sequence[str], n_resamples: int, seed: list[int]
) -> Floats:
    """Returns how often the first was preferred to the second, (1 + resamples, releases, releases).

    The first are the votes as they are.
    """
    by_people = _cluster_by(votes) == "people"
    keys = [vote.person_id if by_people else number for number, vote in enumerate(votes)]
    cluster = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    place = {name: number for number, name in enumerate(names)}
    wins = np.zeros((len(cluster), len(names), len(names)))
    for key, vote in zip(keys, votes, strict=True):
        assert vote.outcome is not None
        release, rival = place[vote.release], place[vote.rival]
        wins[cluster[key], release, rival] += vote.outcome
        wins[cluster[key], rival, release] += 1 - vote.outcome
    flat = wins.reshape(len(cluster), -1)
    drawn = [
        weights.astype(np.float64) @ flat
        for weights in resample_weights(len(cluster), n_resamples, seed)
    ]
    return np.vstack([flat.sum(axis=0), *drawn]).reshape(-1, *wins.shape[1:])
