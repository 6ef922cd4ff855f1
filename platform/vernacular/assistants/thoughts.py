"""Tells what a language model says from what it writes down while it thinks. Free of torch."""

from __future__ import annotations

import re

from vernacular.errors import InvalidInput

_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)


def drop_thoughts(said: str) -> str:
    """Returns what a model says without its thoughts before it, which end with ``</think>``.

    Raises:
        InvalidInput: it was cut off before it had thought everything over.
    """
    spoken = _THOUGHT.sub("", said).strip()
    if spoken.startswith("<think>"):
        raise InvalidInput(
            "the model was cut off while it still thought: allow it more tokens, or switch its"
            " thinking off at the server"
        )
    return spoken
