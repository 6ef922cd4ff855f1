"""The migrations make exactly the tables that the package describes, and take them away again."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect

from vernacular.errors import Conflict
from vernacular.store.database import Store
from vernacular.store.migrate import (
    current_revision,
    downgrade,
    migration_config,
    newest_revision,
    require_current,
    upgrade,
)


def test_migrations_and_tables_agree(store: Store) -> None:
    command.check(migration_config(store))


def test_a_second_upgrade_changes_nothing(store: Store) -> None:
    before = current_revision(store)
    upgrade(store)
    assert current_revision(store) == before == newest_revision()


def test_downgrade_takes_every_table_away(store: Store) -> None:
    downgrade(store, "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}


def test_an_empty_database_is_named_and_told_what_to_run(store_url: str) -> None:
    empty = Store(store_url)
    with pytest.raises(Conflict, match="is empty: run 'vernacular db upgrade'"):
        require_current(empty)
    empty.close()
