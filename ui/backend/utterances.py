"""Everything known of one utterance."""

from __future__ import annotations

from backend.connection import store
from vernacular.reports import utterance_story as stories
from vernacular.reports.utterance_story import UtteranceStory
from vernacular.store import suites as stored_suites


def list_suites() -> list[str]:
    """Returns the names of all suites, newest first."""
    with store().reading() as db:
        return [suite.name for suite in stored_suites.list_suites(db)]


def utterance_story(suite: str, item: int) -> UtteranceStory:
    """Returns everything known of an item of a suite; raises ``NotFound`` where it has none."""
    with store().reading() as db:
        return stories.utterance_story(db, suite, item)
