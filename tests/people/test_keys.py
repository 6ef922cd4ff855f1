from __future__ import annotations

import hashlib

import pytest

from vernacular.errors import Forbidden, InvalidInput, NotFound
from vernacular.people.keys import (
    FEEDBACK_READ,
    FEEDBACK_WRITE,
    create_key,
    find_key,
    list_keys,
    require_scope,
    revoke_key,
)
from vernacular.store.database import Store


def test_a_secret_finds_its_key_and_only_its_hash_is_stored(store: Store) -> None:
    with store.writing() as db:
        secret, made = create_key(db, "support app", [FEEDBACK_WRITE])
    with store.reading() as db:
        found = find_key(db, secret)
    assert found is not None
    assert found.id == made.id
    assert secret.startswith(f"vk_{made.prefix}_")
    assert found.secret_hash == hashlib.sha256(secret.encode()).digest()


def test_a_secret_may_itself_hold_underscores(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _n: "a_b__c_")
    with sqlite_store.writing() as db:
        secret, made = create_key(db, "support app", [FEEDBACK_WRITE])
        found = find_key(db, secret)
    assert found is made


def test_anything_but_the_whole_secret_finds_nothing(store: Store) -> None:
    with store.writing() as db:
        secret, _ = create_key(db, "support app", [FEEDBACK_WRITE])
        for changed in (
            secret + "x",
            secret[:-1],
            secret.replace("vk_", "xk_"),
            secret.upper(),
            secret.rsplit("_", 1)[0],
            f"vk_00000000_{secret[12:]}",
            secret + "x" * 500,
            secret + "\0",
            "vk_\0_x",
            "vk_é_x",
            "",
        ):
            assert find_key(db, changed) is None, changed


def test_a_revoked_key_is_worthless_but_still_listed(store: Store) -> None:
    with store.writing() as db:
        secret, key = create_key(db, "support app", [FEEDBACK_WRITE])
        other_secret, _ = create_key(db, "dashboard", [FEEDBACK_READ])
        first = revoke_key(db, key.prefix).revoked_at
        assert revoke_key(db, key.prefix).revoked_at == first
    with store.reading() as db:
        assert find_key(db, secret) is None
        assert find_key(db, other_secret) is not None
        assert [(one.name, one.revoked_at is None) for one in list_keys(db)] == [
            ("support app", False),
            ("dashboard", True),
        ]


def test_revoking_a_key_that_is_not_there_says_so(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db, pytest.raises(NotFound, match="deadbeef"):
        revoke_key(db, "deadbeef")


def test_a_key_may_do_what_its_scopes_say_and_nothing_else(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db:
        _, key = create_key(db, "support app", [FEEDBACK_WRITE, FEEDBACK_WRITE])
    assert key.scopes == [FEEDBACK_WRITE]
    require_scope(key, FEEDBACK_WRITE)
    with pytest.raises(Forbidden, match="feedback:read"):
        require_scope(key, FEEDBACK_READ)


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        ("", [FEEDBACK_WRITE], "name"),
        ("x" * 121, [FEEDBACK_WRITE], "name"),
        ("two\nlines", [FEEDBACK_WRITE], "name"),
        ("app", [], "scopes"),
        ("app", [FEEDBACK_WRITE, "feedback:delete"], "scopes"),
    ],
)
def test_a_key_needs_a_name_and_known_scopes(
    sqlite_store: Store, name: str, scopes: list[str], field: str
) -> None:
    with sqlite_store.writing() as db:
        with pytest.raises(InvalidInput) as caught:
            create_key(db, name, scopes)
        assert caught.value.field == field
        assert list_keys(db) == []
