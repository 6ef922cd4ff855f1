"""Fixtures that several rooms share: a migrated store on each database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.postgres import start_postgres
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

# Before anything imports torch: on shared cores several threads are slower than one.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--locale", help="run parametrised locale tests for this locale only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--locale")
    if not wanted:
        return
    others = [
        item
        for item in items
        if "locale" in getattr(getattr(item, "callspec", None), "params", {})
        and item.callspec.params["locale"] != wanted  # type: ignore[attr-defined]
    ]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a real PostgreSQL server: ``TEST_DATABASE_URL``, or one started for the tests."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with start_postgres() as url:
        yield url


@contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Makes a database on a PostgreSQL server, like its ``template``; drops it afterwards."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(
        server_url.replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    url = admin.url.set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> Iterator[str]:
    """A new, empty database on the PostgreSQL server, dropped afterwards."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vernacular.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, SQLite and PostgreSQL in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "fresh_postgres_url"
    return str(request.getfixturevalue(name))


# Migrated once and copied for each test: thousands of tests would wait for the same migrations.


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "vernacular.db"
    with closing(Store(f"sqlite:///{file}")) as made:
        upgrade(made)
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database at the newest migration, to be copied."""
    with new_database(postgres_url) as url:
        with closing(Store(url)) as made:
            upgrade(made)
        yield str(make_url(url).database)


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str, migrated_file: Path) -> str:
    copyfile(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def migrated_postgres_url(postgres_url: str, migrated_database: str) -> Iterator[str]:
    with new_database(postgres_url, template=migrated_database) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store at the newest migration, on SQLite and PostgreSQL in turn."""
    name = "migrated_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    with closing(Store(request.getfixturevalue(name))) as made:
        yield made


@pytest.fixture
def sqlite_store(migrated_sqlite_url: str) -> Iterator[Store]:
    """A store on SQLite only, for tests above the store, which need not care."""
    with closing(Store(migrated_sqlite_url)) as made:
        yield made
