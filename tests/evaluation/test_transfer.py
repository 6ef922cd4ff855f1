"""The zero-shot view of stored runs, and what a comparison says of different training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.situations import Rule, nothing, prepare_suite, run_release
from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.evaluation.transfer import load_transfer, trained_locales
from vernacular.store.database import Store
from vernacular.store.releases import find_release
from vernacular.store.tables import Release

LOCALES = ("en-US", "hi-IN", "sw-KE")


def fails_in_swahili(locale: str, number: int) -> bool:
    return locale == "sw-KE" and number <= 90


def add_run(store: Store, name: str, manifest: dict[str, Any], is_wrong: Rule = nothing) -> int:
    """Adds a release whose manifest also says what is given, and runs it over the suite."""
    run_id = run_release(store, name, is_wrong)
    with store.writing() as db:
        release = find_release(db, name)
        release.manifest = {**release.manifest, **manifest}
    return run_id


@pytest.fixture
def suite(sqlite_store: Store, tmp_path: Path) -> Store:
    prepare_suite(sqlite_store, tmp_path / "corpus", 120, LOCALES)
    return sqlite_store


def test_a_run_is_held_against_what_its_manifest_says(suite: Store) -> None:
    run_id = add_run(suite, "first", {"trained_locales": ["en-US", "hi-IN"]}, fails_in_swahili)
    with suite.reading() as db:
        found = load_transfer(db, run_id)
    assert (found.metric, found.english, found.worst_unseen) == ("intent_acc", "en-US", "sw-KE")
    assert found.gap is not None and found.gap.delta == pytest.approx(-0.75)
    assert (found.n_items, found.n_results, found.n_failed) == (360, 360, 0)


@pytest.mark.parametrize("manifest", [{}, {"trained_locales": []}, {"imported": True}])
def test_a_manifest_that_names_no_trained_locale_is_silent(
    suite: Store, manifest: dict[str, Any]
) -> None:
    run_id = add_run(suite, "first", manifest)
    with suite.reading() as db:
        found = load_transfer(db, run_id, "slot_micro_f1")
    assert not found.is_training_known
    assert trained_locales(Release(manifest=manifest)) is None


def test_a_metric_the_run_lacks_names_those_it_has(suite: Store) -> None:
    run_id = add_run(suite, "first", {})
    with suite.reading() as db:
        with pytest.raises(InvalidInput, match="run 1 was not scored on 'wer'; it was on intent_"):
            load_transfer(db, run_id, "wer")
        with pytest.raises(NotFound, match="there is no run 9"):
            load_transfer(db, 9)


def test_a_comparison_says_which_locales_only_one_of_the_two_was_trained_on(suite: Store) -> None:
    add_run(suite, "first", {"trained_locales": ["en-US", "fr-FR"]})
    add_run(suite, "second", {"trained_locales": ["hi-IN", "sw-KE", "en-US"]})
    with suite.reading() as db:
        notes = compare(db, *find_comparable(db, "first", "second")).notes
        backwards = compare(db, *find_comparable(db, "second", "first")).notes
    assert notes == backwards == ("second was trained on hi-IN, sw-KE, first was not",)


@pytest.mark.parametrize("manifest", [{}, {"trained_locales": ["en-US", "hi-IN"]}])
def test_a_comparison_says_nothing_of_training_that_is_equal_or_unknown(
    suite: Store, manifest: dict[str, Any]
) -> None:
    add_run(suite, "first", {"trained_locales": ["en-US", "hi-IN"]})
    add_run(suite, "second", manifest)
    with suite.reading() as db:
        assert compare(db, *find_comparable(db, "first", "second")).notes == ()
