"""Which intents are taken for which, and how well each one is found.

Everything is read from one table of whole numbers, the confusion, so that the tables of several
locales can be added up and every rate can be checked from the counts beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """How often one intent was expected and one answered."""

    reference: str
    hypothesis: str | None
    """None where nothing was answered."""
    n: int

    @property
    def is_right(self) -> bool:
        """Whether the expected intent is the one answered."""
        return self.reference == self.hypothesis


@dataclass(frozen=True, slots=True)
class IntentScore:
    """How well one intent is told from all others; every rate is None where it is undefined."""

    intent: str
    tp: int
    """Expected and answered."""
    fp: int
    """Answered where another was expected."""
    fn: int
    """Expected, but another or nothing was answered."""

    @property
    def support(self) -> int:
        """Utterances of which the intent is expected."""
        return self.tp + self.fn

    @property
    def n_answered(self) -> int:
        """Utterances to which it was answered."""
        return self.tp + self.fp

    @property
    def precision(self) -> float | None:
        """The share of its answers that are right; None if it was never answered."""
        return self.tp / self.n_answered if self.n_answered else None

    @property
    def recall(self) -> float | None:
        """The share of its utterances that are found; None if it was never expected."""
        return self.tp / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        """2 TP / (2 TP + FP + FN); None if it was neither expected nor answered."""
        n = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / n if n else None


@dataclass(frozen=True, slots=True)
class IntentConfusion:
    """The confusion of intents over a set of utterances; ``+`` merges two disjoint sets."""

    cells: tuple[ConfusionCell, ...] = ()
    """Each pair of intents that occurs, once, by reference and then by hypothesis."""

    @classmethod
    def of(cls, references: Iterable[str], hypotheses: Iterable[str | None]) -> IntentConfusion:
        """Returns the confusion of parallel labels; a hypothesis of None is no answer.

        Raises:
            ValueError: there are more of the one than of the other.
        """
        return cls.of_counts(Counter(zip(references, hypotheses, strict=True)))

    @classmethod
    def of_counts(cls, counts: Mapping[tuple[str, str | None], int]) -> IntentConfusion:
        """Returns the confusion of counted pairs ``(reference, hypothesis)``."""
        pairs = sorted(
            ((pair, n) for pair, n in counts.items() if n),
            key=lambda item: (item[0][0], item[0][1] is not None, item[0][1] or ""),
        )
        return cls(tuple(ConfusionCell(reference, found, n) for (reference, found), n in pairs))

    def __add__(self, other: IntentConfusion) -> IntentConfusion:
        counts: Counter[tuple[str, str | None]] = Counter()
        for cell in self.cells + other.cells:
            counts[cell.reference, cell.hypothesis] += cell.n
        return IntentConfusion.of_counts(counts)

    @property
    def n(self) -> int:
        """Utterances, the unanswered among them."""
        return sum(cell.n for cell in self.cells)

    @property
    def n_correct(self) -> int:
        """Utterances whose intent is right."""
        return sum(cell.n for cell in self.cells if cell.is_right)

    @property
    def n_unanswered(self) -> int:
        """Utterances to which no intent was answered; each is a miss of the expected one."""
        return sum(cell.n for cell in self.cells if cell.hypothesis is None)

    @property
    def accuracy(self) -> float | None:
        """A fraction of the utterances; None without any."""
        return self.n_correct / self.n if self.cells else None

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of all intents that were expected or answered, each counting the same.

        As in scikit-learn, an intent that was answered but never expected counts, with 0; "no
        answer" is no intent and does not. None without utterances.
        """
        rates = [score.f1 for score in self.scores() if score.f1 is not None]
        return sum(rates) / len(rates) if rates else None

    def scores(self) -> tuple[IntentScore, ...]:
        """Returns the score of each intent that was expected or answered, by name."""
        tp: Counter[str] = Counter()
        fp: Counter[str] = Counter()
        fn: Counter[str] = Counter()
        for cell in self.cells:
            if cell.is_right:
                tp[cell.reference] += cell.n
                continue
            fn[cell.reference] += cell.n
            if cell.hypothesis is not None:
                fp[cell.hypothesis] += cell.n
        names = sorted(tp.keys() | fp.keys() | fn.keys())
        return tuple(IntentScore(name, tp[name], fp[name], fn[name]) for name in names)

    def confusions(self, limit: int | None = None) -> tuple[ConfusionCell, ...]:
        """Returns the wrong pairs, the most frequent first, equal ones by name; at most ``limit``.

        Without a limit they add up to all utterances that are not right.
        """
        wrong = [cell for cell in self.cells if not cell.is_right]
        # Sorting keeps the order of equal counts, which is by name already.
        return tuple(sorted(wrong, key=lambda cell: -cell.n)[:limit])
