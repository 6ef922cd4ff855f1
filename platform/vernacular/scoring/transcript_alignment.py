"""What was said beside what was heard, unit by unit, for a person who looks at one utterance.

jiwer aligns, so that anyone can get the same picture from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import jiwer

from vernacular.corpus.locales import Unit, find_locale
from vernacular.scoring.edit_counts import EditCounts
from vernacular.scoring.error_rates import split_units
from vernacular.scoring.normaliser import STRICT, find_normaliser

Kind = Literal["equal", "substitute", "delete", "insert"]


@dataclass(frozen=True, slots=True)
class AlignedChunk:
    """Neighbouring units that fared alike.

    Equal and substituted units stand one to one; a deletion has no hypothesis units and an
    insertion no reference units.
    """

    kind: Kind
    reference: tuple[str, ...]
    hypothesis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TranscriptAlignment:
    """One shortest alignment of a transcript, and the counts that can be read off it."""

    locale: str
    unit: Unit
    normaliser: str
    """The rules both texts went through before they were aligned."""

    separator: str
    """What stands between two units when they are put together again."""

    chunks: tuple[AlignedChunk, ...]
    """From the first unit to the last; none where nothing was said and nothing heard."""

    counts: EditCounts


def align(
    reference: str, hypothesis: str, locale: str, normaliser: str = STRICT
) -> TranscriptAlignment:
    """Returns how ``hypothesis`` lines up with ``reference`` in the unit of the locale's gate.

    Args:
        reference: what was said, as stored.
        hypothesis: what was heard, as received; empty if nothing was.
        locale: a BCP 47 tag.
        normaliser: name and version of the rules for both sides.

    Raises:
        InvalidInput: no such locale or normaliser.
    """
    profile = find_locale(locale)
    normalise = find_normaliser(locale, normaliser)
    separator = " " if profile.unit == "word" else ""
    # In characters spaces are no units, so jiwer must not see them.
    said, heard = (
        separator.join(split_units(normalise(text), profile.unit))
        for text in (reference, hypothesis)
    )
    process = jiwer.process_words if profile.unit == "word" else jiwer.process_characters
    result = process(said, heard)
    chunks = tuple(
        AlignedChunk(
            cast(Kind, chunk.type),
            tuple(result.references[0][chunk.ref_start_idx : chunk.ref_end_idx]),
            tuple(result.hypotheses[0][chunk.hyp_start_idx : chunk.hyp_end_idx]),
        )
        for chunk in result.alignments[0]
    )
    counts = EditCounts(
        len(result.references[0]), result.substitutions, result.deletions, result.insertions
    )
    return TranscriptAlignment(profile.tag, profile.unit, normaliser, separator, chunks, counts)
