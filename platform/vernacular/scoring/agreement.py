"""How far people who judged the same utterances agree, beyond what chance would give.

Krippendorff's alpha: 1 is perfect agreement, 0 what judgments dealt out at random would reach.
Where nearly all judgments are the same, alpha is low even though nearly all pairs agree, since
chance would do as well; hence the share of agreeing pairs beside it. The thresholds are those of
Krippendorff (Content Analysis, 2nd ed. 2004, 11.4.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import krippendorff
import numpy as np
from numpy.typing import NDArray

from vernacular.errors import InvalidInput

Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""How values differ: merely (nominal), or the more the further apart they are, in rank (ordinal),
in their difference (interval), or in that relative to their sum (ratio)."""

Value = int | str

USE_FROM = 0.8
TENTATIVE_FROM = 0.667
N_RESAMPLES = 10_000
RESAMPLES_AT_ONCE = 2_000
MAX_UNDEFINED = 0.05
"""Where more of the resamples have no alpha, because nothing varied in them, no interval is given:
what was judged differently is too little to estimate from."""


class LabelUse(StrEnum):
    """What labels that people agree on so far may be used for."""

    USE = "use"
    TENTATIVE = "tentative"
    MAY_NOT_GATE = "may not gate"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far judgments agree. Only items that two or more people judged enter any number."""

    n_items: int
    n_people: int
    n_judgments: int
    observed: float | None
    """The share of pairs of judgments of one item that are equal, each item weighted by its
    judgments; None without a pair."""
    alpha: float | None
    """None without a pair, or where every judgment is the same: then nothing shows that people
    can tell the values apart."""
    low: float | None
    """Bounds of the 95 % interval, by resampling items; None where alpha is, or where too many
    resamples have none."""
    high: float | None

    @property
    def use(self) -> LabelUse | None:
        """What alpha allows; None where it is unknown."""
        return None if self.alpha is None else use_of(self.alpha)


def use_of(alpha: float) -> LabelUse:
    """Returns what labels of this alpha may be used for."""
    if alpha >= USE_FROM:
        return LabelUse.USE
    return LabelUse.TENTATIVE if alpha >= TENTATIVE_FROM else LabelUse.MAY_NOT_GATE


def measure_agreement(
    items: Iterable[Mapping[str, Value]],
    level: Level = "nominal",
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 20260101,
) -> Agreement:
    """Returns the agreement of people on items.

    Args:
        items: for each item, what each person judged it to be; whoever did not is left out.
        level: all but ``nominal`` need values that are numbers.
        n_resamples: draws of as many items, with replacement, that the interval is taken from.
        seed: of those draws; the order of the items does not matter.

    Raises:
        InvalidInput: values that are no numbers are to be measured as more than nominal.
    """
    paired = [one for one in items if len(one) > 1]
    if not paired:
        return Agreement(0, 0, 0, None, None, None, None)
    values = sorted({value for one in paired for value in one.values()}, key=_order)
    if level != "nominal" and isinstance(values[-1], str):
        raise InvalidInput(f"{values[-1]!r} is no number; measure it as nominal", field="level")
    counts, n_alike = _count_alike(paired, values)
    n_people = len({person for one in paired for person in one})
    n_judgments = int(n_alike @ counts.sum(axis=1))
    pairs = _coincidences(counts)
    observed = float(n_alike @ np.trace(pairs, axis1=1, axis2=2)) / n_judgments
    alpha = low = high = None
    if len(values) > 1:
        every = np.repeat(counts, n_alike, axis=0)
        alpha = float(krippendorff.alpha(None, every, values, level_of_measurement=level))
        sums = _resample(n_alike, pairs, n_resamples, seed)
        low, high = _interval(_alphas(sums, values, level))
    return Agreement(len(paired), n_people, n_judgments, observed, alpha, low, high)


def _order(value: Value) -> tuple[bool, Value]:
    """Returns what values are sorted by: numbers by size, then words."""
    return isinstance(value, str), value


def _count_alike(
    items: Sequence[Mapping[str, Value]], values: Sequence[Value]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns the ways in which items were judged, and how many items were judged in each.

    There are few ways to be judged, so that everything after this is cheap.

    Returns:
        (ways, values), how many judgments of each value; and (ways,), how many items.
    """
    place = {value: index for index, value in enumerate(values)}
    ways: Counter[tuple[int, ...]] = Counter()
    for item in items:
        row = [0] * len(values)
        for value in item.values():
            row[place[value]] += 1
        ways[tuple(row)] += 1
    ordered = sorted(ways.items())
    return np.array([way for way, _ in ordered]), np.array([n for _, n in ordered])


def _coincidences(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Returns the pairs of values within one item of each way, (ways, values, values).

    Each judgment weighs 1 in all: a pair of an item with m judgments weighs 1 / (m - 1).
    """
    products = counts[:, :, None] * counts[:, None, :]
    equal = counts[:, :, None] * np.eye(counts.shape[1], dtype=np.int64)
    n_others = (counts.sum(axis=1) - 1).astype(np.float64)
    pairs: NDArray[np.float64] = (products - equal) / n_others[:, None, None]
    return pairs


def _resample(
    n_alike: NDArray[np.int64], pairs: NDArray[np.float64], n_resamples: int, seed: int
) -> NDArray[np.float64]:
    """Returns the coincidence matrices of resampled items, (resamples, values, values)."""
    random = np.random.default_rng(seed)
    n, n_values = int(n_alike.sum()), pairs.shape[1]
    flat = pairs.reshape(len(pairs), -1)
    sums = np.empty((n_resamples, n_values * n_values))
    for done in range(0, n_resamples, RESAMPLES_AT_ONCE):
        rows = sums[done : done + RESAMPLES_AT_ONCE]
        # Drawing items and counting them by way is drawing how many there are of each way.
        rows[:] = random.multinomial(n, n_alike / n, size=len(rows)) @ flat
    return sums.reshape(n_resamples, n_values, n_values)


def _alphas(
    coincidences: NDArray[np.float64], values: Sequence[Value], level: Level
) -> NDArray[np.float64]:
    """Returns alpha of each coincidence matrix, (resamples,); nan where nothing varies."""
    margins = coincidences.sum(axis=2)
    distances = _distances(margins, values, level)
    observed = (coincidences * distances).sum(axis=(1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * distances).sum(axis=(1, 2))
    ratio = np.full(len(expected), np.nan)
    np.divide((margins.sum(axis=1) - 1) * observed, expected, out=ratio, where=expected > 0)
    return 1.0 - ratio


def _distances(
    margins: NDArray[np.float64], values: Sequence[Value], level: Level
) -> NDArray[np.float64]:
    """Returns the squared distances of values, (resamples or 1, values, values)."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))[None]
    # What lies between two ranks, less half of both ends, is the distance of their middles.
    middles = margins.cumsum(axis=1) - margins / 2
    points = middles if level == "ordinal" else np.array(values, np.float64)[None]
    gaps = points[:, :, None] - points[:, None, :]
    if level == "ratio":
        sums = points[:, :, None] + points[:, None, :]
        gaps = np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums != 0)
    return np.square(gaps)


def _interval(alphas: NDArray[np.float64]) -> tuple[float, float] | tuple[None, None]:
    """Returns the middle 95 % of the alphas that are known."""
    known = alphas[~np.isnan(alphas)]
    if len(known) < (1 - MAX_UNDEFINED) * len(alphas):
        return None, None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
