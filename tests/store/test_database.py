"""The two kinds of transaction, and databases that cannot be opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from vernacular.errors import InvalidInput, NotFound, StoreUnavailable
from vernacular.store.database import Store
from vernacular.store.migrate import current_revision, downgrade, upgrade
from vernacular.store.releases import find_release, list_releases
from vernacular.store.tables import Release


def a_release(name: str) -> Release:
    return Release(name=name, assistant="pocket", manifest={}, root=".")


def test_a_write_is_kept_at_the_end_and_undone_by_an_exception(store: Store) -> None:
    with store.writing() as db:
        db.add(a_release("kept"))
    with pytest.raises(ZeroDivisionError), store.writing() as db:
        db.add(a_release("undone"))
        db.flush()
        raise ZeroDivisionError
    with store.reading() as db:
        assert find_release(db, "kept").name == "kept"
        with pytest.raises(NotFound, match="releases: kept"):
            find_release(db, "undone")


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    count = text("SELECT count(*) FROM releases")
    with store.reading() as db:
        assert db.scalar(count) == 0
        with store.writing() as other:
            other.add(a_release("late"))
        assert db.scalar(count) == 0
    with store.reading() as db:
        assert db.scalar(count) == 1


def test_a_reader_does_not_hold_up_a_writer_nor_a_writer_a_reader(store: Store) -> None:
    count = text("SELECT count(*) FROM releases")
    with store.writing() as db:
        db.add(a_release("in the making"))
        db.flush()
        with store.reading() as other:
            assert other.scalar(count) == 0


def test_sqlite_is_told_to_keep_what_it_promised(sqlite_store: Store) -> None:
    """WAL keeps readers going beside a writer; FULL (2) means a commit survives a power cut."""
    with sqlite_store.reading() as db:
        found = {
            name: db.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_writer_waits_for_another_and_then_gives_up(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernacular.store.database.BUSY_TIMEOUT_MS", 50)
    impatient = Store(sqlite_store.url)
    with sqlite_store.writing() as db:
        list_releases(db)
        with (
            pytest.raises(StoreUnavailable, match="does not answer: database is locked"),
            impatient.writing() as other,
        ):
            list_releases(other)
    with impatient.writing() as db:
        db.add(a_release("after"))
    impatient.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("vernacular.db", "is not a database URL; use sqlite:///FILE or postgresql://HOST/NAME"),
        ("mysql://localhost/x", "the database 'mysql' is not supported"),
        ("sqlite:////proc/nowhere/x.db", "the folder of the database cannot be made"),
    ],
)
def test_a_url_that_cannot_be_used_is_named_with_its_setting(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        upgrade(Store(url))
    assert caught.value.field == "VERNACULAR_DATABASE_URL"


def test_a_home_folder_and_missing_folders_are_found_and_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    store = Store("sqlite:///~/deep/down/vernacular.db")
    upgrade(store)
    store.close()
    assert (tmp_path / "deep/down/vernacular.db").is_file()


def test_a_database_that_is_down_or_none_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no database " * 100)
    for url in ("postgresql://127.0.0.1:9/x", f"sqlite:///{tmp_path / 'notes.txt'}"):
        store = Store(url)
        with pytest.raises(StoreUnavailable, match="the database does not answer: "):
            current_revision(store)
        store.close()


def test_a_database_of_a_newer_version_is_not_touched(store: Store) -> None:
    with store.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '20991231_far'"))
    for move in (lambda: upgrade(store), lambda: downgrade(store, "base")):
        with pytest.raises(InvalidInput, match=r"20991231_far.*; this version knows migrations up"):
            move()
    assert current_revision(store) == "20991231_far"
