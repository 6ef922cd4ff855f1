"""A comparison's flips beside those of two runs of one release, between which nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vernacular.comparison.compare import Comparison
from vernacular.comparison.noise_floor import FloorRate, NoiseFloor, compare_negative_with_floor


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenAndFloor:
    """The broken utterances of one metric over all locales, and how many the noise breaks."""

    metric: str
    n: int
    """Common utterances."""
    n_broken: int
    floor: FloorRate
    """Flips either way of the A/A comparison; half of them is what breaks by noise."""
    above: tuple[str, ...]
    """Locales with more broken utterances than the noise explains."""

    @property
    def rate(self) -> float:
        """Broken utterances of all, as a fraction."""
        return self.n_broken / self.n if self.n else 0.0


def list_above_floor(
    comparison: Comparison, floors: Mapping[str, NoiseFloor]
) -> list[BrokenAndFloor]:
    """Returns one line per metric that both the comparison and the floor count flips of."""
    lines = []
    for metric in comparison.metrics:
        floor = floors.get(metric.key)
        cells = [c for c in comparison.cells if c.metric == metric.key and c.flips is not None]
        if floor is None or not cells:
            continue
        above = []
        for cell in cells:
            here = floor.by_locale.get(cell.locale)
            if here is None or cell.flips is None:
                continue
            held = compare_negative_with_floor(cell.flips, here)
            if held is not None and held.is_exceeded:
                above.append(cell.locale)
        flips = [cell.flips for cell in cells if cell.flips is not None]
        lines.append(
            BrokenAndFloor(
                metric=metric.key,
                n=sum(one.n for one in flips),
                n_broken=sum(one.b for one in flips),
                floor=floor.overall,
                above=tuple(above),
            )
        )
    return lines
