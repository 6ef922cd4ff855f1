"""Runs over clips: what is heard and understood is scored, and what cannot be heard fails alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.evaluation.situations import LOCALES, RuleAssistant, ignore, import_corpus
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    clip_of,
    number_of,
    prepare_voice_suite,
    text_of,
    write_list,
)
from vernacular.assistants.contract import Answer, Assistant, Request
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_clips import import_clips
from vernacular.errors import Conflict, StoreUnavailable
from vernacular.evaluation.compare_runs import find_comparable
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.plan_run import plan_run
from vernacular.evaluation.run import (
    Progress,
    asking_of,
    carry_out,
    check_clips,
    open_run,
)
from vernacular.evaluation.suites import select_utterances
from vernacular.reports.runs.cost import report_costs
from vernacular.reports.runs.faults import report_faults
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set, list_score_sets, list_sums
from vernacular.store.tables import Result, SuiteItem
from vernacular.store.tables.runs import ResultStatus, RunStatus


@pytest.fixture
def clips(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


def run(store: Store, clips: ClipFolder, name: str, assistant: Assistant, **options: bool) -> int:
    run_id = open_run(store, name, "spoken", **options)
    finish(store, clips, run_id, assistant)
    return run_id


def finish(
    store: Store,
    clips: ClipFolder,
    run_id: int,
    assistant: Assistant,
    *,
    retry_failed: bool = False,
) -> Progress:
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    engine = LocalEngine(assistant, clips, asking)
    return carry_out(store, run_id, engine, ignore, retry_failed=retry_failed)


def rates(store: Store, run_id: int, locale: str = "sw-KE") -> dict[str, tuple[int, int]]:
    with store.reading() as db:
        sums = list_sums(db, find_score_set(db, run_id).id)
    return {one.metric: (one.sums.x, one.sums.y) for one in sums if one.locale == locale}


def test_what_is_heard_is_scored_beside_what_the_text_would_have_given(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    # 2 is misheard; 3 is misunderstood even as text.
    assistant = ListeningAssistant(lambda _tag, number: number == 3, mishears=(2,))
    run_id = run(store, clips, "ears", assistant)
    found = rates(store, run_id)
    # "habari yako 2" is heard as "la la": three words, two of them wrong and one missing, of
    # 4 x 4 + 4 x 3 words in all.
    assert found["wer"] == (3, 28)
    assert found["intent_acc"] == (6, 8)
    assert found["text_intent_acc"] == (7, 8)
    with store.reading() as db:
        faults = report_faults(db, run_id)
        rows = db.scalars(select(Result).where(Result.run_id == run_id)).all()
        names = {one.normaliser for one in list_score_sets(db, run_id)}
    assert (faults.total.n, faults.total.n_right) == (16, 12)
    assert (faults.total.n_lost_by_hearing, faults.total.n_lost_by_understanding) == (2, 2)
    assert (faults.total.accuracy, faults.total.text_accuracy) == (12 / 16, 14 / 16)
    assert names == {"vernacular-norm/1", "vernacular-norm/1-lenient"}
    assert {(row.asr_ms, row.nlu_ms, row.latency_ms) for row in rows} == {(3.0, 1.0, 4.0)}
    right = next(row for row in rows if row.transcript == text_of(1))
    assert (right.transcript_confidence, right.text_intent) == (0.5, "alarm_set")
    assert right.text_slots is not None


def test_a_run_goes_on_where_it_stopped_and_costs_add_up(
    store: Store, clips: ClipFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernacular.evaluation.local_engine.CLIP_BATCH", 4)
    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    run_id = open_run(store, "ears", "spoken")

    class Stopped(ListeningAssistant):
        def predict_batch(self, requests):  # type: ignore[no-untyped-def]
            if len(self.asked) >= 8:
                raise KeyboardInterrupt
            return super().predict_batch(requests)

    with pytest.raises(KeyboardInterrupt):
        finish(store, clips, run_id, Stopped())
    with store.reading() as db:
        first = report_costs(db, [run_id])[0]
    assert finish(store, clips, run_id, ListeningAssistant()) == Progress(run_id, 16, 16, 0)
    with store.reading() as db:
        (cost,) = report_costs(db, [run_id])
    assert (first.n_results, cost.n_results) == (4, 16)
    assert first.answering_seconds is not None
    assert cost.answering_seconds is not None
    assert cost.answering_seconds > first.answering_seconds
    assert (cost.n_parameters, cost.weights_bytes, cost.device) == (3, 12, "cpu")
    assert cost.peak_memory_bytes == 4096
    assert [(s.stage, s.n, s.p50_ms) for s in cost.stages] == [
        ("asr", 16, 3.0),
        ("nlu", 16, 1.0),
        ("whole", 16, 4.0),
    ]
    assert cost.seconds_heard_per_second == pytest.approx(16 * 0.5 / cost.answering_seconds)


def test_clips_that_are_gone_or_damaged_fail_alone_and_nothing_else_is_lost(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    with store.reading() as db:
        hashes = list(db.scalars(select(SuiteItem.clip).order_by(SuiteItem.number)))
    gone, damaged = hashes[0], hashes[1]
    assert gone is not None
    assert damaged is not None
    for path in (tmp_path / "clips").rglob(f"{gone}*"):
        path.unlink()
    for path in (tmp_path / "clips").rglob(f"{damaged}*.flac"):
        content = bytearray(path.read_bytes())
        content[-40:] = bytes(40)
        path.write_bytes(bytes(content))
    run_id = run(store, clips, "ears", ListeningAssistant())
    with store.reading() as db:
        rows = db.scalars(select(Result).where(Result.run_id == run_id)).all()
    failed = [row for row in rows if row.status is ResultStatus.FAILED]
    # Each clip is an item in both locales.
    assert len(failed) == 4
    assert all(row.error and row.error.startswith("the clip cannot be read: ") for row in failed)
    assert {row.status for row in rows if row not in failed} == {ResultStatus.ANSWERED}
    # The stage after the ears still says what it makes of the text.
    assert all(row.text_intent is not None for row in failed)


def test_a_folder_without_the_clips_is_told_before_a_run_is_opened(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(sqlite_store, clips, tmp_path / "corpus")
    add_voice_release(sqlite_store, "ears")
    elsewhere = ClipFolder(tmp_path / "elsewhere")
    complaint = r"none of the 16 clips .*VERNACULAR_CLIPS_FOLDER"
    with sqlite_store.reading() as db:
        run = plan_run(db, "ears", "spoken")
        with pytest.raises(StoreUnavailable, match=complaint):
            check_clips(db, run, elsewhere)
        check_clips(db, run, clips)
    run_id = open_run(sqlite_store, "ears", "spoken")
    finish(sqlite_store, clips, run_id, ListeningAssistant())
    with sqlite_store.reading() as db:
        # Nothing of it is pending, and nothing in it failed.
        check_clips(db, find_run(db, run_id), elsewhere, retry_failed=True)


def test_a_text_that_could_not_be_asked_about_counts_as_wrong_and_says_why(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    class Speechless(ListeningAssistant):
        def answer(self, request: Request) -> Answer:
            if request.audio is None:
                return Answer(error="the server hung up")
            return super().answer(request)

    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    run_id = run(store, clips, "ears", Speechless())
    with store.reading() as db:
        rows = db.scalars(select(Result).where(Result.run_id == run_id)).all()
        faults = report_faults(db, run_id)
    assert {(row.text_intent, row.text_slots, row.text_error) for row in rows} == {
        (None, None, "the server hung up")
    }
    assert (faults.total.accuracy, faults.total.text_accuracy) == (1.0, 0.0)


def test_what_no_database_can_hold_fails_its_item_alone(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    class Garbled(ListeningAssistant):
        def answer(self, request: Request) -> Answer:
            found = super().answer(request)
            is_third = request.audio is not None and number_of(request.audio) == 3
            return replace(found, transcript="la\x00la") if is_third else found

    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    run_id = run(store, clips, "ears", Garbled())
    with store.reading() as db:
        rows = db.scalars(select(Result).where(Result.run_id == run_id)).all()
    assert [row.error is None for row in rows].count(False) == len(LOCALES)
    assert all("transcript" in row.error for row in rows if row.error)


def test_which_clip_belongs_to_which_utterance_is_part_of_a_suite(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    for name, owners in (("first", "112"), ("second", "122")):
        import_corpus(sqlite_store, tmp_path, 2, ("sw-KE",))
        rows = []
        for number, owner in enumerate(owners, start=1):
            (tmp_path / f"{number}.wav").write_bytes(clip_of(number))
            text = text_of(int(owner))
            rows.append({"audio": f"{number}.wav", "id": owner, "locale": "sw-KE", "text": text})
        import_clips(sqlite_store, clips, write_list(tmp_path, rows), source=name)
    with sqlite_store.reading() as db:
        first, second = (
            select_utterances(db, source=name, by_voice=True) for name in ("first", "second")
        )
    assert [one.clip for one in first.items] == [one.clip for one in second.items]
    assert first.content_hash != second.content_hash


def test_what_failed_can_be_asked_for_again_and_answers_are_not(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    class Down(ListeningAssistant):
        def answer(self, request: Request) -> Answer:
            is_down = request.audio is not None and number_of(request.audio) in {2, 5}
            return Answer(error="the server hung up") if is_down else super().answer(request)

    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    run_id = run(store, clips, "ears", Down())
    assert rates(store, run_id)["intent_acc"] == (6, 8)
    again = ListeningAssistant()
    assert finish(store, clips, run_id, again, retry_failed=True) == Progress(run_id, 16, 16, 0)
    assert sum(one.audio is not None for one in again.asked) == 2 * len(LOCALES)
    assert rates(store, run_id)["intent_acc"] == (8, 8)
    assert rates(store, run_id)["wer"] == (0, 28)
    with store.reading() as db:
        assert find_run(db, run_id).status is RunStatus.FINISHED


def test_a_voice_suite_may_be_given_as_text(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(store, clips, tmp_path / "corpus")
    add_voice_release(store, "ears")
    spoken = run(store, clips, "ears", ListeningAssistant())
    typed = run(store, clips, "ears", RuleAssistant(), as_text=True)
    assert spoken != typed
    assert "slot_micro_f1" in rates(store, typed)
    assert "wer" not in rates(store, typed)
    assert open_run(store, "ears", "spoken", reuse=True) == spoken
    assert open_run(store, "ears", "spoken", reuse=True, as_text=True) == typed


def test_what_was_heard_is_compared_with_what_was_heard(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(sqlite_store, clips, tmp_path / "corpus")
    for name in ("ears-1", "ears-2"):
        add_voice_release(sqlite_store, name)
    heard = [run(sqlite_store, clips, name, ListeningAssistant()) for name in ("ears-1", "ears-2")]
    typed = run(sqlite_store, clips, "ears-2", RuleAssistant(), as_text=True)
    with sqlite_store.reading() as db:
        first, second = find_comparable(db, "ears-1", "ears-2")
        assert [first.id, second.id] == heard
    also_typed = run(sqlite_store, clips, "ears-1", RuleAssistant(), as_text=True)
    with sqlite_store.reading() as db:
        first, second = find_comparable(db, "ears-1", "ears-2")
        assert [first.id, second.id] == [also_typed, typed]


def test_a_release_without_ears_is_told_so_before_a_run_is_opened(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(sqlite_store, clips, tmp_path / "corpus")
    add_voice_release(sqlite_store, "deaf", hears=False)
    with pytest.raises(Conflict, match=r"has no 'asr' stage: --as-text"):
        open_run(sqlite_store, "deaf", "spoken")


def test_a_run_over_text_has_no_faults_to_share_out(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    prepare_voice_suite(sqlite_store, clips, tmp_path / "corpus")
    add_voice_release(sqlite_store, "ears")
    typed = run(sqlite_store, clips, "ears", RuleAssistant(), as_text=True)
    with sqlite_store.reading() as db, pytest.raises(Conflict, match="heard nothing"):
        report_faults(db, typed)
