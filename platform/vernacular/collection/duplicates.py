"""Finds what was collected before that says the same, or nearly the same, as a new text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from vernacular.corpus.folded_text import fold_text
from vernacular.corpus.typed_input import check_locale, check_typed_text
from vernacular.store import collected as rows
from vernacular.store.database import Db

KEY_BYTES = 16
MIN_SIMILARITY = 0.9
N_NEWEST = 2_000
"""How many collected texts of the locale are looked through for near duplicates."""
N_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A stored text that a new one repeats."""

    text: str
    where: str
    """The source it is stored under."""
    is_exact: bool
    """Whether the texts are the same, not merely alike."""
    similarity: float
    """1 where the folded texts are equal, else 1 - edits / longer length, at least 0.9."""


def find_duplicates(db: Db, locale: str, text: str) -> list[Duplicate]:
    """Returns up to ten stored texts of the locale like ``text``, the most alike first.

    Among all that was collected, texts that fold to the same (`fold_text`); among the newest 2,000
    also those that nearly do. Imported corpora are not looked through: they keep no folded form.

    Raises:
        InvalidInput: ``locale`` is no language tag, or the text does not fit.
    """
    tag = check_locale(locale)
    check_typed_text(text)
    folded = fold_text(text)
    composed = unicodedata.normalize("NFC", text)
    same = [
        Duplicate(stored, source, unicodedata.normalize("NFC", stored) == composed, 1.0)
        for source, stored in rows.list_by_duplicate_key(db, duplicate_key(tag, text), N_SHOWN)
    ]
    same.sort(key=lambda one: not one.is_exact)
    return [*same, *_find_near(db, tag, folded)][:N_SHOWN]


def duplicate_key(locale: str, text: str) -> bytes:
    """Returns the 16-byte hash that is equal for texts of one locale that fold to the same."""
    content = f"{locale}\0{fold_text(text)}".encode()
    return blake2b(content, digest_size=KEY_BYTES).digest()


def _find_near(db: Db, locale: str, folded: str) -> list[Duplicate]:
    texts = dict.fromkeys(rows.list_newest_texts(db, locale, N_NEWEST))
    by_text = {text: fold_text(text) for text in texts}
    near = process.extract(
        folded,
        {text: stored for text, stored in by_text.items() if stored != folded},
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=MIN_SIMILARITY,
        limit=N_SHOWN,
    )
    return [Duplicate(text, rows.COLLECTED, False, similarity) for _, similarity, text in near]
