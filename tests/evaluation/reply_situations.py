"""Judged turns of live sessions, written at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vernacular.store.database import Store
from vernacular.store.tables import LiveSession, Person, PersonLocale, Release, Turn, TurnJudgment
from vernacular.store.tables.people import Role


def write_native(store: Store, login: str, *locales: str, **spoken: str | None) -> int:
    """Writes a person who speaks ``locales`` natively and returns her id."""
    with store.writing() as db:
        person = Person(login=login, display_name=login, password_hash="-", role=Role.TESTER)
        db.add(person)
        db.flush()
        db.add_all(PersonLocale(person_id=person.id, locale=tag, **spoken) for tag in locales)
        return person.id


def write_natives(store: Store, n: int, *locales: str) -> list[int]:
    """Writes people who speak ``locales`` natively and returns their ids."""
    return [write_native(store, f"native-{number}", *locales) for number in range(n)]


def find_or_write_release(store: Store, name: str) -> int:
    """Returns the id of a release that no file stands behind."""
    with store.writing() as db:
        found = db.query(Release).where(Release.name == name).one_or_none()
        if found is None:
            found = Release(name=name, assistant="pocket", manifest={}, root=".")
            db.add(found)
            db.flush()
        return found.id


def judge_replies(
    store: Store,
    release: str,
    locale: str,
    person_id: int,
    judgments: Sequence[dict[str, Any]],
    **session: Any,
) -> list[int]:
    """Writes one session with a judged turn for each judgment; returns the ids of the turns."""
    release_id = find_or_write_release(store, release)
    with store.writing() as db:
        row = LiveSession(person_id=person_id, release_id=release_id, locale=locale, **session)
        db.add(row)
        db.flush()
        turns = [
            Turn(session_id=row.id, number=i, client_key=f"key-{i}", text="hi", reply="hello")
            for i in range(1, len(judgments) + 1)
        ]
        db.add_all(turns)
        db.flush()
        ids = [turn.id for turn in turns]
        for turn_id, judgment in zip(ids, judgments, strict=True):
            db.add(judgment_of(turn_id, person_id, **judgment))
        return ids


def judge_in_turns(
    store: Store,
    release: str,
    locale: str,
    people: Sequence[int],
    judgments: Sequence[dict[str, Any]],
    **session: Any,
) -> None:
    """Writes a session of each of the people, who take turns in giving the judgments."""
    for number, person in enumerate(people):
        own = judgments[number :: len(people)]
        judge_replies(store, release, locale, person, own, **session)


def judgment_of(turn_id: int, person_id: int, **said: Any) -> TurnJudgment:
    """Returns a judgment that holds only what is named."""
    return TurnJudgment(turn_id=turn_id, person_id=person_id, **({"tags": [], "note": ""} | said))


def yes_and_no(field: str, n_yes: int, n: int) -> list[dict[str, Any]]:
    """Returns ``n`` judgments, the first ``n_yes`` of which say yes to one question."""
    return [{field: i < n_yes} for i in range(n)]
