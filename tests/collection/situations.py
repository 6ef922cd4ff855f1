"""Short ways to submit an utterance in tests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from vernacular.collection.prompts import Prompt, find_prompt
from vernacular.collection.submissions import Submission, submit_utterance
from vernacular.store.database import Store


def prompt(key: str = "early_bus", locale: str = "en-US") -> Prompt:
    """Returns a prompt that comes with the package."""
    return find_prompt(key, locale, "en")


def submit(
    store: Store, person_id: int, text: str, locale: str = "en-US", **changes: Any
) -> Submission:
    """Submits one utterance in a transaction of its own, under a new key."""
    given = {"submit_key": uuid4().hex, "prompt": prompt(), **changes}
    with store.writing() as db:
        return submit_utterance(db, person_id, locale, text=text, **given)
