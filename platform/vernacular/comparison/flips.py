"""Utterances whose verdict changed between two runs, counted and listed.

Accuracy hides them: a candidate that fixes as many as it breaks has the same accuracy and annoys
every user whose request used to work. Denominators of zero give None.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Flips:
    """How the two runs agree: both right, only the baseline, only the candidate, neither."""

    a: int
    b: int
    c: int
    d: int

    @property
    def n(self) -> int:
        """Utterances compared."""
        return self.a + self.b + self.c + self.d

    @property
    def nfr(self) -> float | None:
        """Negative flip rate: regressions of all utterances (Yan et al. 2021, arXiv 2011.09161)."""
        return _share(self.b, self.n)

    @property
    def pfr(self) -> float | None:
        """Positive flip rate: fixes of all utterances."""
        return _share(self.c, self.n)

    @property
    def nfi(self) -> float | None:
        """Negative flip impact: regressions among the candidate's errors (Cai et al. 2022)."""
        return _share(self.b, self.b + self.d)

    @property
    def nfr_rel(self) -> float | None:
        """NFR as a multiple of what independent errors would give (Yan et al. 2021, eq. 11)."""
        if self.n == 0:
            return None
        by_chance = (self.a + self.b) / self.n * (self.b + self.d) / self.n
        return _share(self.b / self.n, by_chance)

    @property
    def btc(self) -> float | None:
        """Backward trust: what stayed right of what was right (Srivastava et al. 2020)."""
        return _share(self.a, self.a + self.b)


@dataclass(frozen=True, slots=True)
class FlippedItems:
    """The suite items that flipped in one locale on one metric, by number, ascending.

    The negative ones are the review queue: utterances that worked and no longer do.
    """

    locale: str
    metric: str
    negative: tuple[int, ...]
    positive: tuple[int, ...]


def count_flips(was_right: NDArray[np.bool_], is_right: NDArray[np.bool_]) -> Flips:
    """Returns the four counts of the same utterances in baseline and candidate, (n,) each."""
    both = int(np.count_nonzero(was_right & is_right))
    broken = int(np.count_nonzero(was_right & ~is_right))
    fixed = int(np.count_nonzero(~was_right & is_right))
    return Flips(both, broken, fixed, len(was_right) - both - broken - fixed)


def list_flips(
    locale: str,
    metric: str,
    items: NDArray[np.int64],
    was_right: NDArray[np.bool_],
    is_right: NDArray[np.bool_],
) -> FlippedItems:
    """Returns which of ``items`` flipped, (n,) beside the two arrays."""
    return FlippedItems(
        locale,
        metric,
        negative=tuple(np.sort(items[was_right & ~is_right]).tolist()),
        positive=tuple(np.sort(items[~was_right & is_right]).tolist()),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
