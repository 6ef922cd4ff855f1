"""Signing in: a password once, then a random token that a browser keeps and nobody else knows."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from vernacular.errors import Forbidden
from vernacular.people.accounts import find_person, person_locales
from vernacular.people.passwords import has_old_parameters, hash_password, is_right_password
from vernacular.store import people as rows
from vernacular.store.database import Db
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.people import Person, Role

SIGN_IN_COOKIE = "vernacular_sign_in"
MAX_TOKEN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person in front of the screen, as plain values."""

    person_id: int
    login: str
    display_name: str
    role: Role
    ui_language: str
    locales: tuple[str, ...]
    """The locales she speaks, best first."""


def sign_in(db: Db, login: str, password: str, days: int) -> tuple[str, SignedIn]:
    """Returns a new token, valid for so many days, and whom it stands for.

    Raises:
        Forbidden: login and password do not belong together, or the account is disabled.
    """
    return record_sign_in(db, check_password(db, login, password), password, days)


def check_password(db: Db, login: str, password: str) -> Person:
    """Returns the person whose password this is; it only reads.

    Hashing takes tens of milliseconds, so faces call this outside their writing transaction. An
    unknown login takes as long as a wrong password, and is answered in the same words.

    Raises:
        Forbidden: login and password do not belong together, or the account is disabled.
    """
    person = find_person(db, login)
    is_right = is_right_password(person.password_hash if person else None, password)
    if person is None or not is_right or person.disabled_at is not None:
        raise Forbidden("login and password do not belong together")
    return person


def record_sign_in(db: Db, person: Person, password: str, days: int) -> tuple[str, SignedIn]:
    """Writes a sign-in of a person whose password was checked; returns its token and the person.

    A password whose hash was made with older costs is hashed anew, because only now is it known.
    """
    now = utc_now()
    if has_old_parameters(person.password_hash):
        rows.renew_password_hash(db, person, hash_password(password))
    rows.delete_expired_sign_ins(db, now)
    token = secrets.token_urlsafe(32)
    rows.insert_sign_in(db, _hash_token(token), person.id, now, now + timedelta(days=days))
    return token, _view(db, person)


def find_signed_in(db: Db, token: str) -> SignedIn | None:
    """Returns whom a token stands for; None for an unknown, expired or ended one."""
    if not 0 < len(token) <= MAX_TOKEN_LENGTH:
        return None
    person = rows.find_by_token(db, _hash_token(token), utc_now())
    return _view(db, person) if person is not None else None


def sign_out(db: Db, token: str) -> None:
    """Ends a sign-in; doing so twice is no error."""
    rows.delete_sign_in(db, _hash_token(token))


def _view(db: Db, person: Person) -> SignedIn:
    return SignedIn(
        person_id=person.id,
        login=person.login,
        display_name=person.display_name,
        role=person.role,
        ui_language=person.ui_language,
        locales=tuple(person_locales(db, person.id)),
    )


def _hash_token(token: str) -> bytes:
    # The token is random, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
