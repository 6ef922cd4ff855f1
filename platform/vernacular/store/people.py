"""Queries on people, their sign-ins and the keys of programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from vernacular.errors import Conflict
from vernacular.store.database import Db
from vernacular.store.tables.people import ApiKey, Person, PersonLocale, SignIn


def find_by_login(db: Db, login: str) -> Person | None:
    """Returns the person with this login, which must already be casefolded."""
    return db.scalar(select(Person).where(Person.login == login))


def find_by_id(db: Db, person_id: int) -> Person | None:
    """Returns the person with this id."""
    return db.get(Person, person_id)


def find_by_token(db: Db, token_hash: bytes, now: datetime) -> Person | None:
    """Returns the person whom an unexpired sign-in belongs to, unless she has been disabled."""
    return db.scalar(
        select(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.token_hash == token_hash,
            SignIn.expires_at > now,
            Person.disabled_at.is_(None),
        )
    )


def list_all(db: Db) -> list[Person]:
    """Returns everybody by login, disabled people included."""
    return list(db.scalars(select(Person).order_by(Person.login)))


def list_locales(db: Db, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Returns each person's locales, best first; a person without any has an empty list."""
    by_person: dict[int, list[str]] = {person_id: [] for person_id in person_ids}
    rows = db.execute(
        select(PersonLocale.person_id, PersonLocale.locale)
        .where(PersonLocale.person_id.in_(person_ids))
        .order_by(PersonLocale.person_id, PersonLocale.rank, PersonLocale.locale)
    )
    for person_id, locale in rows:
        by_person[person_id].append(locale)
    return by_person


def find_dialect(db: Db, person_id: int, locale: str) -> str | None:
    """Returns the dialect a person speaks in a locale, if she named one."""
    spoken = db.get(PersonLocale, (person_id, locale))
    return spoken.dialect if spoken else None


def find_accent(db: Db, person_id: int, locale: str) -> str | None:
    """Returns the accent a person speaks a locale with, if she named one."""
    spoken = db.get(PersonLocale, (person_id, locale))
    return spoken.accent if spoken else None


def update_dialect(db: Db, person_id: int, locale: str, dialect: str | None) -> bool:
    """Stores the dialect a person speaks in a locale; False if she speaks no such locale."""
    spoken = db.get(PersonLocale, (person_id, locale))
    if spoken is None:
        return False
    spoken.dialect = dialect
    db.flush()
    return True


def update_accent(db: Db, person_id: int, locale: str, accent: str | None) -> bool:
    """Stores the accent a person speaks a locale with; False if she speaks no such locale."""
    spoken = db.get(PersonLocale, (person_id, locale))
    if spoken is None:
        return False
    spoken.accent = accent
    db.flush()
    return True


def insert_person(db: Db, person: Person, locales: Sequence[str]) -> None:
    """Writes a new person and her locales, best first.

    Raises:
        Conflict: the login is taken.
    """
    try:
        # A savepoint, so that the caller's transaction survives a login that is taken.
        with db.begin_nested():
            db.add(person)
            db.flush()
    except IntegrityError:
        raise Conflict(f"the login {person.login!r} is taken: choose another one") from None
    db.add_all(
        PersonLocale(person_id=person.id, locale=locale, rank=rank)
        for rank, locale in enumerate(locales)
    )
    db.flush()


def update_password_hash(db: Db, person_id: int, password_hash: str) -> None:
    """Replaces the hash of a person's password."""
    db.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))


def renew_password_hash(db: Db, person: Person, password_hash: str) -> None:
    """Replaces the hash of the same password, unless another password was set meanwhile."""
    db.execute(
        update(Person)
        .where(Person.id == person.id, Person.password_hash == person.password_hash)
        .values(password_hash=password_hash)
        .execution_options(synchronize_session=False)
    )


def insert_sign_in(
    db: Db, token_hash: bytes, person_id: int, now: datetime, expires_at: datetime
) -> None:
    """Writes a new sign-in."""
    db.add(
        SignIn(token_hash=token_hash, person_id=person_id, created_at=now, expires_at=expires_at)
    )
    db.flush()


def delete_sign_in(db: Db, token_hash: bytes) -> None:
    """Deletes one sign-in; one that is not there is as good as deleted."""
    db.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


def delete_sign_ins_of(db: Db, person_id: int) -> None:
    """Deletes every sign-in of a person."""
    db.execute(delete(SignIn).where(SignIn.person_id == person_id))


def delete_expired_sign_ins(db: Db, now: datetime) -> None:
    """Deletes the sign-ins that count no more."""
    db.execute(delete(SignIn).where(SignIn.expires_at <= now))


def find_key(db: Db, prefix: str) -> ApiKey | None:
    """Returns the key with this public prefix, revoked or not."""
    return db.scalar(select(ApiKey).where(ApiKey.prefix == prefix))


def list_keys(db: Db) -> list[ApiKey]:
    """Returns every key, revoked ones included, in the order they were made."""
    return list(db.scalars(select(ApiKey).order_by(ApiKey.id)))


def insert_key(db: Db, key: ApiKey) -> None:
    """Writes a new key; its prefix is random enough never to clash."""
    db.add(key)
    db.flush()
