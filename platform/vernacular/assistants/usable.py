"""Keeps out of the store what an assistant said but nobody could store, score or show."""

from __future__ import annotations

import math
import re

from vernacular.assistants.contract import Answer
from vernacular.corpus.typed_input import check_name
from vernacular.errors import InvalidInput

MAX_ERROR = 2000
"""Characters of an error message that are kept."""

MAX_TRANSCRIPT = 100_000
"""Characters: an hour of fast speech has some sixty thousand."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def refuse_unusable(answer: Answer, text: str) -> Answer:
    """Returns the answer, or a failed one where it could be neither stored nor shown.

    Args:
        answer: what came back, perhaps from somebody else's server.
        text: the request that its slots point into.
    """
    if answer.error is not None:
        return Answer(error=_UNSTORABLE.sub("", answer.error)[:MAX_ERROR])
    try:
        _check(answer, text)
    except InvalidInput as error:
        return Answer(error=f"the assistant's answer cannot be used: {error}"[:MAX_ERROR])
    return answer


def _check(answer: Answer, text: str) -> None:
    if answer.intent is not None:
        check_name(answer.intent, "intent")
    for field in ("intent_confidence", "transcript_confidence"):
        confidence = getattr(answer, field)
        if confidence is not None and not math.isfinite(confidence):
            raise InvalidInput(f"is {confidence}", field=field)
    heard = answer.transcript
    if heard is not None and len(heard) > MAX_TRANSCRIPT:
        raise InvalidInput(
            f"has {len(heard):,} characters, at most {MAX_TRANSCRIPT:,} are kept",
            field="transcript",
        )
    for field in ("transcript", "reply"):
        if _UNSTORABLE.search(getattr(answer, field) or ""):
            raise InvalidInput("holds NUL or half a character", field=field)
    outputs = [stage.output for stage in answer.stages]
    values = answer.dialogue.values if answer.dialogue is not None else ()
    for said in (*outputs, *(text for pair in values for text in pair)):
        if _UNSTORABLE.search(said or ""):
            raise InvalidInput("holds NUL or half a character", field="stages")
    for slot in answer.slots:
        check_name(slot.label, "slots")
        if not 0 <= slot.start < slot.end <= len(text):
            raise InvalidInput(f"{slot} lies outside {len(text)} characters", field="slots")
