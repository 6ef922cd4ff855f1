"""Word and character errors of what was heard against what was said.

Every edit costs 1 (Levenshtein), and a corpus rate is a sum of edits over a sum of reference units,
as in jiwer. NIST sclite weighs a substitution 4 and a deletion or an insertion 3 when it aligns, so
that it can count more errors than there are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vernacular.corpus.locales import Unit, find_locale
from vernacular.scoring.edit_columns import Column, count_columns, find_splitter
from vernacular.scoring.edit_counts import EditCounts
from vernacular.scoring.normaliser import STRICT, find_normaliser


def split_units(normalised: str, unit: Unit, *, with_spaces: bool = False) -> list[str]:
    """Returns the words or characters that errors are counted in.

    A character is a code point, so that counts agree with other tools; a vowel sign or a tone mark
    is one of its own. Spaces are none, except for the character errors shown beside the word errors
    of a locale that writes dependable spaces, as ``jiwer.cer`` counts them.

    Args:
        normalised: a text as the normaliser returns it: single spaces inside, none around.
        unit: ``word`` or ``character``.
        with_spaces: spaces are characters too; says nothing to words.
    """
    return list(find_splitter(unit, with_spaces=with_spaces)(normalised))


def count_edits(
    reference: str, hypothesis: str, unit: Unit, *, with_spaces: bool = False
) -> EditCounts:
    """Returns the edits of one pair of texts that one normaliser has normalised.

    Substitutions, deletions and insertions are those of jiwer's alignment.

    Args:
        reference: what was said.
        hypothesis: what was heard.
        unit: ``word`` or ``character``.
        with_spaces: spaces are characters too.
    """
    return count_columns([reference], [hypothesis], unit, with_spaces=with_spaces).total()


@dataclass(frozen=True, eq=False)
class TranscriptScores:
    """What n transcripts of one locale add up from: (n,) columns of whole numbers.

    Substitutions, deletions and insertions are those of the unit the locale's gate counts in.
    """

    n_words: Column
    """Words of the reference; 0 in a locale whose errors are not counted in words."""

    word_edits: Column

    n_chars: Column
    """Code points of the reference; with its spaces only where the gate counts words."""

    char_edits: Column

    substitutions: Column
    deletions: Column
    insertions: Column


def score_transcripts(
    locale: str,
    references: Sequence[str],
    hypotheses: Sequence[str | None],
    normaliser: str = STRICT,
) -> TranscriptScores:
    """Returns the error counts of transcripts in one locale, each distinct text normalised once.

    Args:
        locale: a BCP 47 tag; its profile says what is counted.
        references: (n,) what was said, as stored.
        hypotheses: (n,) what was heard, as received. None is a failed result: it heard nothing, so
            all of the reference is deleted, and whoever adds up says apart how many failed.
        normaliser: name and version of the rules for both sides.

    Raises:
        InvalidInput: more of one side than of the other, or no such locale or normaliser.
    """
    profile = find_locale(locale)
    n = len(references)
    # Both sides in one call: a hypothesis that is right is the very text of its reference.
    texts = find_normaliser(locale, normaliser).many(
        [*references, *("" if text is None else text for text in hypotheses)]
    )
    said, heard = texts[:n], texts[n:]
    gate = count_columns(said, heard, profile.unit)
    if profile.unit == "word":
        words, characters = gate, count_columns(said, heard, "character", with_spaces=True)
        n_words, word_edits = words.n_ref, words.edits
    elif profile.second_unit == "word":
        words, characters = count_columns(said, heard, "word"), gate
        n_words, word_edits = words.n_ref, words.edits
    else:
        characters = gate
        n_words, word_edits = np.zeros(n, np.int32), np.zeros(n, np.int32)
    return TranscriptScores(
        n_words=n_words,
        word_edits=word_edits,
        n_chars=characters.n_ref,
        char_edits=characters.edits,
        substitutions=gate.substitutions,
        deletions=gate.deletions,
        insertions=gate.insertions,
    )
