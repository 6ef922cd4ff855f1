"""The store: one database, SQLite or PostgreSQL, and the two kinds of transaction on it.

Functions that take ``db`` never commit. A face opens one transaction per request or command with
``reading()`` or ``writing()``; only long work (imports, runs) opens many short ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from vernacular.errors import InvalidInput, StoreUnavailable

BUSY_TIMEOUT_MS = 10_000

Db = Session
"""One open transaction, as the other rooms name it; they pass it on and never look inside."""


class Store:
    """A handle on one database. Cheap to make; connections are opened when first used."""

    def __init__(self, url: str) -> None:
        """Prepares an engine for ``url``.

        Raises:
            InvalidInput: the URL is not one of SQLite or PostgreSQL.
        """
        self.url = url
        self.engine = _create_engine(url)
        reading = writing = self.engine
        if self.engine.dialect.name == "sqlite":
            writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            reading = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._reading = sessionmaker(reading, expire_on_commit=False)
        self._writing = sessionmaker(writing, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Opens a transaction that only reads; it sees one state of the store throughout.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        with _answering(), self._reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Opens a transaction that is committed at the end, or undone by an exception.

        On SQLite the first statement takes the write lock, even if it only reads, so that two
        writers wait for each other instead of one failing half-way: prepare everything before.

        Raises:
            StoreUnavailable: the database does not answer, or others kept it busy for too long.
        """
        with _answering(), self._writing() as db, db.begin():
            yield db

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL and for one in memory."""
        name = self.engine.url.database
        is_file = self.engine.dialect.name == "sqlite" and name not in (None, "", ":memory:")
        return Path(name) if is_file and name is not None else None

    def ping(self) -> None:
        """Raises ``StoreUnavailable`` unless the database answers."""
        with self.reading() as db:
            db.execute(text("SELECT 1"))

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable(f"the database does not answer: {error.orig}") from error


def _create_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInput(
            f"{url!r} is not a database URL; use sqlite:///FILE or postgresql://HOST/NAME",
            field="VERNACULAR_DATABASE_URL",
        ) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return create_engine(parsed, pool_pre_ping=True)
    if backend != "sqlite":
        raise InvalidInput(
            f"the database {backend!r} is not supported; use SQLite or PostgreSQL",
            field="VERNACULAR_DATABASE_URL",
        )
    if parsed.database and parsed.database != ":memory:":
        parsed = parsed.set(database=str(Path(parsed.database).expanduser()))
    engine = create_engine(parsed)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own idea of transactions is switched off: SQLAlchemy's "begin" event decides.
    connection.isolation_level = None
    cursor = connection.cursor()
    # The timeout first: switching an existing file to WAL may itself have to wait for a writer.
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
