from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from vernacular.cli import people
from vernacular.errors import Conflict, InvalidInput
from vernacular.people.accounts import find_person
from vernacular.people.sign_in import check_password
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.store.people import find_accent
from vernacular.wiring import Wiring

PASSWORD = "correct horse battery"


@pytest.fixture
def wiring(sqlite_store: Store) -> Iterator[Wiring]:
    made = Wiring(Settings(database_url=sqlite_store.url))
    yield made
    made.close()


def _add(wiring: Wiring, *arguments: str, password: str = PASSWORD) -> str:
    result = CliRunner().invoke(
        people.app,
        ["add", *arguments, "--password-stdin"],
        input=f"{password}\n",
        obj=wiring,
        catch_exceptions=False,
    )
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_a_person_is_added_with_a_password_from_standard_input(wiring: Wiring) -> None:
    output = _add(wiring, "Amina", "--name", "Amina Otieno", "--role", "engineer")
    assert "amina" in output
    assert PASSWORD not in output
    with wiring.store.reading() as db:
        assert check_password(db, "amina", PASSWORD).role == "engineer"


def test_a_typed_password_is_asked_for_twice_and_never_shown(wiring: Wiring) -> None:
    result = CliRunner().invoke(
        people.app,
        ["add", "amina", "--name", "Amina"],
        input=f"{PASSWORD}\n{PASSWORD}\n",
        obj=wiring,
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    with wiring.store.reading() as db:
        check_password(db, "amina", PASSWORD)


def test_people_are_listed_as_json(wiring: Wiring) -> None:
    _add(wiring, "amina", "--name", "Amina", "--locale", "sw-KE", "--locale", "en-KE")
    _add(wiring, "salma", "--name", "سلمى", "--language", "ar")
    result = CliRunner().invoke(people.app, ["list", "--json"], obj=wiring)
    amina, salma = json.loads(result.stdout)
    assert amina["locales"] == ["sw-KE", "en-KE"]
    assert amina["role"] == "tester"
    assert amina["created_at"].endswith("Z")
    assert "password" not in result.stdout
    assert (salma["display_name"], salma["ui_language"]) == ("سلمى", "ar")


def test_people_are_listed_as_a_table(wiring: Wiring) -> None:
    empty = CliRunner().invoke(people.app, ["list"], obj=wiring)
    assert "people add" in empty.stdout
    _add(wiring, "amina", "--name", "Amina Otieno")
    result = CliRunner().invoke(people.app, ["list"], obj=wiring)
    assert "Amina Otieno" in result.stdout


def test_a_failure_reaches_the_command_line_as_it_is(wiring: Wiring) -> None:
    _add(wiring, "amina", "--name", "Amina")
    with pytest.raises(Conflict, match="taken"):
        _add(wiring, "AMINA", "--name", "Amina")
    with pytest.raises(InvalidInput, match="8 to 200"):
        _add(wiring, "baraka", "--name", "Baraka", password="short")


def test_a_password_is_replaced_and_an_account_closed(wiring: Wiring) -> None:
    _add(wiring, "amina", "--name", "Amina")
    runner = CliRunner()
    changed = runner.invoke(
        people.app,
        ["set-password", "amina", "--password-stdin"],
        input="another password\n",
        obj=wiring,
    )
    assert changed.exit_code == 0
    with wiring.store.reading() as db:
        check_password(db, "amina", "another password")
    assert runner.invoke(people.app, ["disable", "amina"], obj=wiring).exit_code == 0
    with wiring.store.reading() as db:
        person = find_person(db, "amina")
        assert person is not None
        assert person.disabled_at is not None


def test_an_accent_is_stored_and_forgotten(wiring: Wiring) -> None:
    _add(wiring, "amina", "--name", "Amina", "--locale", "sw-KE")

    def set_accent(*name: str) -> str:
        words = ["set-accent", "amina", "sw-KE", *name]
        return CliRunner().invoke(people.app, words, obj=wiring, catch_exceptions=False).output

    assert set_accent("coast") == "amina speaks sw-KE with accent 'coast'\n"
    with wiring.store.reading() as db:
        amina = find_person(db, "amina")
        assert amina is not None and find_accent(db, amina.id, "sw-KE") == "coast"
    assert set_accent() == "amina speaks sw-KE with no named accent\n"
    with wiring.store.reading() as db:
        assert find_accent(db, amina.id, "sw-KE") is None
