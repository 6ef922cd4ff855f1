from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from vernacular.errors import Forbidden
from vernacular.people import passwords
from vernacular.people.accounts import add_person, disable_person
from vernacular.people.sign_in import (
    SignedIn,
    find_signed_in,
    sign_in,
    sign_out,
)
from vernacular.store.database import Store
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.people import Person, Role, SignIn

PASSWORD = "correct horse battery"


@pytest.fixture
def with_amina(store: Store) -> Store:
    with store.writing() as db:
        add_person(db, "amina", "Amina Otieno", PASSWORD, locales=["sw-KE"], ui_language="sw")
    return store


def test_a_token_finds_the_person_again(with_amina: Store) -> None:
    with with_amina.writing() as db:
        token, signed_in = sign_in(db, "AMINA", PASSWORD, days=14)
    with with_amina.reading() as db:
        assert find_signed_in(db, token) == signed_in
    assert signed_in == SignedIn(
        person_id=signed_in.person_id,
        login="amina",
        display_name="Amina Otieno",
        role=Role.TESTER,
        ui_language="sw",
        locales=("sw-KE",),
    )


def test_only_the_hash_of_a_token_is_stored(with_amina: Store) -> None:
    with with_amina.writing() as db:
        token, _ = sign_in(db, "amina", PASSWORD, days=14)
        stored = db.scalars(select(SignIn)).one()
    assert stored.token_hash == hashlib.sha256(token.encode()).digest()
    # 32 random bytes in base64 without padding.
    assert len(token) == 43
    assert timedelta(days=13) < stored.expires_at - utc_now() < timedelta(days=15)


def test_every_sign_in_has_a_token_of_its_own(with_amina: Store) -> None:
    with with_amina.writing() as db:
        first, _ = sign_in(db, "amina", PASSWORD, days=1)
        second, _ = sign_in(db, "amina", PASSWORD, days=1)
        sign_out(db, first)
        assert find_signed_in(db, first) is None
        assert find_signed_in(db, second) is not None


def test_an_expired_sign_in_counts_no_more_and_is_swept_by_the_next(with_amina: Store) -> None:
    with with_amina.writing() as db:
        token, _ = sign_in(db, "amina", PASSWORD, days=1)
        db.execute(update(SignIn).values(expires_at=utc_now() - timedelta(seconds=1)))
        assert find_signed_in(db, token) is None
        sign_in(db, "amina", PASSWORD, days=1)
        assert len(db.scalars(select(SignIn)).all()) == 1


def test_a_token_that_was_never_given_stands_for_nobody(with_amina: Store) -> None:
    with with_amina.writing() as db:
        for token in ("", "guess", "x" * 300, "\ud800", "\0"):
            assert find_signed_in(db, token) is None
            sign_out(db, token)


WRONG = [
    ("amina", "wrong password"),
    ("amina", PASSWORD.upper()),
    ("amina", ""),
    ("amina", "x" * 100_000),
    ("amina", "\ud800" * 10),
    ("nobody", PASSWORD),
    ("", ""),
    ("a\0b", PASSWORD),
    ("\ud800", PASSWORD),
]


def test_every_failure_is_told_in_the_same_words(with_amina: Store) -> None:
    for login, password in WRONG:
        with (
            with_amina.writing() as db,
            pytest.raises(Forbidden, match=r"^login and password do not belong together$"),
        ):
            sign_in(db, login, password, days=1)


def test_a_disabled_person_cannot_sign_in(with_amina: Store) -> None:
    with with_amina.writing() as db:
        disable_person(db, "amina")
        with pytest.raises(Forbidden):
            sign_in(db, "amina", PASSWORD, days=1)


def test_an_unknown_login_costs_a_whole_verification(
    with_amina: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    with with_amina.reading() as db:
        for login in ("amina", "nobody"):
            with pytest.raises(Forbidden):
                sign_in(db, login, "wrong password", days=1)
    known, unknown = verified
    # The parameters (memory, passes, lanes) decide what a verification costs.
    assert known == unknown


def test_a_password_typed_on_another_keyboard_is_the_same(store: Store) -> None:
    with store.writing() as db:
        add_person(db, "zoe", "Zoë", "zo\u00eb zo\u00eb zo\u00eb")
        sign_in(db, "zoe", "zoe\u0308 zoe\u0308 zoe\u0308", days=1)


def test_a_hash_with_old_costs_is_renewed_at_sign_in(with_amina: Store) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with with_amina.writing() as db:
        db.execute(update(Person).values(password_hash=cheap))
    with with_amina.writing() as db:
        sign_in(db, "amina", PASSWORD, days=1)
    with with_amina.writing() as db:
        renewed = db.scalars(select(Person.password_hash)).one()
        assert renewed != cheap
        assert not passwords.has_old_parameters(renewed)
        sign_in(db, "amina", PASSWORD, days=1)
        assert db.scalars(select(Person.password_hash)).one() == renewed
