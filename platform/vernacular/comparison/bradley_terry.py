"""Strengths of releases from votes between two of them at a time (Bradley and Terry 1952).

Release i is preferred to j with probability 1 / (1 + exp(x_j - x_i)). The likelihood is concave in
the strengths x, and the likeliest are found by Newton's method with bounded steps. The usual
iteration (Hunter 2004, Annals of Statistics 32:384) takes thousands of steps where each release met
only the one before it, which is how releases are compared. A tie is half a win for each.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

Floats: TypeAlias = NDArray[np.float64]

PRIOR_TIES = 1.0
"""Ties that every two releases which met are taken to have had beyond their votes.

Without any, a release that never lost is infinitely strong. One tie adds half a win to both, which
of two releases alone gives log((w + 1/2) / (l + 1/2)) (Haldane 1956; Anscombe 1956).
"""

_TOLERANCE = 1e-8
_LONGEST_STEP = 0.5
"""No difference of two strengths then changes by more than 1, within which the curvature changes so
little that no step makes the votes less likely."""
_MOST_STEPS = 1_000


def log_strengths(wins: Floats, n_prior_ties: float = PRIOR_TIES) -> Floats:
    """Returns the logarithm of each strength, (..., releases), with mean 0 in every linked group.

    Releases of different groups (`linked_groups`) never met, not even by way of others, and their
    strengths cannot be held against each other.

    Args:
        wins: (..., releases, releases): how often the first was preferred to the second; ties count
            half for both. Leading axes are resamples of one data set, whose groups are those of all
            of them together.
        n_prior_ties: see `PRIOR_TIES`; 0 fits the votes alone, which needs every release of a group
            to be preferred, directly or by way of others, to every other of it (Ford 1957).

    Raises:
        LinAlgError: there is no prior, and strengths are infinite without one.
    """
    met = wins + np.swapaxes(wins, -1, -2)
    have_met = met.reshape(-1, *met.shape[-2:]).max(axis=0) > 0
    met = met + n_prior_ties * have_met
    won = wins.sum(axis=-1) + n_prior_ties / 2 * have_met.sum(axis=-1)
    groups = linked_groups(have_met)
    # Strengths of a group are only known up to what is added to all of them: their sum stays 0.
    of_one_group = (groups[:, None] == groups[None, :]).astype(np.float64)
    logs, places = np.zeros(won.shape), np.arange(won.shape[-1])
    for _ in range(_MOST_STEPS):
        chances = expit(logs[..., :, None] - logs[..., None, :])
        slope = won - (met * chances).sum(axis=-1)
        weights = met * chances * (1 - chances)
        curvature = of_one_group - weights
        curvature[..., places, places] += weights.sum(axis=-1)
        step = np.linalg.solve(curvature, slope[..., None])[..., 0]
        longest = np.abs(step).max(axis=-1, keepdims=True, initial=0.0)
        logs = logs + step / np.maximum(longest / _LONGEST_STEP, 1.0)
        if longest.max(initial=0.0) < _TOLERANCE:
            break
    return centre(logs, groups)


def linked_groups(have_met: NDArray[np.generic]) -> NDArray[np.int32]:
    """Returns the group of each release, (releases,): linked are those that met, and so on."""
    return np.asarray(connected_components(have_met, directed=False)[1], np.int32)


def find_bounded(wins: Floats) -> NDArray[np.bool_]:
    """Returns whether votes alone set a limit to the strength of each release, (releases,).

    They do where releases beat or tied each other in a circle, directly or by way of others (Ford
    1957); of a linked group it is the largest such circle. Whoever always won, or always lost,
    against those of the circle has a strength that rests on the prior.

    Args:
        wins: (releases, releases), as in `log_strengths`.
    """
    circles = connected_components(wins > 0, directed=True, connection="strong")[1]
    bounded = np.zeros(len(wins), bool)
    groups = linked_groups(wins)
    for group in np.unique(groups):
        sizes = np.bincount(circles[groups == group])
        if sizes.max() > 1:
            bounded |= circles == sizes.argmax()
    return bounded


def expected_wins(logs: Floats, groups: NDArray[np.int32]) -> list[float | None]:
    """Returns how probably each release is preferred to another of its group, on average.

    Args:
        logs: (releases,), from `log_strengths`.
        groups: (releases,), from `linked_groups`.

    Returns:
        None for a release that met no other.
    """
    chances = 1 / (1 + np.exp(logs[None, :] - logs[:, None]))
    found: list[float | None] = []
    for place, group in enumerate(groups):
        others = groups == group
        others[place] = False
        found.append(float(chances[place, others].mean()) if others.any() else None)
    return found


def centre(
    logs: Floats, groups: NDArray[np.int32], bounded: NDArray[np.bool_] | None = None
) -> Floats:
    """Returns the strengths moved so that the mean of every group is 0.

    Args:
        logs: (..., releases).
        groups: (releases,), from `linked_groups`.
        bounded: (releases,), from `find_bounded`: the mean is of these alone, where a group has
            any. Else one release that never won moves all the others about.
    """
    centred = logs.copy()
    for group in np.unique(groups):
        inside = groups == group
        anchors = inside if bounded is None or not (inside & bounded).any() else inside & bounded
        centred[..., inside] -= logs[..., anchors].mean(axis=-1, keepdims=True)
    return centred
