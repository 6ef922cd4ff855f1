"""Queries on one utterance: its revisions, the suites that hold it, and what was answered to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, and_, func, or_, select

from vernacular.corpus.utterance import Slot
from vernacular.errors import NotFound
from vernacular.scoring.normaliser import LENIENT
from vernacular.store.database import Db
from vernacular.store.judged_items import JudgedAnswer, answer_of
from vernacular.store.suites import find_suite
from vernacular.store.tables import (
    GoldenWin,
    Person,
    Release,
    Result,
    Run,
    Score,
    ScoreSet,
    Suite,
    SuiteItem,
    Utterance,
    UtteranceRevision,
)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One place of a suite, with the utterance that stands there."""

    suite_id: int
    suite: str
    number: int
    revision: int
    """Number of the revision that the suite froze."""
    utterance_id: int
    source: str
    external_id: str
    locale: str
    partition: str
    dialect: str | None
    origin: dict[str, Any]
    """What the source said beside the utterance."""
    clip: str | None
    """Content hash of the recording to be heard; None where the text is given."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of the utterance."""

    number: int
    text: str
    domain: str
    intent: str
    slots: tuple[Slot, ...]
    author: str | None
    """The person's name; None for what was imported, and where the person has been erased."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where the utterance stands in a suite."""

    suite: str
    item: int
    revision: int


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What one run returned, and its newest strict score."""

    release: str
    run: Run
    suite: str
    item: int
    answer: JudgedAnswer
    latency_ms: float | None
    normaliser: str | None
    """The text rules of the score."""
    score: Score | None
    revision: int | None
    """Number of the revision it was scored against."""


@dataclass(frozen=True, slots=True)
class ParallelItem:
    """The same request in another locale."""

    locale: str
    text: str
    """As the suite froze it, or its newest revision where the suite does not hold it."""
    item: int | None
    """Its place in the suite; None where the suite does not hold it."""
    score: Score | None


def find_asked_item(db: Db, suite_name: str, number: int) -> AskedItem:
    """Returns one item of a suite.

    Raises:
        NotFound: there is no such suite, or it has no such item.
    """
    suite = find_suite(db, suite_name)
    query = (
        select(UtteranceRevision.number, Utterance, SuiteItem.clip)
        .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
        .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
        .where(SuiteItem.suite_id == suite.id, SuiteItem.number == number)
    )
    row = db.execute(query).first()
    if row is None:
        raise NotFound(f"suite {suite.name} has no item {number}; it has 1 to {suite.n_items}")
    revision, utterance, clip = row
    return AskedItem(
        suite.id,
        suite.name,
        number,
        revision,
        utterance.id,
        utterance.source,
        utterance.external_id,
        utterance.locale,
        utterance.partition,
        utterance.dialect,
        utterance.origin or {},
        clip,
    )


def list_revisions(db: Db, utterance_id: int) -> list[Revision]:
    """Returns all revisions of an utterance, oldest first."""
    query = (
        select(UtteranceRevision, Person.display_name)
        .outerjoin(Person, Person.id == UtteranceRevision.author_id)
        .where(UtteranceRevision.utterance_id == utterance_id)
        .order_by(UtteranceRevision.number)
    )
    return [
        Revision(one.number, one.text, one.domain, one.intent, one.slots, author, one.created_at)
        for one, author in db.execute(query)
    ]


def list_suite_places(db: Db, utterance_id: int) -> list[Place]:
    """Returns where an utterance stands in suites, newest suite first."""
    query = (
        select(Suite.name, SuiteItem.number, UtteranceRevision.number)
        .join(SuiteItem, SuiteItem.suite_id == Suite.id)
        .join(UtteranceRevision, UtteranceRevision.id == SuiteItem.revision_id)
        .where(UtteranceRevision.utterance_id == utterance_id)
        .order_by(Suite.id.desc(), SuiteItem.number)
    )
    return [Place(*row) for row in db.execute(query)]


def list_stored_answers(db: Db, places: Sequence[Place]) -> list[StoredAnswer]:
    """Returns what every run answered in these places, the newest run first."""
    at = or_(*(and_(Suite.name == one.suite, Result.item == one.item) for one in places))
    query = (
        select(Release.name, Run, Suite.name, Result)
        .join(Run, Run.release_id == Release.id)
        .join(Suite, Suite.id == Run.suite_id)
        .join(Result, Result.run_id == Run.id)
        .where(at)
        .order_by(Run.id.desc())
    )
    scores = _list_newest_scores(db, places)
    return [
        StoredAnswer(
            release,
            run,
            suite,
            result.item,
            answer_of(result),
            result.latency_ms,
            *scores.get((run.id, result.item), (None, None, None)),
        )
        for release, run, suite, result in db.execute(query)
    ]


def _list_newest_scores(
    db: Db, places: Sequence[Place]
) -> dict[tuple[int, int], tuple[str | None, Score, int]]:
    """Returns (normaliser, score, revision it was scored against) by run and item."""
    at = or_(*(and_(Suite.name == one.suite, Score.item == one.item) for one in places))
    query = (
        select(ScoreSet.run_id, ScoreSet.normaliser, Score, UtteranceRevision.number)
        .join(Run, Run.id == ScoreSet.run_id)
        .join(Suite, Suite.id == Run.suite_id)
        .join(Score, Score.score_set_id == ScoreSet.id)
        .join(UtteranceRevision, UtteranceRevision.id == Score.revision_id)
        .where(at, or_(ScoreSet.normaliser.is_(None), ScoreSet.normaliser != LENIENT))
        .order_by(ScoreSet.id)
    )
    return {
        (run_id, score.item): (normaliser, score, revision)
        for run_id, normaliser, score, revision in db.execute(query)
    }


def list_parallel_items(db: Db, asked: AskedItem, score_set_id: int | None) -> list[ParallelItem]:
    """Returns the same request in the other locales of its source, by locale.

    Args:
        db: an open transaction.
        asked: the item whose parallels are looked for.
        score_set_id: the scores of a run over its suite; None for none.
    """
    locales = _list_parallels(db, asked)
    query = (
        select(UtteranceRevision.utterance_id, UtteranceRevision.text, SuiteItem.number)
        .outerjoin(
            SuiteItem,
            (SuiteItem.revision_id == UtteranceRevision.id)
            & (SuiteItem.suite_id == asked.suite_id),
        )
        .where(UtteranceRevision.utterance_id.in_(locales))
        .order_by(UtteranceRevision.number)
    )
    found: dict[int, tuple[str, int | None]] = {}
    for utterance_id, text, item in db.execute(query):
        # What the suite froze goes before what is newer.
        if item is not None or found.get(utterance_id, (text, None))[1] is None:
            found[utterance_id] = (text, item)
    items = [item for _, item in found.values() if item is not None]
    scores = _list_scores(db, score_set_id, items)
    return [
        ParallelItem(locale, text, item, None if item is None else scores.get(item))
        for utterance_id, locale in locales.items()
        for text, item in [found[utterance_id]]
    ]


def _list_parallels(db: Db, asked: AskedItem) -> dict[int, str]:
    """Returns the locale of each other utterance with the same source and id, by its key."""
    tags = _tags_of(asked.source)
    query = (
        select(Utterance.id, Utterance.locale)
        .join(tags, tags.c.tag == Utterance.locale)
        .where(Utterance.source == asked.source, Utterance.external_id == asked.external_id)
        .where(Utterance.id != asked.utterance_id)
        .order_by(Utterance.locale)
    )
    return dict(db.execute(query).all())


def _tags_of(source: str) -> CTE:
    """Returns the locales of a source, one search of the index for each.

    A plain query for one external id would read the index of the whole source: the locale stands
    between the two.
    """
    first = select(func.min(Utterance.locale).label("tag")).where(Utterance.source == source)
    tags = first.cte("tags", recursive=True)
    following = (
        select(func.min(Utterance.locale))
        .where(Utterance.source == source, Utterance.locale > tags.c.tag)
        .correlate(tags)
        .scalar_subquery()
    )
    return tags.union_all(select(following).where(tags.c.tag.is_not(None)))


def _list_scores(db: Db, score_set_id: int | None, items: Sequence[int]) -> dict[int, Score]:
    if score_set_id is None:
        return {}
    query = select(Score).where(Score.score_set_id == score_set_id, Score.item.in_(items))
    return {one.item: one for one in db.scalars(query)}


def find_golden_win(db: Db, utterance_id: int) -> GoldenWin | None:
    """Returns the golden win that an utterance is, if it is one."""
    return db.get(GoldenWin, utterance_id)
