"""The migrations make exactly the tables that the package describes, and take them away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from vernacular.corpus.utterance import Slot
from vernacular.errors import Conflict
from vernacular.evaluation.replay_selection import select_sessions
from vernacular.live.corrections import record_correction
from vernacular.scoring.intervals import RatioSums
from vernacular.store.database import Store
from vernacular.store.migrate import (
    current_revision,
    downgrade,
    migration_config,
    newest_revision,
    require_current,
    upgrade,
)
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.tables import Utterance


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
    is_file = empty.file is not None
    reason = f"there is no database {empty.file}" if is_file else "the database is empty"
    with pytest.raises(Conflict, match=f"{reason}: run 'vernacular db upgrade'"):
        require_current(empty)
    empty.close()


def test_a_mistyped_file_is_not_made(tmp_path: Path) -> None:
    missing = Store(f"sqlite:///{tmp_path / 'deep' / 'vernacluar.db'}")
    with pytest.raises(Conflict, match="there is no database"):
        require_current(missing)
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_keeps_every_run_and_sums_it_per_metric(store_url: str) -> None:
    """From the last version before metrics were summed, with foreign keys on as always."""
    old = Store(store_url)
    upgrade(old, "20261123_prompt_skips")
    with old.writing() as db:
        for statement in A_RUN_OF_LAST_WEEK:
            db.execute(text(statement))
    upgrade(old)
    with old.reading() as db:
        assert db.execute(text("SELECT COUNT(*) FROM scores")).scalar_one() == 3
        assert db.execute(text("SELECT has_intents, has_transcripts FROM runs")).one() == (
            True,
            False,
        )
        sums = {one.metric: one for one in list_sums(db, 1)}
        assert find_score_set(db, 1).reference_key == "suite"
    assert sorted(sums) == ["ex_match_acc", "intent_acc", "slot_micro_f1"]
    # 2 TP of 2 TP + FP + FN: 2 of 3 and 2 of 4 in one cluster, 0 of 1 in the other.
    assert sums["slot_micro_f1"].sums == RatioSums(2, 4, 8, 16, 28, 50)
    assert (sums["intent_acc"].n, sums["intent_acc"].n_failed) == (3, 1)
    downgrade(old, "20261123_prompt_skips")
    with old.reading() as db:
        row = db.execute(text("SELECT n, n_failed, n_correct_intent, tp FROM locale_scores")).one()
        assert row == (3, 1, 2, 2)
    old.close()


MOMENT = "'2026-11-01 00:00:00+00:00'"
A_RUN_OF_LAST_WEEK = [
    "INSERT INTO utterances (id, source, locale, external_id, partition) VALUES"
    " (1, 'c', 'sw-KE', '1', 'test'), (2, 'c', 'sw-KE', '2', 'test'),"
    " (3, 'c', 'sw-KE', '3', 'test')",
    "INSERT INTO utterance_revisions (id, utterance_id, number, text, domain, intent, slots,"
    f" content_hash, created_at) SELECT id, id, 1, 't', 'd', 'i', '[]', '\\x00', {MOMENT}"
    " FROM utterances",
    f"INSERT INTO suites (id, name, content_hash, n_items, created_at) VALUES (1, 's', 'h', 3,"
    f" {MOMENT})",
    "INSERT INTO suite_items (suite_id, number, locale, revision_id, cluster) VALUES"
    " (1, 1, 'sw-KE', 1, 7), (1, 2, 'sw-KE', 2, 7), (1, 3, 'sw-KE', 3, 9)",
    "INSERT INTO releases (id, name, assistant, manifest, root, added_at) VALUES"
    f" (1, 'r', 'a', '{{}}', '.', {MOMENT})",
    "INSERT INTO runs (id, release_id, suite_id, status, started_at) VALUES"
    f" (1, 1, 1, 'finished', {MOMENT})",
    f"INSERT INTO score_sets (id, run_id, scorer, created_at) VALUES (1, 1, 'n', {MOMENT})",
    "INSERT INTO scores (score_set_id, item, revision_id, failed, n_ref, edits, correct_intent,"
    " exact, tp, fp, fn) VALUES (1, 1, 1, false, 0, 0, 1, 0, 1, 1, 0),"
    " (1, 2, 2, false, 0, 0, 1, 0, 1, 1, 1), (1, 3, 3, true, 0, 0, 0, 0, 0, 0, 1)",
    "INSERT INTO locale_scores (score_set_id, locale, n, n_failed, n_ref, edits,"
    " n_correct_intent, n_exact, tp, fp, fn) VALUES (1, 'sw-KE', 3, 1, 0, 0, 2, 0, 2, 2, 2)",
]


def test_an_upgrade_makes_references_of_what_was_corrected_before(store_url: str) -> None:
    old = Store(store_url)
    upgrade(old, "20261123_voice")
    with old.writing() as db:
        for statement in TURNS_OF_LAST_WEEK:
            db.execute(text(statement))
    upgrade(old)
    # Back and forth makes none twice.
    downgrade(old, "20261123_voice")
    upgrade(old)
    with old.writing() as db:
        # The same once more, as it is sent today, is nothing new.
        record_correction(db, 1, 1, "alarm_set", (Slot("time", 5, 8),))
        assert db.execute(text("SELECT COUNT(*) FROM utterance_revisions")).scalar_one() == 2
        record_correction(db, 1, 1, "alarm_query", ())
        record_correction(db, 1, 1, "alarm_set", (Slot("time", 5, 8),))
    with old.reading() as db:
        revisions = db.execute(
            text("SELECT number, intent, slots, content_hash FROM utterance_revisions ORDER BY id")
        ).all()
        selection = select_sessions(db)
        (utterance,) = db.query(Utterance).all()
    assert [row[:2] for row in revisions] == [
        (1, "alarm_query"),
        (2, "alarm_set"),
        (3, "alarm_query"),
        (4, "alarm_set"),
    ]
    assert bytes(revisions[1][3]) == bytes(revisions[3][3])
    assert (utterance.external_id, utterance.person_id) == ("turn-1", 1)
    assert utterance.origin == {"session": 1, "turn": 1}
    assert len(selection.corrected[False].items) == 1
    old.close()


TURNS_OF_LAST_WEEK = [
    "INSERT INTO people (id, login, display_name, password_hash, role, ui_language, created_at)"
    f" VALUES (1, 'amina', 'Amina', 'h', 'tester', 'en', {MOMENT})",
    "INSERT INTO releases (id, name, assistant, manifest, root, added_at) VALUES"
    f" (1, 'r', 'a', '{{}}', '.', {MOMENT})",
    "INSERT INTO live_sessions (id, person_id, release_id, locale, started_at) VALUES"
    f" (1, 1, 1, 'sw-KE', {MOMENT})",
    "INSERT INTO turns (id, session_id, number, client_key, text, status, created_at) VALUES"
    f" (1, 1, 1, 'k', 'amka saa', 'answered', {MOMENT}),"
    f" (2, 1, 2, 'l', 'asante', 'answered', {MOMENT})",
    "INSERT INTO corrections (turn_id, person_id, intent, slots, created_at) VALUES"
    f" (1, 1, 'alarm_query', '[]', {MOMENT}),"
    f""" (1, 1, 'alarm_set', '[["time",5,8]]', {MOMENT}),"""
    f""" (1, 1, 'alarm_set', '[["time",5,8]]', {MOMENT})""",
]
