"""Scoring a finished run again: what corrections change, and that a comparison is never blocked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.corpus.massive_files import lines, row
from tests.evaluation.situations import add_release, prepare_suite, run_release
from vernacular.collection.correct_corpus import correct_corpus
from vernacular.comparison.policy import Policy
from vernacular.comparison.verdict import Verdict
from vernacular.errors import Conflict, InvalidInput
from vernacular.evaluation.compare_runs import compare, find_lenient_rates
from vernacular.evaluation.export_results import export_results
from vernacular.evaluation.import_results import import_results
from vernacular.evaluation.rescore import rescore
from vernacular.evaluation.run import open_run
from vernacular.reports.comparison.flips import list_flips
from vernacular.scoring.normaliser import LENIENT, STRICT
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set, list_score_sets, list_sums

N = 320
QUICK = Policy(n_resamples=100)


def correct(store: Store, folder: Path, numbers: range, **changes: object) -> int:
    """Corrects some even (slotless) utterances of sw-KE; returns how many became revisions."""
    folder.mkdir(exist_ok=True)
    rows = [
        row(
            number,
            "sw-KE",
            **{
                "utt": f"habari yako {number}",
                "annot_utt": f"habari yako {number}",
                "scenario": "general",
                "intent": "general_joke",
                **changes,
            },
        )
        for number in numbers
    ]
    (folder / "sw-KE.jsonl").write_bytes(lines(*rows))
    return sum(file.n_corrected for file in correct_corpus(store, folder))


def intents_right(store: Store, score_set_id: int) -> dict[str, int]:
    with store.reading() as db:
        sums = list_sums(db, score_set_id)
    return {one.locale: one.sums.x for one in sums if one.metric == "intent_acc"}


def test_corrected_references_give_a_score_set_of_their_own(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", N)
    run_id = run_release(store, "alpha")
    assert correct(store, tmp_path / "corrected", range(2, 22, 2)) == 10
    found = rescore(store, run_id)
    assert (found.n_corrected, found.is_new) == (10, True)
    with store.reading() as db:
        newest, first = list_score_sets(db, run_id)
    assert newest.id == found.score_set_id
    assert (first.reference_key, len(newest.reference_key)) == ("suite", 64)
    assert intents_right(store, first.id) == {"hi-IN": N, "sw-KE": N}
    assert intents_right(store, newest.id) == {"hi-IN": N, "sw-KE": N - 10}


def test_rescoring_again_by_the_same_rules_stores_nothing(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 20)
    run_id = run_release(store, "alpha")
    assert not rescore(store, run_id).is_new
    correct(store, tmp_path / "corrected", range(2, 6, 2))
    first = rescore(store, run_id)
    again = rescore(store, run_id)
    assert (again.score_set_id, again.is_new) == (first.score_set_id, False)
    assert not rescore(store, run_id, newest_references=False).is_new
    with store.reading() as db:
        assert len(list_score_sets(db, run_id)) == 2


def test_the_same_corrections_again_change_nothing(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 20)
    assert correct(store, tmp_path / "corrected", range(2, 6, 2)) == 2
    assert correct(store, tmp_path / "corrected", range(2, 6, 2)) == 0


def test_a_correction_of_an_unknown_utterance_is_refused_whole(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", 20)
    with pytest.raises(InvalidInput, match=r"2 ids are not stored under 'massive-1.1'.*: 22, 24"):
        correct(store, tmp_path / "corrected", range(18, 26, 2))
    assert correct(store, tmp_path / "corrected", range(18, 22, 2)) == 2


def test_corrections_of_one_run_do_not_block_a_comparison(store: Store, tmp_path: Path) -> None:
    """More than one utterance in a hundred has another reference by now."""
    prepare_suite(store, tmp_path / "corpus", N)
    before = run_release(store, "alpha")
    correct(store, tmp_path / "corrected", range(2, 32, 2))
    after = run_release(store, "beta")
    rescore(store, after)
    with store.reading() as db:
        comparison = compare(db, find_run(db, before), find_run(db, after), QUICK)
    assert comparison.verdict is Verdict.PASS
    assert {cell.coverage for cell in comparison.cells} == {1.0}
    assert comparison.reference_key == "suite"
    assert any(f"run rescore {before}" in note for note in comparison.notes)
    rescore(store, before)
    with store.reading() as db:
        comparison = compare(db, find_run(db, before), find_run(db, after), QUICK)
    assert (len(comparison.reference_key), comparison.notes) == (64, ())
    assert comparison.cell("sw-KE", "intent_acc").candidate == (N - 15) / N


def test_a_flip_shows_the_reference_that_it_was_judged_by(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", N)
    right = run_release(store, "alpha")
    # Says play_music of utterance 2, which a correction then makes the right answer.
    wrong = run_release(store, "beta", lambda locale, number: (locale, number) == ("sw-KE", 2))
    correct(store, tmp_path / "corrected", range(2, 4, 2), intent="play_music")
    with store.reading() as db:
        (before,) = list_flips(db, right, wrong, "sw-KE", "intent_acc")
    for run_id in (right, wrong):
        rescore(store, run_id)
    with store.reading() as db:
        (after,) = list_flips(db, right, wrong, "sw-KE", "intent_acc")
    assert (before.kind, before.expected_intent) == ("regression", "general_greet")
    assert (after.kind, after.expected_intent) == ("fix", "play_music")


def test_an_answer_to_a_text_is_not_held_against_another_text(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 20)
    run_id = run_release(store, "alpha")
    changed = {"utt": "habari gani", "annot_utt": "habari gani"}
    assert correct(store, tmp_path / "corrected", range(2, 6, 2), **changed) == 2
    found = rescore(store, run_id)
    assert (found.n_corrected, found.is_new) == (0, False)


def test_what_was_heard_is_scored_against_corrected_words_and_by_other_rules(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", 20, ["sw-KE"])
    add_release(store, "alpha")
    file = tmp_path / "heard.jsonl"
    file.write_text(
        "".join(
            json.dumps({"id": str(i), "locale": "sw-KE", "transcript": "habari gani"}) + "\n"
            for i in range(1, 21)
        )
    )
    run_id = import_results(store, file, "alpha", "smoke").run_id
    changed = {"utt": "habari gani", "annot_utt": "habari gani"}
    correct(store, tmp_path / "corrected", range(2, 6, 2), **changed)
    assert rescore(store, run_id).n_corrected == 2
    with store.reading() as db:
        sets = list_score_sets(db, run_id)
        edits = [next(s.sums.x for s in list_sums(db, one.id) if s.metric == "wer") for one in sets]
    # Of three words in ten and four in ten texts, "habari" alone is right, in even ones.
    assert [one.normaliser for one in sets] == [LENIENT, STRICT, LENIENT, STRICT]
    assert edits == [10 * 4 + 8 * 2] * 2 + [10 * 4 + 10 * 2] * 2


def test_runs_with_different_gaps_are_scored_against_the_same_corrections(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", N)
    whole = run_release(store, "alpha")
    add_release(store, "beta")
    file = tmp_path / "beta.jsonl"
    with store.reading() as db:
        export_results(db, whole, file)
    # Without its answer to one of the corrected utterances.
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    kept = [one for one in rows if (one["locale"], one["id"]) != ("sw-KE", "2")]
    file.write_text("".join(json.dumps(one) + "\n" for one in kept))
    with_gap = import_results(store, file, "beta", "smoke").run_id
    correct(store, tmp_path / "corrected", range(2, 12, 2))
    first, second = (rescore(store, run_id) for run_id in (whole, with_gap))
    assert first.rules == second.rules
    with store.reading() as db:
        comparison = compare(db, find_run(db, whole), find_run(db, with_gap), QUICK)
    assert len(comparison.reference_key) == 64
    assert not any("rescore" in note for note in comparison.notes)


def test_lenient_rates_stand_beside_strict_ones_of_the_same_references(
    sqlite_store: Store, tmp_path: Path
) -> None:
    store = sqlite_store
    prepare_suite(store, tmp_path / "corpus", 20, ["sw-KE"])
    add_release(store, "alpha")
    file = tmp_path / "heard.jsonl"
    file.write_text(
        "".join(
            json.dumps({"id": str(i), "locale": "sw-KE", "transcript": "habari gani"}) + "\n"
            for i in range(1, 21)
        )
    )
    run_id = import_results(store, file, "alpha", "smoke").run_id
    changed = {"utt": "habari gani", "annot_utt": "habari gani"}
    correct(store, tmp_path / "corrected", range(2, 6, 2), **changed)
    rescore(store, run_id)
    with store.reading() as db:
        _, corrected, _, frozen = list_score_sets(db, run_id)
        assert find_lenient_rates(db, frozen) == {("wer", "sw-KE"): 60 / 70}
        # Two utterances of three words are two of two words now, and both are right.
        assert find_lenient_rates(db, corrected) == {("wer", "sw-KE"): 56 / 68}


def test_an_open_run_cannot_be_rescored(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 4)
    add_release(store, "alpha")
    run_id = open_run(store, "alpha", "smoke")
    with pytest.raises(Conflict, match=f"run resume {run_id}"):
        rescore(store, run_id)


def test_an_unknown_normaliser_is_named_with_those_there_are(
    sqlite_store: Store, tmp_path: Path
) -> None:
    prepare_suite(sqlite_store, tmp_path / "corpus", 2, ["sw-KE"])
    add_release(sqlite_store, "alpha")
    file = tmp_path / "heard.jsonl"
    file.write_text('{"id": "1", "locale": "sw-KE", "transcript": ""}\n')
    run_id = import_results(sqlite_store, file, "alpha", "smoke").run_id
    with pytest.raises(InvalidInput, match=r"'nonsense' is none of .*vernacular-norm/1"):
        rescore(sqlite_store, run_id, normaliser="nonsense")
    with sqlite_store.reading() as db:
        assert find_score_set(db, run_id).normaliser == STRICT
