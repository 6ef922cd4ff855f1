"""What a system that ran elsewhere returned for one utterance, and for a whole suite."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.corpus.annotation import align_annotation, check_slots, write_annotation
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Prediction:
    """One hypothesis as its file tells it; None is what the file does not say."""

    line: int
    """Where it stands in its file, from 1; for messages about it."""

    external_id: str
    """The id of its utterance in the suite; the same request in another locale carries it too."""

    locale: str
    """BCP 47 tag in its usual casing."""

    intent: str | None = None
    intent_confidence: float | None = None
    """Between 0 and 1; only beside an intent."""

    slots: tuple[Slot, ...] | None = None
    """From left to right, disjoint: code-point spans of ``transcript`` if there is one, else of the
    reference text. ``()`` says that there are none, None that the file is silent about slots."""

    transcript: str | None = None
    """What was heard; empty where nothing was."""

    reference_text: str | None = None
    """What was really said, if the file carries it; for text that was typed, what ``annot_utt``
    spells out, which may differ from the suite's text in white space."""

    latency_ms: float | None = None
    error: str | None = None
    """Why there is no answer; then no intent, slots or transcript."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """All of a file, in its order; every pair of id and locale is there once."""

    rows: tuple[Prediction, ...]
    """At least one."""

    @property
    def has_intents(self) -> bool:
        """Whether any row names an intent; a row that names none answered without one."""
        return any(row.intent is not None for row in self.rows)

    @property
    def has_slots(self) -> bool:
        """Whether any row speaks of slots, if only to say that there are none."""
        return any(row.slots is not None for row in self.rows)

    @property
    def has_transcripts(self) -> bool:
        """Whether any row says what was heard, if only that nothing was."""
        return any(row.transcript is not None for row in self.rows)


def fit_slots(prediction: Prediction, text: str) -> tuple[Slot, ...]:
    """Returns the slots as spans of ``text``, the utterance as the suite has it.

    A row without transcript counts in a text that its reader did not have: here it is. Slots of a
    transcript were checked when they were read and come back as they are; no slots give ``()``.

    Raises:
        InvalidInput: a span does not fit the text (see `annotation.check_slots`), or the text that
            the row carries differs from it in more than white space.
    """
    slots = prediction.slots or ()
    if not slots or prediction.transcript is not None:
        return slots
    carried = prediction.reference_text
    try:
        if carried is None or carried == text:
            check_slots(text, slots)
            return slots
        return align_annotation(write_annotation(carried, slots), text)
    except InvalidInput as error:
        raise InvalidInput(error.reason, line=prediction.line, field="slots") from error
