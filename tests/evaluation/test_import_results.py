"""Results from elsewhere as runs: scored as ours are, or refused whole with the lines at fault."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jiwer
import pytest

from tests.evaluation.situations import (
    LOCALES,
    prepare_suite,
    right_answer,
    run_release,
)
from tests.reports.screens import show
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.predictions.prediction import Predictions
from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.compare_runs import compare
from vernacular.evaluation.export_results import export_results
from vernacular.evaluation.import_results import import_results
from vernacular.reports.runs.heat_map import heat_map_of_run
from vernacular.reports.runs.scores_table import render_scores
from vernacular.store.database import Store
from vernacular.store.judged_items import list_judged_items
from vernacular.store.runs import count_results, find_run, list_runs
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.suites import find_suite, list_named_references
from vernacular.store.tables.runs import RunStatus

N = 120


def answers(n: int = N, locales: Sequence[str] = LOCALES) -> list[dict[str, Any]]:
    """The right answers of the suite as prediction rows."""
    rows = []
    for locale in locales:
        for number in range(1, n + 1):
            text = f"niamshe saa tatu {number}" if number % 2 else f"habari yako {number}"
            answer = right_answer(text)
            slots = [{"label": s.label, "start": s.start, "end": s.end} for s in answer.slots]
            one = {"id": str(number), "locale": locale, "intent": answer.intent, "slots": slots}
            rows.append(one | {"intent_confidence": answer.intent_confidence, "latency_ms": 1.5})
    return rows


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def rates(store: Store, run_id: int) -> dict[tuple[str, str], float | None]:
    with store.reading() as db:
        sums = list_sums(db, find_score_set(db, run_id).id)
    return {(one.locale, one.metric): one.sums.ratio for one in sums}


def test_predictions_make_the_run_that_our_own_host_would_have_made(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", N)
    ours = run_release(store, "ours")
    found = import_results(
        store, write(tmp_path / "p.jsonl", answers()), "theirs", "smoke", assistant="rules"
    )
    assert (found.n_results, found.n_failed, found.n_missing) == (2 * N, 0, 0)
    assert (found.has_intents, found.has_transcripts, found.is_new) == (True, False, True)
    assert rates(store, found.run_id) == rates(store, ours)
    with store.reading() as db:
        run = find_run(db, found.run_id)
        assert run.status is RunStatus.FINISHED
        comparison = compare(db, find_run(db, ours), run)
    assert comparison.verdict is Verdict.PASS
    assert all(cell.delta == 0 for cell in comparison.cells)


def test_what_a_file_speaks_of_is_found_out_once_and_not_for_every_row(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a look at every row, so that asking per row takes hours of a large file."""
    prepare_suite(sqlite_store, tmp_path / "corpus", 60)
    asked = []

    def counted(self: Predictions) -> bool:
        asked.append(1)
        return any(row.transcript is not None for row in self.rows)

    monkeypatch.setattr(Predictions, "has_transcripts", property(counted))
    file = write(tmp_path / "p.jsonl", answers(60))
    import_results(sqlite_store, file, "theirs", "smoke", assistant="rules")
    assert len(asked) < 20


def test_what_is_exported_is_imported_as_the_same_run(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 20)
    ours = run_release(store, "ours", lambda _, number: number < 4)
    with store.reading() as db:
        assert export_results(db, ours, tmp_path / "out.jsonl") == 40
    found = import_results(store, tmp_path / "out.jsonl", "copy", "smoke", assistant="rules")
    assert rates(store, found.run_id) == rates(store, ours)
    with store.reading() as db:
        export_results(db, found.run_id, tmp_path / "again.jsonl")
        runs = find_run(db, ours), find_run(db, found.run_id)
        (item,) = list_judged_items(db, *runs, find_score_set(db, ours).id, [5])
    assert item.baseline == item.candidate
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


def test_rows_of_no_item_are_all_named_and_nothing_is_stored(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    rows = answers(4)
    rows[1]["id"] = "nowhere"
    rows[6]["locale"] = "de-DE"
    path = write(tmp_path / "p.jsonl", rows)
    with pytest.raises(InvalidInput) as caught:
        import_results(store, path, "theirs", "smoke", assistant="rules")
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), 2, "id")
    assert "suite smoke has no 'nowhere' in hi-IN" in str(caught.value)
    assert f"{path}:7: id: suite smoke has no '3' in de-DE" in str(caught.value)
    with store.reading() as db:
        assert list_runs(db) == []


