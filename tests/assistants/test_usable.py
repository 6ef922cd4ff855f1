"""What an assistant says is checked before it is stored."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from vernacular.assistants.contract import Answer, Dialogue, StageTrace
from vernacular.assistants.usable import MAX_ERROR, refuse_unusable
from vernacular.corpus.utterance import Slot

TEXT = "wake me at five am"
ANSWER = Answer(intent="alarm_set", intent_confidence=0.9, slots=(Slot("time", 11, 18),))


def test_a_good_answer_passes_untouched() -> None:
    assert refuse_unusable(ANSWER, TEXT) is ANSWER
    assert refuse_unusable(Answer(), TEXT) == Answer()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"intent": "a" * 81}, "80 characters"),
        ({"intent": "alarm\0set"}, "NUL"),
        ({"transcript": "la\0la"}, "transcript: holds NUL"),
        ({"transcript": "l" * 100_001}, "100,001 characters"),
        ({"transcript_confidence": float("nan")}, "transcript_confidence: is nan"),
        ({"reply": "half \ud800"}, "reply: holds NUL or half"),
        ({"stages": (StageTrace("nlu", "1", 0.0, output="half \ud800"),)}, "stages: holds NUL"),
        ({"dialogue": Dialogue(values=(("time", "five\0"),))}, "stages: holds NUL or half"),
        ({"intent": ""}, "must be a name"),
        ({"intent_confidence": math.nan}, "intent_confidence: is nan"),
        ({"slots": (Slot("time", 11, 19),)}, "outside 18 characters"),
        ({"slots": (Slot("time", -1, 3),)}, "outside"),
        ({"slots": (Slot("time", 4, 4),)}, "outside"),
        ({"slots": (Slot("\ud800", 0, 4),)}, "surrogate"),
    ],
)
def test_an_unusable_answer_becomes_a_failed_one_that_says_why(
    change: dict[str, object], reason: str
) -> None:
    refused = refuse_unusable(replace(ANSWER, **change), TEXT)  # type: ignore[arg-type]
    assert refused == Answer(error=refused.error)
    assert refused.error is not None
    assert reason in refused.error


def test_an_error_message_is_cut_to_what_can_be_kept() -> None:
    refused = refuse_unusable(Answer(error="a\0b\udfff" + "c" * 5000), TEXT)
    assert refused.error == "ab" + "c" * (MAX_ERROR - 2)
