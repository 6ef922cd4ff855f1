"""Edit counts that add up, and the one place that decides what an empty reference means."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.errors import InvalidInput


def error_rate(edits: int, n_ref: int) -> float | None:
    """Returns ``edits / n_ref`` as a fraction, above 1 where more was inserted than was said.

    Where nothing was said there is no rate, whatever was heard: None, never 0 and never the number
    of insertions. Those insertions stay among the edits, so they count as soon as the utterance is
    added to others, as NIST sclite and jiwer do for a whole corpus.
    """
    return edits / n_ref if n_ref else None


@dataclass(frozen=True, slots=True)
class EditCounts:
    """The edits that turn what was said into what was heard, over one utterance or many.

    They are Levenshtein edits of cost 1 each. ``edits`` is the same for every shortest alignment;
    how it splits into substitutions, deletions and insertions is not, so that split is for reading
    and never for comparing. ``+`` merges two sets that share no utterance, and the rate of a sum is
    the corpus rate, which no mean of smaller rates gives.

    Raises:
        InvalidInput: a count is below 0, or more reference units were changed than there are.
    """

    n_ref: int = 0
    """Units of the reference."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __post_init__(self) -> None:
        changed = self.substitutions + self.deletions
        if min(self.substitutions, self.deletions, self.insertions) < 0 or changed > self.n_ref:
            raise InvalidInput(
                f"{self.substitutions} substitutions, {self.deletions} deletions and "
                f"{self.insertions} insertions cannot be the edits of {self.n_ref} reference units"
            )

    def __add__(self, other: EditCounts) -> EditCounts:
        return EditCounts(
            self.n_ref + other.n_ref,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )

    @property
    def edits(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def hits(self) -> int:
        """Reference units that were heard right."""
        return self.n_ref - self.substitutions - self.deletions

    @property
    def n_hyp(self) -> int:
        """Units of the hypothesis."""
        return self.hits + self.substitutions + self.insertions

    @property
    def is_match(self) -> bool:
        """True without any edit, so also where nothing was said and nothing was heard."""
        return self.edits == 0

    @property
    def rate(self) -> float | None:
        """Edits per reference unit, a fraction that may exceed 1; None without reference units."""
        return error_rate(self.edits, self.n_ref)
