"""How much answers tell where people gave several each: as much as fewer independent ones.

One person's answers go together, so that people are the clusters. What they differ by shows in the
design effect (Kish 1965), by which the answers are divided as Rao and Scott do (1992, Biometrics
48:577). It shows only where there are people enough and none of them gave nearly all answers;
elsewhere each person is as good as one answer, which is the worst there can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vernacular.scoring.intervals import RatioSums, design_effect, sum_clusters

FEWEST_PEOPLE = 10
"""With fewer, what people differ by cannot be seen in them."""
FEW_PEOPLE = 20
"""With fewer, what they differ by is seen roughly, and a reader is told."""
FEWEST_EVEN = 5.0
"""Effective people (Kish) below which a few gave most answers, however many others gave one."""


def sum_people(given: Iterable[tuple[int, int]], out_of: int = 1) -> RatioSums:
    """Returns the sums over people of answers that are (person, value).

    Args:
        given: the answers.
        out_of: the largest value; 2 where halves are counted, because the sums take whole numbers.
    """
    values, counts = Counter[int](), Counter[int]()
    for person, value in given:
        values[person] += value
        counts[person] += out_of
    return sum_clusters([values[person] for person in counts], list(counts.values()))


def count_independent(people: RatioSums, answers: RatioSums) -> float:
    """Returns how many independent answers tell as much; never more than there are.

    Args:
        people: sums over people.
        answers: the same answers, each by itself.
    """
    if people.n_clusters < FEWEST_PEOPLE or people.n_effective < FEWEST_EVEN:
        return people.n_effective
    effect = design_effect(people, answers)
    # Where all people gave the same share, nothing is known of what they differ by.
    return answers.n_clusters / max(1.0, effect) if effect else people.n_effective
