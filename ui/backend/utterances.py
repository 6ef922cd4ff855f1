"""Everything known of one utterance, as far as the person may read it."""

from __future__ import annotations

from backend.connection import store
from backend.people import is_engineer
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports import utterance_story as stories
from vernacular.reports import utterance_story_flip as flip_places
from vernacular.reports import utterance_story_pair as pairs
from vernacular.reports.utterance_story import UtteranceStory
from vernacular.reports.utterance_story_answers import ReleaseAnswer
from vernacular.reports.utterance_story_flip import FlipCell, FlipPlace
from vernacular.reports.utterance_story_pair import SideBySide
from vernacular.store import suites as stored_suites
from vernacular.store.tables.runs import ResultStatus


def list_suites() -> list[str]:
    """Returns the names of all suites, newest first."""
    with store().reading() as db:
        return [suite.name for suite in stored_suites.list_suites(db)]


def utterance_story(person: Person, suite: str, item: int) -> UtteranceStory:
    """Returns what the person may read of an item of a suite.

    Raises:
        NotFound: there is no such suite, or it has no such item.
    """
    with store().reading() as db:
        found = stories.utterance_story(db, suite, item)
    return found if is_engineer(person) else stories.story_for_tester(found, person.person_id)


def has_failed(one: ReleaseAnswer) -> bool:
    """True if a release did not answer at all."""
    return one.answer.status == ResultStatus.FAILED


def list_answer_choices(found: UtteranceStory) -> dict[str, ReleaseAnswer]:
    """Returns the answers that can be put side by side, by their names, newest first."""
    return pairs.list_choices(found)


def side_by_side(found: UtteranceStory, baseline: str, release: str) -> SideBySide:
    """Returns two answers of a story stage by stage, by their names."""
    return pairs.side_by_side(found, baseline, release)


def find_flip_place(cell: FlipCell, item: int) -> FlipPlace | None:
    """Returns where an item stands among the flips of a cell; None where it is none of them."""
    with store().reading() as db:
        return flip_places.find_flip_place(db, cell, item)
