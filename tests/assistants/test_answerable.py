from __future__ import annotations

import numpy as np
import pytest

from vernacular.assistants.answerable import find_refusal
from vernacular.assistants.contract import MAX_TEXT, Request
from vernacular.clips.audio import Audio

TONE = Audio(0.5 * np.sin(np.arange(16_000, dtype=np.float32)))
SILENCE = Audio(np.zeros(16_000, np.float32))


@pytest.mark.parametrize(
    ("request_", "hears", "said"),
    [
        (Request("a" * MAX_TEXT, "sw-KE"), False, None),
        (Request("", "sw-KE"), False, None),
        (Request(None, "sw-KE", audio=TONE), True, None),
        (Request("a" * 100_000, "sw-KE"), True, "100,000 characters"),
        (Request(None, "sw-KE", audio=TONE), False, "text only"),
        (Request(None, "sw-KE", audio=SILENCE), True, "silent"),
        (Request(None, "sw-KE", audio=Audio(TONE.samples[:1_600])), True, "too short"),
        (Request(None, "sw-KE"), True, "either text or audio"),
        (Request("x", "sw-KE", audio=TONE), True, "either text or audio"),
    ],
)
def test_only_what_can_be_answered_is_asked(
    request_: Request, hears: bool, said: str | None
) -> None:
    refusal = find_refusal(request_, hears=hears)
    assert (refusal is None) == (said is None)
    assert said is None or said in str(refusal)
