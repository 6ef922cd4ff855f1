"""Accounts: who works with the platform, in which role, and which locales she speaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput, NotFound
from vernacular.people.passwords import hash_password
from vernacular.store import people as rows
from vernacular.store.database import Db
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.people import Person, Role

MAX_LOGIN_LENGTH = 80
MAX_NAME_LENGTH = 120
MAX_LOCALE_LENGTH = 35


def add_person(
    db: Db,
    login: str,
    display_name: str,
    password: str,
    *,
    role: Role | str = Role.TESTER,
    locales: Sequence[str] = (),
    ui_language: str = "en",
) -> Person:
    """Adds an account and returns it. ``locales`` are the ones she speaks, best first.

    Raises:
        InvalidInput: a value does not fit; its ``field`` names it.
        Conflict: the login is taken.
    """
    person = Person(
        login=_check_new_login(login),
        display_name=_check_name(display_name),
        role=_find_role(role),
        ui_language=_check_locale(ui_language, "ui_language"),
        password_hash=hash_password(password),
    )
    tags = dict.fromkeys(_check_locale(tag, "locales") for tag in locales)
    rows.insert_person(db, person, list(tags))
    return person


def find_person(db: Db, login: str) -> Person | None:
    """Returns the person with this login, however it is capitalised."""
    folded = fold_login(login)
    return rows.find_by_login(db, folded) if _can_be_login(folded) else None


def list_people(db: Db) -> list[Person]:
    """Returns everybody by login, disabled people included."""
    return rows.list_all(db)


def person_locales(db: Db, person_id: int) -> list[str]:
    """Returns the locales a person speaks, best first."""
    return rows.list_locales(db, [person_id])[person_id]


def locales_by_person(db: Db, people: Sequence[Person]) -> dict[int, list[str]]:
    """Returns the locales of several people by their ids, best first."""
    return rows.list_locales(db, [person.id for person in people])


def set_ui_language(db: Db, person_id: int, tag: str) -> None:
    """Stores the language a person reads the platform in.

    Raises:
        InvalidInput: ``tag`` is no language tag.
        NotFound: there is no such person.
    """
    person = rows.find_by_id(db, person_id)
    if person is None:
        raise NotFound(f"there is no person {person_id}")
    person.ui_language = _check_locale(tag, "ui_language")
    db.flush()


def find_id_of(db: Db, login: str) -> int:
    """Returns the id of the person who signs in as ``login``.

    Raises:
        NotFound: there is no such person.
    """
    return _get_person(db, login).id


def set_dialect(db: Db, login: str, locale: str, dialect: str | None) -> None:
    """Stores the dialect a person speaks in one of her locales; what she collects carries it.

    What she collected before keeps the dialect it had.

    Raises:
        InvalidInput: ``locale`` is none of hers, or the name is too long or has control characters.
        NotFound: there is no such person.
    """
    person, tag = _get_person(db, login), _check_locale(locale, "locale")
    _check_variety(dialect, "dialect")
    if not rows.update_dialect(db, person.id, tag, dialect):
        raise _speaks_no(db, person, tag)


def set_accent(db: Db, login: str, locale: str, accent: str | None) -> None:
    """Stores the accent a person speaks one of her locales with; what she records carries it.

    What she recorded before keeps the accent it had.

    Raises:
        InvalidInput: ``locale`` is none of hers, or the name is too long or has control characters.
        NotFound: there is no such person.
    """
    person, tag = _get_person(db, login), _check_locale(locale, "locale")
    _check_variety(accent, "accent")
    if not rows.update_accent(db, person.id, tag, accent):
        raise _speaks_no(db, person, tag)


def set_password(db: Db, login: str, password: str) -> None:
    """Stores a new password and ends every sign-in made with the one before it.

    Raises:
        InvalidInput: the password is too short or too long.
        NotFound: there is no such person.
    """
    person = _get_person(db, login)
    rows.update_password_hash(db, person.id, hash_password(password))
    rows.delete_sign_ins_of(db, person.id)


def disable_person(db: Db, login: str) -> None:
    """Closes an account: its sign-ins end now, and what the person contributed stays.

    Raises:
        NotFound: there is no such person.
    """
    person = _get_person(db, login)
    person.disabled_at = person.disabled_at or utc_now()
    rows.delete_sign_ins_of(db, person.id)


def fold_login(login: str) -> str:
    """Returns a login as it is stored and compared: NFC, casefolded, without outer spaces."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", login.strip()).casefold())


def _get_person(db: Db, login: str) -> Person:
    person = find_person(db, login)
    if person is None:
        raise NotFound(f"there is no person with the login {login!r:.100}")
    return person


def _check_variety(name: str | None, field: str) -> None:
    if name is not None and not (1 <= len(name) <= 60 and name.isprintable()):
        raise InvalidInput(
            f"a dialect or accent has a name of 1 to 60 printable characters: {name!r:.80}",
            field=field,
        )


def _speaks_no(db: Db, person: Person, tag: str) -> InvalidInput:
    spoken = ", ".join(person_locales(db, person.id)) or "none"
    return InvalidInput(
        f"{person.login} does not speak {tag}; her locales: {spoken}", field="locale"
    )


def _check_new_login(login: str) -> str:
    folded = fold_login(login)
    if not 1 <= len(folded) <= MAX_LOGIN_LENGTH:
        raise InvalidInput(
            f"a login has 1 to {MAX_LOGIN_LENGTH} characters, this one has {len(folded)}",
            field="login",
        )
    if not _can_be_login(folded):
        raise InvalidInput(f"a login has no spaces or control characters: {login!r}", field="login")
    return folded


def _can_be_login(folded: str) -> bool:
    # Half a surrogate pair and NUL, which databases refuse, are not printable either.
    return 1 <= len(folded) <= MAX_LOGIN_LENGTH and folded.isprintable() and " " not in folded


def _check_name(display_name: str) -> str:
    name = display_name.strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise InvalidInput(
            f"a display name has 1 to {MAX_NAME_LENGTH} characters, this one has {len(name)}",
            field="display_name",
        )
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise InvalidInput(
            f"a display name has no control characters: {name!r}", field="display_name"
        )
    return name


def _find_role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise InvalidInput(
            f"there is no role {role!r}; use one of {', '.join(Role)}", field="role"
        ) from None


def _check_locale(tag: str, field: str) -> str:
    try:
        found = find_locale(tag).tag
    except InvalidInput as error:
        raise InvalidInput(error.reason, field=field) from error
    if len(found) > MAX_LOCALE_LENGTH:
        raise InvalidInput(
            f"a locale tag has up to {MAX_LOCALE_LENGTH} characters, {found!r:.80} has more",
            field=field,
        )
    return found
