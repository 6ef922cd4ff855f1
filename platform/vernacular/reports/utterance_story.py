"""Everything known of one utterance: what it was, who answered it how, and who judged it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vernacular.comparison.metrics import HEARING
from vernacular.corpus.utterance import Judgment
from vernacular.scoring.metric_keys import (
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
)
from vernacular.scoring.normaliser import STRICT
from vernacular.scoring.transcript_alignment import TranscriptAlignment, align
from vernacular.store.clips import find_clip
from vernacular.store.database import Db
from vernacular.store.judged_items import RIGHT, JudgedAnswer
from vernacular.store.runs import find_run
from vernacular.store.tables import Run, Score
from vernacular.store.trends import TrendRun, find_trend_runs
from vernacular.store.utterance_history import (
    AskedItem,
    Place,
    Revision,
    StoredAnswer,
    find_asked_item,
    find_golden_win,
    list_parallel_items,
    list_revisions,
    list_stored_answers,
    list_suite_places,
)

TYPED: tuple[str, ...] = (INTENT_ACCURACY, SLOT_F1, EXACT_MATCH)
UNDERSTOOD_SPEECH: tuple[str, ...] = (INTENT_ACCURACY, SLOT_VALUE_F1)

LostBy = Literal["hearing", "understanding"]
"""The stage at fault: an intent that is right when the text is given was lost by hearing."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an answer was right under one metric."""

    metric: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """What one run returned."""

    release: str
    run_id: int
    suite: str
    item: int
    """Number of the place it answered, which may be another one than the story's."""
    answered_at: datetime | None
    """When the run was finished; None while it is open."""
    answer: JudgedAnswer
    text: str
    """What its slots are spans of: what was heard, or else the text that was given."""
    given: str
    """The reference text as the suite froze it; ``answer.text_slots`` are spans of it."""
    latency_ms: float | None
    checks: tuple[Check, ...]
    """One per metric that says something of this answer; none without a score."""
    revision: int | None
    """Number of the revision it was held against."""
    alignment: TranscriptAlignment | None
    """What was said beside what was heard; None where the utterance was given as text."""
    is_right_as_text: bool | None
    """Whether the intent found in the reference text is right; None where nobody asked."""
    lost_by: LostBy | None
    """The stage that lost the intent; None where it is right, or where that is not known."""

    @property
    def is_understood(self) -> bool | None:
        """Whether nothing about it was wrong; None where it has no score."""
        return _is_understood(self.checks)


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


@dataclass(frozen=True, slots=True)
class SpokenClip:
    """The recording of an item that is to be heard. None: not known."""

    content_hash: str
    audio_seconds: float | None
    is_incomplete: bool
    """Whether part of it was lost: cut off, or damaged inside."""
    problem: str | None
    """Why nothing can be heard in it; None if something can."""


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
    return UtteranceStory(
        suite=asked.suite,
        item=asked.number,
        source=asked.source,
        external_id=asked.external_id,
        locale=asked.locale,
        partition=asked.partition,
        dialect=asked.dialect,
        asked=next(one for one in revisions if one.number == asked.revision),
        clip=None if asked.clip is None else _clip(db, asked.clip),
        revisions=tuple(revisions),
        places=tuple(places),
        answers=tuple(
            _answer(one, asked.locale, places, revisions) for one in list_stored_answers(db, places)
        ),
        translator=asked.origin.get("worker_id"),
        slot_methods=tuple((pair[0], pair[1]) for pair in asked.origin.get("slot_methods", ())),
        judgments=tuple(Judgment(*row) for row in asked.origin.get("judgments", ())),
        parallels=_parallels(db, asked, newest),
        judged_by=newest.release if newest else None,
        golden=None if golden is None else GoldenNote(golden.note, golden.added_at),
    )


def _clip(db: Db, content_hash: str) -> SpokenClip:
    known = find_clip(db, content_hash)
    if known is None:
        return SpokenClip(content_hash, None, is_incomplete=False, problem=None)
    return SpokenClip(content_hash, known.audio_seconds, known.is_incomplete, known.problem)


def _answer(
    stored: StoredAnswer, locale: str, places: Sequence[Place], revisions: Sequence[Revision]
) -> ReleaseAnswer:
    texts = {one.number: one.text for one in revisions}
    place = next(one for one in places if (one.suite, one.item) == (stored.suite, stored.item))
    given, heard = texts[place.revision], stored.answer.transcript or ""
    is_speech = stored.run.has_transcripts
    alignment = None
    if is_speech:
        reference = given if stored.revision is None else texts[stored.revision]
        alignment = align(reference, heard, locale, stored.normaliser or STRICT)
    return ReleaseAnswer(
        release=stored.release,
        run_id=stored.run.id,
        suite=stored.suite,
        item=stored.item,
        answered_at=stored.run.finished_at,
        answer=stored.answer,
        text=heard if is_speech else given,
        given=given,
        latency_ms=stored.latency_ms,
        checks=_checks(stored.score, stored.run, locale),
        revision=stored.revision,
        alignment=alignment,
        is_right_as_text=_is_right_as_text(stored),
        lost_by=_lost_by(stored),
    )


def _is_right_as_text(stored: StoredAnswer) -> bool | None:
    if stored.score is None or not stored.run.has_text_answers:
        return None
    return bool(stored.score.text_correct_intent)


def _lost_by(stored: StoredAnswer) -> LostBy | None:
    is_right_as_text = _is_right_as_text(stored)
    if is_right_as_text is None or stored.score is None:
        return None
    # A clip without an answer is no fault of either stage.
    if stored.score.failed or stored.score.correct_intent:
        return None
    return "hearing" if is_right_as_text else "understanding"


def _checks(score: Score | None, run: Run, locale: str) -> tuple[Check, ...]:
    """Returns what a score says under the metrics that fit the run and the locale's own unit."""
    if score is None:
        return ()
    keys = TYPED
    if run.has_transcripts:
        heard = tuple(metric.key for metric in HEARING if metric.is_primary(locale))
        keys = heard + (UNDERSTOOD_SPEECH if run.has_intents else ())
    return tuple(Check(key, bool(RIGHT[key](score))) for key in keys)


def _parallels(db: Db, asked: AskedItem, newest: TrendRun | None) -> tuple[Parallel, ...]:
    found = list_parallel_items(db, asked, newest.score_set_id if newest else None)
    if newest is None:
        return tuple(Parallel(one.locale, one.text, one.item, None) for one in found)
    run = find_run(db, newest.run_id)
    return tuple(
        Parallel(
            one.locale, one.text, one.item, _is_understood(_checks(one.score, run, one.locale))
        )
        for one in found
    )


def _is_understood(checks: Sequence[Check]) -> bool | None:
    return all(one.is_right for one in checks) if checks else None
