"""Imports on both databases: twice gives the same, a bad file gives nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, local

import pytest

from tests.corpus.massive_files import judgment, lines, row, write_files
from tests.evaluation.situations import import_corpus, write_corpus
from vernacular.collection import import_corpus as import_corpus_module
from vernacular.collection.import_corpus import import_massive
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput
from vernacular.store.database import Db, Store
from vernacular.store.tables import Utterance, UtteranceRevision
from vernacular.store.utterances import count_utterances, list_stored_hashes


def test_every_utterance_of_every_file_is_stored_once(store: Store, tmp_path: Path) -> None:
    files = import_corpus(store, tmp_path, 7)
    assert [(one.locale, one.n_read, one.n_added) for one in files] == [
        ("hi-IN", 7, 7),
        ("sw-KE", 7, 7),
    ]
    with store.reading() as db:
        assert count_utterances(db) == [
            ("massive-1.1", "hi-IN", "test", 7),
            ("massive-1.1", "sw-KE", "test", 7),
        ]


def test_what_the_source_says_is_stored_as_received(store: Store, tmp_path: Path) -> None:
    given = row(
        1,
        utt="cafe\u0301  saa tatu",
        annot_utt="cafe\u0301  [time : saa tatu]",
        worker_id="17",
        slot_method=[{"slot": "time", "method": "translation"}],
        judgments=[judgment()],
    )
    list(import_massive(store, write_files(tmp_path, sw_KE=lines(given))))
    with store.reading() as db:
        utterance = db.query(Utterance).one()
        revision = db.query(UtteranceRevision).one()
    assert (utterance.source, utterance.locale, utterance.external_id) == (
        "massive-1.1",
        "sw-KE",
        "1",
    )
    assert utterance.origin is not None
    assert utterance.origin["worker_id"] == "17"
    assert utterance.origin["slot_methods"] == [["time", "translation"]]
    assert revision.text == "cafe\u0301  saa tatu"
    assert revision.slots == (Slot("time", 7, 15),)
    assert (revision.domain, revision.intent, revision.number) == ("alarm", "alarm_set", 1)


def test_a_second_import_adds_nothing(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 7)
    again = list(import_massive(store, tmp_path))
    assert [(one.n_read, one.n_added, one.n_changed) for one in again] == [(7, 0, 0)] * 2


def test_a_grown_corpus_adds_what_is_new(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 7)
    assert [one.n_added for one in import_corpus(store, tmp_path, 9)] == [2, 2]


def test_changed_content_is_counted_and_left_as_stored(store: Store, tmp_path: Path) -> None:
    write_files(tmp_path, sw_KE=lines(row(1), row(2)))
    list(import_massive(store, tmp_path))
    write_files(tmp_path, sw_KE=lines(row(1, intent="alarm_query"), row(2), row(3)))
    (file,) = import_massive(store, tmp_path)
    assert (file.n_read, file.n_added, file.n_changed) == (3, 1, 1)
    with store.reading() as db:
        assert {one.intent for one in db.query(UtteranceRevision)} == {"alarm_set"}


def test_the_same_ids_under_another_source_are_other_utterances(
    store: Store, tmp_path: Path
) -> None:
    write_corpus(tmp_path, 3, ["sw-KE"])
    list(import_massive(store, tmp_path))
    (file,) = import_massive(store, tmp_path, source="ours")
    assert file.n_added == 3


def test_a_bad_row_refuses_its_whole_file_and_no_other(store: Store, tmp_path: Path) -> None:
    bad = row(2, annot_utt="niamshe [time : saa nne]")
    write_files(tmp_path, hi_IN=lines(row(1, "hi-IN")), sw_KE=lines(row(1), bad, row(3)))
    good, refused = import_massive(store, tmp_path)
    assert not good.is_refused
    assert refused.is_refused
    assert (refused.n_read, refused.n_added) == (0, 0)
    assert [(one.line, one.field) for one in refused.problems] == [(2, "annot_utt")]
    with store.reading() as db:
        assert [(locale, n) for _, locale, _, n in count_utterances(db)] == [("hi-IN", 1)]


def test_good_rows_come_in_where_bad_ones_are_skipped(store: Store, tmp_path: Path) -> None:
    bad = row(2, intent=...)
    write_files(tmp_path, sw_KE=lines(row(1), bad, row(3)))
    (file,) = import_massive(store, tmp_path, skip_bad=True)
    assert (file.n_read, file.n_added, file.n_skipped, len(file.problems)) == (2, 2, 1, 1)
    assert not file.is_refused


def test_every_row_left_out_is_counted_though_only_the_first_are_named(
    sqlite_store: Store, tmp_path: Path
) -> None:
    bad = [row(number, intent=...) for number in range(2, 42)]
    write_files(tmp_path, sw_KE=lines(row(1), *bad))
    (file,) = import_massive(sqlite_store, tmp_path, skip_bad=True)
    assert (file.n_read, file.n_skipped, len(file.problems)) == (1, 40, 20)


def test_only_the_partitions_and_locales_asked_for_come_in(store: Store, tmp_path: Path) -> None:
    write_files(
        tmp_path,
        hi_IN=lines(row(1, "hi-IN")),
        sw_KE=lines(row(1), row(2, partition="dev"), row(3, partition="train")),
    )
    files = import_massive(store, tmp_path, locales=["sw-KE"], partitions=["dev", "train"])
    assert [(one.locale, one.n_added) for one in files] == [("sw-KE", 2)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "9" * 81}, "id"),
        ({"scenario": "s" * 61}, "scenario"),
        ({"intent": "i" * 81}, "intent"),
    ],
)
def test_a_name_that_no_column_holds_is_a_bad_row(
    store: Store, tmp_path: Path, change: dict[str, str], field: str
) -> None:
    write_files(tmp_path, sw_KE=lines(row(1), row(2, **change)))
    (refused,) = import_massive(store, tmp_path)
    assert refused.is_refused
    assert [(one.file, one.field) for one in refused.problems] == [("sw-KE.jsonl", field)]
    (skipped,) = import_massive(store, tmp_path, skip_bad=True)
    assert (skipped.n_added, len(skipped.problems)) == (1, 1)


@pytest.mark.parametrize("source", ["", "s" * 61])
def test_a_source_that_no_column_holds_is_refused(
    store: Store, tmp_path: Path, source: str
) -> None:
    write_corpus(tmp_path, 1)
    with pytest.raises(InvalidInput, match="source: has 1 to 60"):
        list(import_massive(store, tmp_path, source=source))


@pytest.mark.parametrize("source", ["live", "collected"])
def test_a_source_that_the_platform_writes_itself_is_refused(
    store: Store, tmp_path: Path, source: str
) -> None:
    write_corpus(tmp_path, 1)
    with pytest.raises(InvalidInput, match=f"source: '{source}' is for what people .*none of"):
        list(import_massive(store, tmp_path, source=source))
    with store.reading() as db:
        assert count_utterances(db) == []


def test_two_imports_at_once_store_every_utterance_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have seen an empty store before either writes."""
    write_corpus(tmp_path, 50, ["sw-KE"])
    barrier, seen = Barrier(2), local()

    def look(db: Db, source: str, locale: str) -> dict[str, bytes]:
        found = list_stored_hashes(db, source, locale)
        if not hasattr(seen, "once"):
            seen.once = True
            barrier.wait(10)
        return found

    monkeypatch.setattr(import_corpus_module, "list_stored_hashes", look)
    others = [Store(store.url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        files = list(pool.map(lambda other: list(import_massive(other, tmp_path)), others))
    for other in others:
        other.close()
    assert sorted(file.n_added for (file,) in files) == [0, 50]
    with store.reading() as db:
        assert count_utterances(db) == [("massive-1.1", "sw-KE", "test", 50)]


def test_a_path_that_is_not_there_stores_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        list(import_massive(store, tmp_path / "nowhere"))
    with store.reading() as db:
        assert count_utterances(db) == []
