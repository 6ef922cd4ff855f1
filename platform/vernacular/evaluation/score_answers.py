"""Turns answers into scores: whole numbers per result, whoever produced the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.scoring.error_rates import score_transcripts
from vernacular.scoring.normaliser import LENIENT, STRICT
from vernacular.scoring.slot_values import find_value_rules, score_slot_values, slot_values
from vernacular.scoring.utterance import SCORER, score_understanding
from vernacular.store.scores import ScoringRules
from vernacular.store.suites import Reference

TEXT_RULES = ScoringRules(SCORER, normaliser=None)
"""What runs over typed text are scored by."""

HEARD_RULES = ScoringRules(SCORER, STRICT)
"""What runs with transcripts are scored by, unless they are scored again."""

LENIENT_RULES = ScoringRules(SCORER, LENIENT)
"""What they are scored by as well, to stand beside: a wide gap means spelling, not hearing."""

HEARD_COLUMNS = (
    "n_words",
    "word_edits",
    "n_chars",
    "char_edits",
    "substitutions",
    "deletions",
    "insertions",
)
UNDERSTOOD_COLUMNS = ("correct_intent", "exact", "tp", "fp", "fn")
VALUE_COLUMNS = ("value_tp", "value_fp", "value_fn")
TEXT_COLUMNS = ("text_correct_intent",)
"""Of runs that were asked about the reference text beside what they heard."""

_NOTHING = dict.fromkeys((*HEARD_COLUMNS, *UNDERSTOOD_COLUMNS, *VALUE_COLUMNS, *TEXT_COLUMNS), 0)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a run returned for one item."""

    failed: bool
    intent: str | None
    slots: tuple[Slot, ...]
    """Spans of the transcript where there is one, else of the reference text."""
    transcript: str | None
    text_intent: str | None = None
    """What was understood of the reference text, in a run that was asked about it too."""


def score_answers(
    rules: ScoringRules,
    references: Sequence[Reference],
    hypotheses: Sequence[Hypothesis],
    *,
    has_intents: bool,
) -> list[dict[str, Any]]:
    """Returns the counts of each pair by the names of the scores table, in the same order.

    Args:
        rules: with a normaliser, transcripts are scored, and slots by their values.
        references: (n,) what is expected.
        hypotheses: (n,) what was returned; a failed one is wrong in everything but the question
            about the reference text, which has an answer of its own.
        has_intents: whether the run says what it understood.
    """
    rows = [
        {
            "item": reference.number,
            "revision_id": reference.revision_id,
            "failed": hypothesis.failed,
            **_NOTHING,
        }
        for reference, hypothesis in zip(references, hypotheses, strict=True)
    ]
    if rules.normaliser is not None:
        _score_heard(rows, references, hypotheses, rules.normaliser)
    if has_intents:
        for row, reference, hypothesis in zip(rows, references, hypotheses, strict=True):
            if rules.normaliser is None:
                row.update(_understood(reference, hypothesis))
            else:
                row.update(_values(reference, hypothesis, rules.normaliser))
    return rows


def _score_heard(
    rows: list[dict[str, Any]],
    references: Sequence[Reference],
    hypotheses: Sequence[Hypothesis],
    normaliser: str,
) -> None:
    by_locale: dict[str, list[int]] = {}
    for i, reference in enumerate(references):
        by_locale.setdefault(reference.locale, []).append(i)
    for locale, places in by_locale.items():
        scores = score_transcripts(
            locale,
            [references[i].text for i in places],
            [hypotheses[i].transcript for i in places],
            normaliser,
        )
        for name in HEARD_COLUMNS:
            for i, value in zip(places, getattr(scores, name).tolist(), strict=True):
                rows[i][name] = value


def _understood(reference: Reference, hypothesis: Hypothesis) -> dict[str, int]:
    words = split_words(reference.text, find_locale(reference.locale).slot_unit)
    score = score_understanding(
        words, reference.intent, reference.slots, hypothesis.intent, hypothesis.slots
    )
    return asdict(score)


def _values(reference: Reference, hypothesis: Hypothesis, normaliser: str) -> dict[str, int]:
    """Returns the understanding of heard text: the intent, and slots by their values."""
    tp, fp, fn = score_slot_values(
        slot_values(reference.text, reference.slots),
        slot_values(hypothesis.transcript or "", hypothesis.slots),
        find_value_rules(reference.locale, normaliser),
    )
    is_right = int(hypothesis.intent == reference.intent)
    return {
        "correct_intent": is_right,
        "text_correct_intent": int(hypothesis.text_intent == reference.intent),
        "value_tp": tp,
        "value_fp": fp,
        "value_fn": fn,
    }
