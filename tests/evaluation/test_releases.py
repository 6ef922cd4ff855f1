"""A release is registered once and never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistants.checkpoint_files import safetensors, write_checkpoint
from tests.evaluation.situations import prepare_suite
from vernacular.assistants.manifest import read_manifest
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.evaluation.compare_runs import find_baseline
from vernacular.evaluation.releases import (
    add_release,
    check_unchanged,
    list_unknown_locales,
    manifest_of,
    remove_release,
)
from vernacular.evaluation.run import open_run
from vernacular.store.database import Store
from vernacular.store.releases import accept_release, find_release, list_releases
from vernacular.store.tables import Base, BlindSession, LiveSession, Person, Release
from vernacular.store.tables.people import Role

MANIFEST = """\
release: {name}
assistant: {assistant}
stages:
  nlu:
    engine: joint-encoder
    weights: weights
"""


def write(folder: Path, name: str = "pocket-1", extra: str = "", assistant: str = "pocket") -> Path:
    write_checkpoint(folder / "weights")
    path = folder / f"{name}.yaml"
    path.write_text(MANIFEST.format(name=name, assistant=assistant) + extra)
    return path


def test_a_release_is_registered_with_its_manifest_and_folder(store: Store, tmp_path: Path) -> None:
    with store.writing() as db:
        _, is_new = add_release(db, write(tmp_path))
    assert is_new
    with store.reading() as db:
        stored = find_release(db, "pocket-1")
    assert (stored.assistant, stored.root) == ("pocket", str(tmp_path.resolve()))
    assert stored.accepted_at is None
    manifest = manifest_of(stored)
    assert (manifest.release, manifest.stages.nlu.weights) == ("pocket-1", "weights")


def test_adding_a_release_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    with store.writing() as db:
        add_release(db, write(tmp_path))
    with store.writing() as db:
        _, is_new = add_release(db, write(tmp_path))
    assert not is_new
    with store.reading() as db:
        assert len(list_releases(db)) == 1


def test_a_release_whose_files_moved_is_found_at_their_new_place(
    store: Store, tmp_path: Path
) -> None:
    for place in ("old", "new"):
        with store.writing() as db:
            add_release(db, write(tmp_path / place))
    with store.reading() as db:
        assert find_release(db, "pocket-1").root == str((tmp_path / "new").resolve())


def test_another_manifest_under_a_registered_name_conflicts(store: Store, tmp_path: Path) -> None:
    with store.writing() as db:
        add_release(db, write(tmp_path))
    changed = write(tmp_path, extra="    max_batch: 1\n")
    with pytest.raises(Conflict, match="a release never changes"), store.writing() as db:
        add_release(db, changed)
    with store.reading() as db:
        assert manifest_of(find_release(db, "pocket-1")).stages.nlu.max_batch != 1


def test_changed_weights_under_a_registered_name_conflict(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path)
    with store.writing() as db:
        add_release(db, path)
    write_checkpoint(tmp_path / "weights", safetensors(b"other weights"))
    with pytest.raises(Conflict, match="registered with other weights"), store.writing() as db:
        add_release(db, path)


def test_a_run_refuses_weights_that_changed_or_are_gone(store: Store, tmp_path: Path) -> None:
    with store.writing() as db:
        add_release(db, write(tmp_path))
    weights = tmp_path / "weights" / "model.safetensors"
    with store.reading() as db:
        release = find_release(db, "pocket-1")
    check_unchanged(release)
    weights.write_bytes(b"trained further")
    with pytest.raises(Conflict, match="not those it was registered with"):
        check_unchanged(release)


def test_missing_weights_are_named_with_their_field_and_nothing_is_registered(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace("weights: weights", "weights: wieghts"))
    with (
        pytest.raises(InvalidInput, match=r"there is no folder .*wieghts") as caught,
        sqlite_store.writing() as db,
    ):
        add_release(db, path)
    assert (caught.value.file, caught.value.line) == (str(path), 6)
    assert caught.value.field == "stages.nlu.weights"
    with sqlite_store.reading() as db:
        assert list_releases(db) == []


def test_weights_that_are_not_whole_are_told_all_at_once_and_nothing_is_registered(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = write(tmp_path, extra="  asr:\n    engine: ctc\n    weights: ears\n")
    (tmp_path / "ears").mkdir()
    write_checkpoint(tmp_path / "weights", safetensors()[:-1])
    with pytest.raises(InvalidInput) as caught, sqlite_store.writing() as db:
        add_release(db, path)
    broken_off, no_config, no_weights = str(caught.value).splitlines()
    assert f"{path}:6: stages.nlu.weights: " in broken_off
    assert "model.safetensors is not whole" in broken_off
    assert f"{path}:9: stages.asr.weights: {tmp_path / 'ears'} has no config.json" in no_config
    assert f"{path}:9: stages.asr.weights: {tmp_path / 'ears'} holds no weights" in no_weights
    with sqlite_store.reading() as db:
        assert list_releases(db) == []


def test_tags_that_name_no_language_or_place_are_told(tmp_path: Path) -> None:
    tags = "xx-YY, sw-KE, sw-XQ, yue-Hant-HK, sw, en-UK-, mfe, es-419"
    manifest = read_manifest(write(tmp_path, extra=f"trained_locales: [{tags}]\n"))
    assert list_unknown_locales(manifest) == ["xx-YY", "sw-XQ", "en-UK-"]


def test_a_release_that_nothing_refers_to_is_removed_and_its_name_is_free(
    store: Store, tmp_path: Path
) -> None:
    with store.writing() as db:
        add_release(db, write(tmp_path))
    with store.writing() as db:
        remove_release(db, "pocket-1")
    with store.writing() as db:
        _, is_new = add_release(db, write(tmp_path, extra="    max_batch: 1\n"))
    assert is_new
    with pytest.raises(NotFound, match="no release 'pocket-2'"), store.writing() as db:
        remove_release(db, "pocket-2")


def test_a_release_that_is_referred_to_stays_and_what_refers_to_it_is_named(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", 2)
    for name in ("pocket-1", "pocket-2"):
        with store.writing() as db:
            add_release(db, write(tmp_path, name))
    open_run(store, "pocket-1", "smoke")
    with store.writing() as db:
        release, rival = (find_release(db, name) for name in ("pocket-1", "pocket-2"))
        person = Person(login="amina", display_name="Amina", role=Role.TESTER, password_hash="-")
        db.add(person)
        db.flush()
        for _ in range(2):
            db.add(LiveSession(person_id=person.id, release_id=release.id, locale="sw-KE"))
        db.add(
            BlindSession(
                person_id=person.id, release_id=release.id, rival_id=rival.id, locale="sw-KE"
            )
        )
    complaint = r"referred to by 1 run, 2 sessions, 1 blind comparison: .*'vernacular run abandon'"
    with pytest.raises(Conflict, match=complaint), store.writing() as db:
        remove_release(db, "pocket-1")
    with pytest.raises(Conflict, match="by 1 blind comparison"), store.writing() as db:
        remove_release(db, "pocket-2")
    with store.reading() as db:
        assert len(list_releases(db)) == 2


def test_all_that_refers_to_releases_is_counted_before_one_is_removed() -> None:
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "releases"
    }
    assert referring == {"runs", "live_sessions", "blind_sessions"}


def test_a_wrong_manifest_registers_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, extra="    speed: 9\n")
    with pytest.raises(InvalidInput, match="speed"), sqlite_store.writing() as db:
        add_release(db, path)
    with sqlite_store.reading() as db, pytest.raises(NotFound, match="releases: none yet"):
        find_release(db, "pocket-1")


def test_a_manifest_of_another_version_is_named_as_such(sqlite_store: Store) -> None:
    release = Release(name="old", assistant="pocket", manifest={"model": "x"}, root=".")
    with pytest.raises(InvalidInput, match="'old' does not fit this version"):
        manifest_of(release)


def test_accepted_is_the_release_of_the_same_assistant_accepted_last(
    store: Store, tmp_path: Path
) -> None:
    with store.writing() as db:
        pocket, _ = add_release(db, write(tmp_path, "pocket-1"))
        add_release(db, write(tmp_path, "pocket-2"))
        add_release(db, write(tmp_path, "kiosk-1", assistant="kiosk"))
        with pytest.raises(NotFound, match="no release of pocket is accepted yet"):
            find_baseline(db, "accepted", pocket)
    for name in ("pocket-2", "pocket-1", "kiosk-1"):
        with store.writing() as db:
            accept_release(db, name)
    with store.reading() as db:
        assert find_baseline(db, "accepted", pocket).name == "pocket-1"
        assert find_baseline(db, "pocket-2", pocket).name == "pocket-2"
