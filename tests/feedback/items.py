"""Builds feedback items for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vernacular.feedback.item import NewFeedback

ITEM = NewFeedback(
    source="support-app",
    event_id="8f14e45f",
    locale="sw-KE",
    text="niamshe saa kumi na moja asubuhi",
)


def new_feedback(**changes: Any) -> NewFeedback:
    """Returns an item that is valid but for what the test changes."""
    return replace(ITEM, **changes)
