"""How many utterances flip when nothing changed, and whether a comparison has more flips than that.

The same release run twice, or with another batch size or device, flips some utterances: sampling,
floating point, batching. Flips of a real comparison mean little until they exceed that floor. In
such an A/A comparison the two runs are interchangeable, so a negative flip is as likely as a
positive one and both kinds together say how many to expect of either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

from vernacular.comparison.flips import Flips
from vernacular.scoring.intervals import wilson


@dataclass(frozen=True, slots=True)
class FloorRate:
    """Flips of an A/A comparison in one locale, or over all."""

    n: int
    """Utterances that both runs scored."""
    n_flips: int
    """Those that are right in one run and wrong in the other, whichever way."""

    @property
    def rate(self) -> float | None:
        """Flips of either kind per utterance; None without utterances."""
        return self.n_flips / self.n if self.n else None

    def upper(self, level: float = 0.95) -> float | None:
        """Returns Wilson's upper bound of ``rate``; None without utterances.

        Over all locales together it takes their utterances for independent. Translations of one
        utterance may flip together; then the bound of each locale is the more careful one.
        """
        interval = wilson(self.n_flips, self.n, level)
        return interval[1] if interval else None


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """The flip rates of one A/A comparison on one metric."""

    by_locale: Mapping[str, FloorRate]
    overall: FloorRate


@dataclass(frozen=True, slots=True, kw_only=True)
class AboveFloor:
    """A comparison's flip rate beside the floor's. Fractions of the utterances."""

    observed: float
    floor: float
    low: float
    """Bounds of ``observed - floor``."""
    high: float

    @property
    def is_exceeded(self) -> bool:
        """Whether the flips are more than the floor's by more than chance."""
        return self.low > 0


def noise_floor(flips: Mapping[str, Flips]) -> NoiseFloor:
    """Returns the floor of an A/A comparison from its flips by locale, sorted by locale."""
    by_locale = {tag: FloorRate(flips[tag].n, _both_ways(flips[tag])) for tag in sorted(flips)}
    overall = FloorRate(
        sum(rate.n for rate in by_locale.values()), sum(rate.n_flips for rate in by_locale.values())
    )
    return NoiseFloor(by_locale, overall)


def compare_with_floor(flips: Flips, floor: FloorRate, level: float = 0.95) -> AboveFloor | None:
    """Returns whether a comparison flips more utterances, either way, than the floor does.

    Newcombe's hybrid score interval (1998, Stat Med 17:873, method 10) of the two shares as if they
    were of different utterances. Where they are of the same, hard ones flip in both and the true
    interval is narrower: this errs on the side of calling flips noise.

    Args:
        flips: of the comparison.
        floor: of the same locale and metric in an A/A comparison.
        level: two-sided confidence.

    Returns:
        None where either has no utterance.
    """
    return _newcombe((_both_ways(flips), flips.n), (floor.n_flips, floor.n), level)


def compare_negative_with_floor(
    flips: Flips, floor: FloorRate, level: float = 0.95
) -> AboveFloor | None:
    """Returns whether a comparison has more negative flips than half of the floor's flips.

    Arguments and method as in :func:`compare_with_floor`.
    """
    return _newcombe((flips.b, flips.n), (floor.n_flips / 2, floor.n), level)


def _both_ways(flips: Flips) -> int:
    return flips.b + flips.c


def _newcombe(
    observed: tuple[float, int], floor: tuple[float, int], level: float
) -> AboveFloor | None:
    (x, n), (x_floor, n_floor) = observed, floor
    mine, theirs = wilson(x, n, level), wilson(x_floor, n_floor, level)
    if mine is None or theirs is None:
        return None
    share, floor_share = x / n, x_floor / n_floor
    difference = share - floor_share
    return AboveFloor(
        observed=share,
        floor=floor_share,
        low=difference - hypot(share - mine[0], theirs[1] - floor_share),
        high=difference + hypot(mine[1] - share, floor_share - theirs[0]),
    )