def test_a_slot_outside_the_suites_text_is_refused_with_its_line(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    rows = answers(4)
    rows[2]["slots"] = [{"label": "time", "start": 8, "end": 99}]
    with pytest.raises(InvalidInput) as caught:
        import_results(
            store, write(tmp_path / "p.jsonl", rows), "theirs", "smoke", assistant="rules"
        )
    assert (caught.value.line, caught.value.field) == (3, "slots")


def test_failed_and_missing_results_are_told_apart(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    rows = answers(4)
    rows[0] = {"id": "1", "locale": "hi-IN", "error": "timed out"}
    found = import_results(
        store, write(tmp_path / "p.jsonl", rows[:6]), "theirs", "smoke", assistant="rules"
    )
    assert (found.n_results, found.n_failed, found.n_missing) == (6, 1, 2)
    with store.reading() as db:
        assert count_results(db, [found.run_id]) == {found.run_id: (6, 1)}
    assert rates(store, found.run_id)["hi-IN", "intent_acc"] == 0.75


def test_a_new_release_needs_its_assistant_named(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    path = write(tmp_path / "p.jsonl", answers(4))
    with pytest.raises(NotFound, match="--assistant NAME makes it"):
        import_results(store, path, "theirs", "smoke")
    with pytest.raises(InvalidInput, match="is no name"):
        import_results(store, path, "their release", "smoke", assistant="rules")


def test_reuse_keeps_the_earlier_run(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    path = write(tmp_path / "p.jsonl", answers(4))
    first = import_results(store, path, "theirs", "smoke", assistant="rules", reuse=True)
    again = import_results(store, path, "theirs", "smoke", assistant="rules", reuse=True)
    assert (again.run_id, again.is_new) == (first.run_id, False)
    assert import_results(store, path, "theirs", "smoke").run_id != first.run_id


def test_reuse_keeps_no_run_that_was_never_finished(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 4)
    path = write(tmp_path / "p.jsonl", answers(4))
    first = import_results(store, path, "theirs", "smoke", assistant="rules")
    with store.writing() as db:
        find_run(db, first.run_id).status = RunStatus.OPEN
    assert import_results(store, path, "theirs", "smoke", reuse=True).is_new


TRN = [
    ("spk1-01", "turn on the light", "turn on a light"),
    ("spk1-02", "stop", "stop now"),
    ("spk2-01", "good morning", ""),
]


def write_trn(folder: Path) -> tuple[Path, Path]:
    heard, said = folder / "hyp.trn", folder / "ref.trn"
    heard.write_text("".join(f"{hypothesis} ({name})\n" for name, _, hypothesis in TRN))
    said.write_text("".join(f"{reference} ({name})\n" for name, reference, _ in TRN))
    return heard, said


def test_trn_pairs_make_their_own_suite_and_jiwers_error_rate(store: Store, tmp_path: Path) -> None:
    heard, said = write_trn(tmp_path)
    found = import_results(
        store,
        heard,
        "asr-7",
        "calls",
        locale="en-GB",
        references=said,
        assistant="asr",
        create_suite=True,
        by_speaker=True,
    )
    peer = jiwer.process_words([said for _, said, _ in TRN], [heard for _, _, heard in TRN])
    assert rates(store, found.run_id)["en-GB", "wer"] == pytest.approx(peer.wer)
    with store.reading() as db:
        alone = heat_map_of_run(db, find_run(db, found.run_id))
    assert alone.edits == {"en-GB": (peer.substitutions, peer.deletions, peer.insertions)}
    # What speakers cost is shown where there are any, and its heading only then.
    assert all(cell.design_effect is not None for cell in alone.cells)
    assert "deff" in show(render_scores(alone))
    assert {metric for _, metric in rates(store, found.run_id)} == {"wer", "cer"}
    with store.reading() as db:
        sums = list_sums(db, find_score_set(db, found.run_id).id)
        items = list_named_references(db, find_suite(db, "calls").id)
    assert [one.sums.n_clusters for one in sums] == [2, 2]  # speakers, not utterances
    assert [item.external_id for item in items] == [name for name, _, _ in TRN]


def test_the_same_references_again_are_the_same_suite(store: Store, tmp_path: Path) -> None:
    heard, said = write_trn(tmp_path)
    for release in ("asr-7", "asr-8"):
        import_results(
            store,
            heard,
            release,
            "calls",
            locale="en-GB",
            references=said,
            assistant="asr",
            create_suite=True,
        )
    with store.reading() as db:
        assert len(list_runs(db)) == 2
        assert find_suite(db, "calls").n_items == 3


def test_a_suite_is_not_made_of_results_without_references(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [{"id": "1", "locale": "sw-KE", "transcript": "habari"}])
    with pytest.raises(InvalidInput, match="has no reference text") as caught:
        import_results(store, path, "asr-7", "calls", assistant="asr", create_suite=True)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "second",
    [{"intent": "stop", "transcript": "stop"}, {"slots": []}],
    ids=["an intent that no suite of words holds", "silent about what was heard"],
)
def test_a_suite_is_made_only_of_a_file_that_is_imported(
    store: Store, tmp_path: Path, second: dict[str, Any]
) -> None:
    first = {"id": "1", "locale": "sw-KE", "transcript": "habari", "text": "habari yako"}
    rows = [first, {"id": "2", "locale": "sw-KE", "text": "simama"} | second]
    path = tmp_path / "p.jsonl"
    with pytest.raises(InvalidInput):
        import_results(
            store, write(path, rows), "asr-7", "calls", assistant="asr", create_suite=True
        )
    with store.reading() as db, pytest.raises(NotFound):
        find_suite(db, "calls")
    # So that the file, once it is mended, is not held against the broken one.
    rows[1] = {"id": "2", "locale": "sw-KE", "transcript": "simama", "text": "simama hapa"}
    import_results(store, write(path, rows), "asr-7", "calls", assistant="asr", create_suite=True)


def test_suites_of_long_names_hold_each_its_own_words(store: Store, tmp_path: Path) -> None:
    for name, words in (("a", "habari yako"), ("b", "habari zenu")):
        rows = [{"id": "1", "locale": "sw-KE", "transcript": words, "text": words}]
        path = write(tmp_path / "p.jsonl", rows)
        suite = "x" * 100 + name
        import_results(store, path, "asr-7", suite, assistant="asr", create_suite=True)
        with store.reading() as db:
            (item,) = list_named_references(db, find_suite(db, suite).id)
        assert item.reference.text == words


def test_a_file_that_was_scored_against_other_words_is_refused(
    store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "corpus", 2, ["sw-KE"])
    rows = [
        {"id": "1", "locale": "sw-KE", "transcript": "niamshe", "text": "Niamshe saa tatu 1."},
        {"id": "2", "locale": "sw-KE", "transcript": "habari", "text": "habari zenu"},
    ]
    with pytest.raises(InvalidInput, match="says that 'habari zenu' was said") as caught:
        import_results(store, write(tmp_path / "p.jsonl", rows), "a", "smoke", assistant="asr")
    assert caught.value.line == 2


def test_a_row_that_is_silent_about_what_was_heard_is_refused(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 2, ["sw-KE"])
    rows = [
        {"id": "1", "locale": "sw-KE", "transcript": "niamshe", "intent": "alarm_set"},
        {"id": "2", "locale": "sw-KE", "intent": "general_greet"},
    ]
    with pytest.raises(InvalidInput, match="neither a transcript nor an error") as caught:
        import_results(store, write(tmp_path / "p.jsonl", rows), "a", "smoke", assistant="asr")
    assert caught.value.line == 2


def test_understanding_of_what_was_heard_is_scored_by_values(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path / "corpus", 1, ["sw-KE"])
    heard = "Niamshe SAA tatu, moja"
    rows = [
        {
            "id": "1",
            "locale": "sw-KE",
            "transcript": heard,
            "intent": "alarm_set",
            "slots": [{"label": "time", "start": 8, "end": 16}],
        }
    ]
    found = import_results(store, write(tmp_path / "p.jsonl", rows), "a", "smoke", assistant="asr")
    assert rates(store, found.run_id) == {
        ("sw-KE", "intent_acc"): 1.0,
        ("sw-KE", "slot_value_f1"): 1.0,
        ("sw-KE", "wer"): 0.25,  # "1" was heard as "moja"
        ("sw-KE", "cer"): pytest.approx(4 / 18),
    }


def test_a_gap_between_strict_and_lenient_rules_is_called_spelling(
    store: Store, tmp_path: Path
) -> None:
    """Arabic alef maqsura for yeh, which the lenient rules take for one letter."""
    rows = [
        {"id": str(i), "locale": "ar-SA", "text": f"على {i}", "transcript": f"علي {i}"}
        for i in range(1, 121)
    ]
    for release in ("asr-7", "asr-8"):
        import_results(
            store,
            write(tmp_path / "p.jsonl", rows),
            release,
            "calls",
            assistant="asr",
            create_suite=True,
        )
    with store.reading() as db:
        comparison = compare(db, find_run(db, 1), find_run(db, 2))
        (wer, _) = heat_map_of_run(db, find_run(db, 2)).cells
    assert comparison.normaliser == "vernacular-norm/1"
    assert any(note.startswith("asr-8 spells otherwise than") for note in comparison.notes)
    assert (wer.rate, wer.lenient) == (0.5, 0.0)
