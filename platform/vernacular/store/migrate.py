"""Brings a database to the newest migration, and tells whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

from vernacular.errors import Conflict, InvalidInput, StoreUnavailable
from vernacular.places import find_folder
from vernacular.store.database import Store


def migration_config(store: Store, folder: Path | None = None) -> Config:
    """Returns the Alembic configuration for ``store``; there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(folder or find_folder("migrations")))
    config.attributes["engine"] = store.engine
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Migrates the database up to ``revision``.

    Raises:
        InvalidInput: this version of Vernacular has no such migration, or not the one the
            database is at; or the folder of a SQLite file cannot be made.
    """
    if store.file is not None:
        try:
            store.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInput(
                f"the folder of the database cannot be made: {error}",
                field="VERNACULAR_DATABASE_URL",
            ) from error
    try:
        command.upgrade(migration_config(store), revision)
    except CommandError as error:
        raise _unknown_revision(error) from error


def downgrade(store: Store, revision: str) -> None:
    """Migrates the database down to ``revision`` (``base`` empties it).

    Raises:
        InvalidInput: as above.
    """
    try:
        command.downgrade(migration_config(store), revision)
    except CommandError as error:
        raise _unknown_revision(error) from error


def _unknown_revision(error: CommandError) -> InvalidInput:
    return InvalidInput(f"{error}; this version knows migrations up to {newest_revision()}")


def current_revision(store: Store) -> str | None:
    """Returns the migration the database is at; None for an empty one.

    Raises:
        StoreUnavailable: the database cannot be reached, or is none.
    """
    try:
        with store.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise StoreUnavailable(f"the database does not answer: {error.orig}") from error


def newest_revision() -> str | None:
    """Returns the newest migration this version of Vernacular knows."""
    config = Config()
    config.set_main_option("script_location", str(find_folder("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()


def require_current(store: Store) -> None:
    """Checks that the database is at the newest migration.

    A SQLite file that is not there is not made: the address may be mistyped.

    Raises:
        Conflict: it is not; the message says what to run.
    """
    if store.file is not None and not store.file.exists():
        raise Conflict(f"there is no database {store.file}: run 'vernacular db upgrade'")
    present, newest = current_revision(store), newest_revision()
    if present != newest:
        state = "is empty" if present is None else f"is at {present}, this version needs {newest}"
        raise Conflict(f"the database {state}: run 'vernacular db upgrade'")
