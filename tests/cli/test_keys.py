from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from vernacular.cli import keys
from vernacular.people.keys import find_key
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring


@pytest.fixture
def wiring(sqlite_store: Store) -> Iterator[Wiring]:
    made = Wiring(Settings(database_url=sqlite_store.url))
    yield made
    made.close()


def test_a_key_goes_alone_to_standard_output(wiring: Wiring) -> None:
    runner = CliRunner()
    result = runner.invoke(
        keys.app, ["create", "support app", "--scope", "feedback:write"], obj=wiring
    )
    secret = result.stdout.strip()
    with wiring.store.reading() as db:
        key = find_key(db, secret)
    assert key is not None
    assert (key.name, key.scopes) == ("support app", ["feedback:write"])
    assert "not shown again" in result.stderr


def test_a_key_is_listed_without_its_secret_and_revoked(wiring: Wiring) -> None:
    runner = CliRunner()
    assert "keys create" in runner.invoke(keys.app, ["list"], obj=wiring).stdout
    arguments = ["create", "app", "--scope", "feedback:write", "--scope", "feedback:read", "--json"]
    made = json.loads(runner.invoke(keys.app, arguments, obj=wiring).stdout)
    listed = runner.invoke(keys.app, ["list", "--json"], obj=wiring).stdout
    [row] = json.loads(listed)
    assert row["scopes"] == ["feedback:write", "feedback:read"]
    assert row["revoked_at"] is None
    assert made["key"] not in listed
    assert runner.invoke(keys.app, ["revoke", made["prefix"]], obj=wiring).exit_code == 0
    with wiring.store.reading() as db:
        assert find_key(db, made["key"]) is None
    assert "revoked" in runner.invoke(keys.app, ["list"], obj=wiring).stdout
