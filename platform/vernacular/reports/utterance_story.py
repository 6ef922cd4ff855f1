"""Everything known of one utterance: what it was, who answered it how, and who judged it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from vernacular.corpus.utterance import Judgment
from vernacular.reports.utterance_story_answers import (
    ReleaseAnswer,
    answer_of_run,
    checks_of,
    is_understood,
    without_reasons,
)
from vernacular.reports.utterance_story_clip import SpokenClip, find_spoken_clip
from vernacular.reports.utterance_story_turn import TurnStory, turn_story, withhold
from vernacular.store.database import Db
from vernacular.store.runs import find_run
from vernacular.store.trends import TrendRun, find_trend_runs
from vernacular.store.turn_history import find_turn_history
from vernacular.store.utterance_history import (
    AskedItem,
    Place,
    Revision,
    find_asked_item,
    find_golden_win,
    list_parallel_items,
    list_revisions,
    list_stored_answers,
    list_suite_places,
)


@dataclass(frozen=True, slots=True)
class Parallel:
    """The same request in another locale."""

    locale: str
    text: str
    item: int | None
    """Its place in the suite; None where the suite does not hold it."""
    is_understood: bool | None
    """By the release that ``UtteranceStory.judged_by`` names; None where that is not known."""


@dataclass(frozen=True, slots=True)
class GoldenNote:
    """That every release has to understand the utterance from now on, and since when."""

    note: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceStory:
    """Everything known of the utterance in one place of a suite."""

    suite: str
    item: int
    source: str
    external_id: str
    locale: str
    partition: str
    dialect: str | None
    asked: Revision
    """The revision that the suite froze."""
    clip: SpokenClip | None
    """None where the text is given."""
    revisions: tuple[Revision, ...]
    """All of them, oldest first."""
    places: tuple[Place, ...]
    """Where the utterance stands in suites, this one among them."""
    answers: tuple[ReleaseAnswer, ...]
    """Newest run first."""
    turn: TurnStory | None
    """The live turn it comes from; None where it comes from somewhere else."""
    translator: str | None
    """The source's name for who wrote it."""
    slot_methods: tuple[tuple[str, str], ...]
    """How the translator treated each slot: (label, method)."""
    judgments: tuple[Judgment, ...]
    parallels: tuple[Parallel, ...]
    judged_by: str | None
    """The newest release that has answered the suite."""
    golden: GoldenNote | None


def utterance_story(db: Db, suite: str, item: int) -> UtteranceStory:
    """Returns everything known of the utterance that is item number ``item`` of a suite.

    Raises:
        NotFound: there is no such suite, or it has no such item.
    """
    asked = find_asked_item(db, suite, item)
    revisions = list_revisions(db, asked.utterance_id)
    places = list_suite_places(db, asked.utterance_id)
    scored = [run for run in find_trend_runs(db, suite).runs if run.score_set_id is not None]
    newest = scored[-1] if scored else None
    golden = find_golden_win(db, asked.utterance_id)
    history = find_turn_history(db, asked.source, asked.external_id)
    replays = {} if history is None else {one.run.id: one for one in history.replays}
    frozen = next(one for one in revisions if one.number == asked.revision)
    answers = tuple(
        answer_of_run(one, asked.locale, places, revisions, replays.get(one.run.id))
        for one in list_stored_answers(db, places)
    )
    turn = None
    if history is not None:
        told = [one.run_id for one in answers if one.run_id is not None]
        turn = turn_story(db, asked, frozen, history, told)
    return UtteranceStory(
        suite=asked.suite,
        item=asked.number,
        source=asked.source,
        external_id=asked.external_id,
        locale=asked.locale,
        partition=asked.partition,
        dialect=asked.dialect,
        asked=frozen,
        clip=None if asked.clip is None else find_spoken_clip(db, asked.clip),
        revisions=tuple(revisions),
        places=tuple(places),
        answers=answers,
        turn=turn,
        translator=asked.origin.get("worker_id"),
        slot_methods=tuple((pair[0], pair[1]) for pair in asked.origin.get("slot_methods", ())),
        judgments=tuple(Judgment(*row) for row in asked.origin.get("judgments", ())),
        parallels=_parallels(db, asked, newest),
        judged_by=newest.release if newest else None,
        golden=None if golden is None else GoldenNote(golden.note, golden.added_at),
    )


def story_for_tester(found: UtteranceStory, reader_id: int) -> UtteranceStory:
    """Returns what a tester may read of a story.

    Engineers read all of it, and they alone why a release failed. Of a turn that somebody else
    held a tester sees what was said, heard and answered, as in any suite, but neither who said it
    nor what she noted.
    """
    found = replace(found, answers=tuple(map(without_reasons, found.answers)))
    if found.turn is None:
        return found
    turn = withhold(found.turn, reader_id)
    if turn.tester is not None:
        return replace(found, turn=turn)
    nameless = tuple(replace(one, author=None) for one in found.revisions)
    asked = replace(found.asked, author=None)
    return replace(found, turn=turn, asked=asked, revisions=nameless)


def _parallels(db: Db, asked: AskedItem, newest: TrendRun | None) -> tuple[Parallel, ...]:
    found = list_parallel_items(db, asked, newest.score_set_id if newest else None)
    if newest is None:
        return tuple(Parallel(one.locale, one.text, one.item, None) for one in found)
    run = find_run(db, newest.run_id)
    return tuple(
        Parallel(
            one.locale, one.text, one.item, is_understood(checks_of(one.score, run, one.locale))
        )
        for one in found
    )
