"""Puts people into a store without the cost of hashing a password."""

from __future__ import annotations

from vernacular.store.database import Store
from vernacular.store.tables import Person
from vernacular.store.tables.people import Role


def write_tester(store: Store, login: str = "amina") -> int:
    """Writes a person who cannot sign in, and returns her id."""
    with store.writing() as db:
        person = Person(login=login, display_name=login, password_hash="-", role=Role.TESTER)
        db.add(person)
        db.flush()
        return person.id
