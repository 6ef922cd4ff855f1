"""Who is in front of the screen, and what she may see."""

from __future__ import annotations

from backend.connection import store
from vernacular import errors
from vernacular.people import accounts
from vernacular.people.sign_in import SignedIn as Person
from vernacular.people.sign_in import find_signed_in
from vernacular.store.tables.people import Role


def find_person(token: str) -> Person | None:
    """Returns whom a sign-in cookie stands for, or None."""
    if not token:
        return None
    with store().reading() as db:
        return find_signed_in(db, token)


def is_signed_in(token: str) -> bool:
    """True if a sign-in cookie stands for somebody."""
    return find_person(token) is not None


def check_signed_in(person: Person | None, token: str) -> None:
    """Checks that a page which was opened by a person is still hers.

    Raises:
        Forbidden: the sign-in ended since, the account was disabled, or somebody else signed in.
    """
    found = find_person(token)
    if person is None or found is None or found.person_id != person.person_id:
        raise errors.Forbidden("the person who opened this page is not signed in any more")


def is_engineer(person: Person) -> bool:
    """True if the person may be shown what is meant for those who run releases."""
    return person.role in (Role.ENGINEER, Role.ADMIN)


def change_language(person: Person, language: str) -> None:
    """Stores the language a person reads."""
    with store().writing() as db:
        accounts.set_ui_language(db, person.person_id, language)
