"""How many utterances a drop needs to be seen, and the smallest drop that a suite can show.

Formulas for paired proportions are Connor's (1987, Biometrics 43:207), in the one-sided form;
``discordant`` is the share of utterances on which the two runs differ. A drop cannot exceed it.
"""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import ndtri


def items_needed(
    drop: float, discordant: float, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """Returns how many utterances show a drop with the given power.

    Args:
        drop: fall of the proportion, as a positive fraction.
        discordant: share of utterances on which the runs differ.
        alpha: one-sided level.
        power: chance of seeing it.

    Returns:
        None where so few discordant utterances cannot make up such a drop.
    """
    return _items(drop, discordant, alpha, power) if discordant > drop else None


def items_for_margin(
    margin: float, discordant: float, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Returns how many utterances show a drop as large as the margin.

    Where fewer utterances than that differ now, the drop itself brings them: the discordant share
    is at least the drop.
    """
    return _items(margin, max(discordant, margin), alpha, power)


def smallest_drop(
    n: int, discordant: float, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """Returns the smallest drop that ``n`` utterances show with the given power.

    Returns:
        A fraction; None where the discordant utterances are too few for any drop to be seen.
    """
    if n == 0:
        return None
    z_alpha, z_power = _quantiles(alpha, power)
    inside = z_alpha**2 * n * discordant
    inside -= (n + z_power**2) * (z_alpha**2 - z_power**2) * discordant
    if inside < 0:
        return None
    drop = (z_alpha * sqrt(n * discordant) + sqrt(inside)) / (n + z_power**2)
    return drop if drop < discordant else None


def smallest_pure_drop(n: int, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Returns the smallest drop shown by ``n`` utterances if all that differ have become worse.

    It answers for two runs that hardly differ now, where ``smallest_drop`` has no answer. None
    where not even all utterances becoming wrong would do.
    """
    z_alpha, z_power = _quantiles(alpha, power)
    if n <= z_alpha**2:
        return None
    # With the discordant share equal to the drop d, Connor's formula reads
    # n d = (z_alpha + z_power sqrt(1 - d))^2, a quadratic in sqrt(1 - d).
    root = sqrt((z_alpha * z_power) ** 2 + (n + z_power**2) * (n - z_alpha**2))
    kept = (root - z_alpha * z_power) / (n + z_power**2)
    return float(1 - kept**2)


def smallest_drop_of_ratio(
    standard_error: float, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """Returns the smallest drop of a ratio of sums, from the standard error of its difference.

    None where the two runs do not differ at all, so that nothing can be said of their noise.
    """
    return sum(_quantiles(alpha, power)) * standard_error if standard_error > 0 else None


def _items(drop: float, discordant: float, alpha: float, power: float) -> int:
    z_alpha, z_power = _quantiles(alpha, power)
    spread = z_alpha * sqrt(discordant) + z_power * sqrt(discordant - drop**2)
    return ceil((spread / drop) ** 2)


def _quantiles(alpha: float, power: float) -> tuple[float, float]:
    return float(ndtri(1 - alpha)), float(ndtri(power))
