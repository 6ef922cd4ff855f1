"""A suite is frozen: the same content under its name, or a conflict."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.evaluation.situations import import_corpus
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.evaluation.suites import cluster_of, freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.suites import count_items, find_suite, list_suites
from vernacular.store.tables import SuiteItem, Utterance, UtteranceRevision

SOURCE = "massive-1.1"


def test_a_suite_holds_everything_that_fits_in_order(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        suite, is_new = freeze(db, "smoke", select_utterances(db, source=SOURCE))
        assert is_new
        assert suite.n_items == 10
        assert count_items(db, suite.id) == {"hi-IN": 5, "sw-KE": 5}
        items = list(db.scalars(select(SuiteItem).order_by(SuiteItem.number)))
        texts = [db.get_one(UtteranceRevision, one.revision_id).text for one in items]
    assert [one.number for one in items] == list(range(1, 11))
    assert [text.split()[-1] for text in texts] == list("12345") * 2


def test_the_same_call_again_gives_the_stored_suite(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        first, _ = freeze(db, "smoke", select_utterances(db, source=SOURCE, partition="test"))
    with store.writing() as db:
        again, is_new = freeze(db, "smoke", select_utterances(db, source=SOURCE, partition="test"))
    assert not is_new
    assert (again.id, again.content_hash) == (first.id, first.content_hash)
    with store.reading() as db:
        assert len(list_suites(db)) == 1


def test_other_content_under_a_stored_name_conflicts(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        freeze(db, "smoke", select_utterances(db, source=SOURCE))
    import_corpus(store, tmp_path, 6)
    with (
        pytest.raises(Conflict, match=r"frozen with 10 items .*these are 12 items.*another name"),
        store.writing() as db,
    ):
        freeze(db, "smoke", select_utterances(db, source=SOURCE))
    with store.reading() as db:
        assert find_suite(db, "smoke").n_items == 10


@pytest.mark.parametrize("n_others", [5, 6])
def test_two_that_freeze_one_name_at_once_share_the_suite_or_are_told_to_choose_another(
    store: Store, tmp_path: Path, n_others: int
) -> None:
    import_corpus(store, tmp_path, 5)
    with store.reading() as db:
        selection = select_utterances(db, source=SOURCE)
    import_corpus(store, tmp_path, n_others)
    with store.reading() as db:
        other = select_utterances(db, source=SOURCE)

    def freeze_other() -> tuple[int, bool]:
        with store.writing() as db:
            suite, is_new = freeze(db, "smoke", other)
            return suite.id, is_new

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as db:
            suite, _ = freeze(db, "smoke", selection)
            second = pool.submit(freeze_other)
            # It has looked for the name by now, and waits for this one to commit.
            wait([second], timeout=0.5)
        if n_others == 5:
            assert second.result(30) == (suite.id, False)
        else:
            with pytest.raises(Conflict, match="choose another name"):
                second.result(30)
    with store.reading() as db:
        assert len(list_suites(db)) == 1


def test_a_correction_is_other_content(store: Store, tmp_path: Path) -> None:
    """The newest revision counts; the frozen suite keeps the one it was made from."""
    import_corpus(store, tmp_path, 3, ["sw-KE"])
    with store.writing() as db:
        frozen, _ = freeze(db, "before", select_utterances(db, source=SOURCE))
        first = db.scalars(select(UtteranceRevision).order_by(UtteranceRevision.id)).first()
        assert first is not None
        db.add(
            UtteranceRevision(
                utterance_id=first.utterance_id,
                number=2,
                text=first.text,
                domain=first.domain,
                intent="alarm_query",
                slots=(),
                content_hash=bytes(32),
            )
        )
    with store.writing() as db:
        corrected, _ = freeze(db, "after", select_utterances(db, source=SOURCE))
        intents = [
            [
                revision.intent
                for revision in db.scalars(
                    select(UtteranceRevision)
                    .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
                    .where(SuiteItem.suite_id == suite.id)
                    .order_by(SuiteItem.number)
                )
            ]
            for suite in (frozen, corrected)
        ]
    assert intents[0] == ["alarm_set", "general_greet", "alarm_set"]
    assert intents[1] == ["alarm_query", "general_greet", "alarm_set"]
    assert frozen.content_hash != corrected.content_hash


def test_the_first_so_many_of_each_locale_are_taken(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        suite, _ = freeze(db, "smoke", select_utterances(db, source=SOURCE, per_locale=2))
        assert count_items(db, suite.id) == {"hi-IN": 2, "sw-KE": 2}
        names = db.scalars(
            select(Utterance.external_id)
            .join(UtteranceRevision, UtteranceRevision.utterance_id == Utterance.id)
            .join(SuiteItem, SuiteItem.revision_id == UtteranceRevision.id)
        )
        assert sorted(names) == ["1", "1", "2", "2"]


def test_parallel_utterances_share_a_cluster_across_locales(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        freeze(db, "smoke", select_utterances(db, source=SOURCE))
        rows = db.execute(select(SuiteItem.locale, SuiteItem.cluster).order_by(SuiteItem.number))
        clusters: dict[str, list[int]] = {}
        for locale, cluster in rows:
            clusters.setdefault(locale, []).append(cluster)
    assert clusters["hi-IN"] == clusters["sw-KE"]
    assert len(set(clusters["sw-KE"])) == 5
    assert clusters["sw-KE"] == [cluster_of(SOURCE, str(i)) for i in range(1, 6)]
    assert cluster_of("ours", "1") != cluster_of(SOURCE, "1")
    assert all(0 <= cluster < 2**63 for cluster in clusters["sw-KE"])


def test_a_suite_may_hold_some_locales_only(store: Store, tmp_path: Path) -> None:
    import_corpus(store, tmp_path, 5)
    with store.writing() as db:
        suite, _ = freeze(db, "smoke", select_utterances(db, source=SOURCE, locales=["sw-KE"]))
        assert count_items(db, suite.id) == {"sw-KE": 5}


@pytest.mark.parametrize("name", ["", "s" * 121])
def test_a_name_that_no_column_holds_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    import_corpus(store, tmp_path, 2)
    with pytest.raises(InvalidInput, match="name: has 1 to 120"), store.writing() as db:
        freeze(db, name, select_utterances(db, source=SOURCE))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"source": "elsewhere"}, "no stored utterance fits source 'elsewhere'"),
        ({"source": SOURCE, "partition": "dev"}, "partition 'dev'"),
        ({"source": SOURCE, "locales": ["sw-KE", "th-TH"]}, "no stored utterance of .* in th-TH"),
    ],
)
def test_a_suite_of_nothing_is_refused(
    sqlite_store: Store, tmp_path: Path, asked: dict[str, object], reason: str
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    with pytest.raises(InvalidInput, match=reason), sqlite_store.writing() as db:
        freeze(db, "smoke", select_utterances(db, **asked))  # type: ignore[arg-type]
    with sqlite_store.reading() as db, pytest.raises(NotFound, match="suites: none yet"):
        find_suite(db, "smoke")
