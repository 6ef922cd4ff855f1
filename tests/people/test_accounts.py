from __future__ import annotations

import pytest

from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.people.accounts import (
    add_person,
    disable_person,
    find_person,
    list_people,
    locales_by_person,
    person_locales,
    set_accent,
    set_dialect,
    set_password,
    set_ui_language,
)
from vernacular.people.sign_in import check_password, find_signed_in, sign_in
from vernacular.store.database import Store
from vernacular.store.people import find_accent, find_dialect
from vernacular.store.tables.people import Role

PASSWORD = "correct horse battery"


def test_a_login_is_the_same_however_it_is_typed(store: Store) -> None:
    with store.writing() as db:
        added = add_person(db, "  Zoë.STRAẞE ", "Zoë", PASSWORD)
    with store.reading() as db:
        # The e with diaeresis is composed here and decomposed there.
        assert added.login == "zo\u00eb.strasse"
        for typed in ("ZOE\u0308.strasse", "zoë.straße"):
            found = find_person(db, typed)
            assert found is not None
            assert found.id == added.id


def test_a_password_is_stored_only_as_an_argon2id_hash(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db:
        person = add_person(db, "amina", "Amina", PASSWORD)
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash
    assert len(person.password_hash) <= 200


def test_a_login_that_is_taken_is_a_conflict_and_spares_the_transaction(store: Store) -> None:
    with store.writing() as db:
        add_person(db, "amina", "Amina", PASSWORD)
        with pytest.raises(Conflict, match="'amina' is taken"):
            add_person(db, "AMINA", "Somebody else", PASSWORD)
        add_person(db, "baraka", "Baraka", PASSWORD)
    with store.reading() as db:
        assert [person.login for person in list_people(db)] == ["amina", "baraka"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("login", {"login": ""}),
        ("login", {"login": " \t"}),
        ("login", {"login": "two words"}),
        ("login", {"login": "nul\0byte"}),
        ("login", {"login": "half\ud800"}),
        ("login", {"login": "x" * 81}),
        ("display_name", {"display_name": " "}),
        ("display_name", {"display_name": "x" * 121}),
        ("display_name", {"display_name": "a\0b"}),
        ("password", {"password": "seven77"}),
        ("password", {"password": "x" * 201}),
        ("role", {"role": "owner"}),
        ("locales", {"locales": ["sw-KE", "not a tag"]}),
        ("locales", {"locales": ["en-US-x-" + "abcdefgh-" * 3 + "abcdefgh"]}),
        ("ui_language", {"ui_language": "??"}),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    sqlite_store: Store, field: str, change: dict[str, str]
) -> None:
    values = {"login": "amina", "display_name": "Amina", "password": PASSWORD} | change
    with sqlite_store.writing() as db:
        with pytest.raises(InvalidInput) as caught:
            add_person(db, **values)
        assert caught.value.field == field
        assert list_people(db) == []


@pytest.mark.parametrize("password", ["eight888", "x" * 200, "سلام سلام"])
def test_passwords_at_the_bounds_and_in_any_script_are_taken(
    sqlite_store: Store, password: str
) -> None:
    with sqlite_store.writing() as db:
        add_person(db, "amina", "Amina", password)
        assert check_password(db, "amina", password).login == "amina"


def test_locales_are_kept_best_first_and_once(store: Store) -> None:
    with store.writing() as db:
        amina = add_person(db, "amina", "Amina", PASSWORD, locales=["sw-ke", "en-KE", "sw-KE"])
        baraka = add_person(db, "baraka", "Baraka", PASSWORD)
    with store.reading() as db:
        assert person_locales(db, amina.id) == ["sw-KE", "en-KE"]
        assert locales_by_person(db, [amina, baraka]) == {
            amina.id: ["sw-KE", "en-KE"],
            baraka.id: [],
        }


def test_a_new_account_is_a_tester_who_reads_english(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db:
        person = add_person(db, "amina", "Amina", PASSWORD)
    assert (person.role, person.ui_language) == (Role.TESTER, "en")


def test_the_language_of_the_screens_can_be_changed(store: Store) -> None:
    with store.writing() as db:
        person = add_person(db, "amina", "Amina", PASSWORD)
        set_ui_language(db, person.id, "AR")
    with store.reading() as db:
        changed = find_person(db, "amina")
        assert changed is not None
        assert changed.ui_language == "ar"
        with pytest.raises(InvalidInput):
            set_ui_language(db, person.id, "no language")
        with pytest.raises(NotFound, match="4711"):
            set_ui_language(db, 4711, "ar")


def test_a_dialect_belongs_to_one_of_the_persons_locales(store: Store) -> None:
    with store.writing() as db:
        person = add_person(db, "amina", "Amina", PASSWORD, locales=["sw-KE", "ar-SA"])
        set_dialect(db, "amina", "sw-ke", "Kimvita")
        assert find_dialect(db, person.id, "sw-KE") == "Kimvita"
        assert find_dialect(db, person.id, "ar-SA") is None
        with pytest.raises(InvalidInput, match="does not speak hi-IN; her locales: sw-KE, ar-SA"):
            set_dialect(db, "amina", "hi-IN", "Braj")
        with pytest.raises(InvalidInput, match="1 to 60 printable characters"):
            set_dialect(db, "amina", "sw-KE", "Kim\nvita")
        set_dialect(db, "amina", "sw-KE", None)
        assert find_dialect(db, person.id, "sw-KE") is None


def test_an_accent_belongs_to_one_of_the_persons_locales(store: Store) -> None:
    with store.writing() as db:
        person = add_person(db, "amina", "Amina", PASSWORD, locales=["sw-KE", "ar-SA"])
        set_accent(db, "amina", "sw-ke", "coast")
        assert find_accent(db, person.id, "sw-KE") == "coast"
        assert find_accent(db, person.id, "ar-SA") is find_dialect(db, person.id, "sw-KE") is None
        with pytest.raises(InvalidInput, match="does not speak hi-IN; her locales: sw-KE, ar-SA"):
            set_accent(db, "amina", "hi-IN", "Awadhi")
        with pytest.raises(InvalidInput, match="1 to 60 printable characters"):
            set_accent(db, "amina", "sw-KE", "c" * 61)
        set_accent(db, "amina", "sw-KE", None)
        assert find_accent(db, person.id, "sw-KE") is None


def test_a_new_password_replaces_the_old_one_and_ends_its_sign_ins(store: Store) -> None:
    with store.writing() as db:
        add_person(db, "amina", "Amina", PASSWORD)
        token, _ = sign_in(db, "amina", PASSWORD, days=1)
        set_password(db, "Amina", "another password")
    with store.writing() as db:
        assert find_signed_in(db, token) is None
        sign_in(db, "amina", "another password", days=1)


def test_a_disabled_person_is_signed_out(store: Store) -> None:
    with store.writing() as db:
        add_person(db, "amina", "Amina", PASSWORD)
        token, _ = sign_in(db, "amina", PASSWORD, days=1)
        disable_person(db, "amina")
    with store.reading() as db:
        assert find_signed_in(db, token) is None


def test_changing_somebody_who_is_not_there_says_so(sqlite_store: Store) -> None:
    with sqlite_store.writing() as db:
        with pytest.raises(NotFound, match="nobody"):
            set_password(db, "nobody", PASSWORD)
        with pytest.raises(NotFound, match="nobody"):
            disable_person(db, "nobody")
