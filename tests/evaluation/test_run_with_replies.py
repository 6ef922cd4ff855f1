"""Runs that time replies, too, and judge what was understood as if nobody had replied."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from tests.assistants.scripted_stages import ScriptedMind, ScriptedMouth, ScriptedVoice
from tests.evaluation.situations import add_release, ignore, prepare_suite, right_answer
from vernacular.assistants.pipeline import Pipeline
from vernacular.assistants.stages import Typed, Understanding
from vernacular.clips.audio import Audio
from vernacular.clips.folder import ClipFolder
from vernacular.errors import Conflict, InvalidInput, ModelUnavailable
from vernacular.evaluation.answering import Asking, answer_items
from vernacular.evaluation.local_engine import CLIP_BATCH, TEXT_BATCH, LocalEngine, batch_size
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.reports.runs.cost import report_costs
from vernacular.store.database import Store
from vernacular.store.latencies import list_latencies
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.suites import list_pending
from vernacular.store.tables import Release, Result
from vernacular.store.tables.runs import ResultStatus

N_ITEMS = 8
SPEECH = Audio(np.zeros(160, np.float32))


@pytest.fixture
def suite(store: Store, tmp_path: Path) -> Store:
    prepare_suite(store, tmp_path, N_ITEMS // 2)
    add_release(store, "polite")
    return store


def understand(one: Typed) -> Understanding:
    answer = right_answer(one.text)
    return Understanding(answer.intent, answer.intent_confidence, answer.slots)


def polite(mouth: ScriptedMouth | None = None, **stages: object) -> Pipeline:
    """An assistant that understands the corpus, replies and speaks."""
    given = {
        "nlu": ScriptedMind(understand=understand),
        "reply": mouth or ScriptedMouth(),
        "tts": ScriptedVoice(speak=lambda _: SPEECH),
        **stages,
    }
    return Pipeline(**given)  # type: ignore[arg-type]


def run(store: Store, assistant: Pipeline, *, with_replies: bool = True) -> int:
    run_id = open_run(store, "polite", "smoke", with_replies=with_replies)
    go_on(store, run_id, assistant)
    return run_id


def go_on(store: Store, run_id: int, assistant: Pipeline) -> None:
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    engine = LocalEngine(assistant, ClipFolder(Path("no-clips")), asking)
    with closing(assistant):
        carry_out(store, run_id, engine, ignore)


def results(store: Store, run_id: int) -> list[Result]:
    with store.reading() as db:
        query = select(Result).where(Result.run_id == run_id).order_by(Result.item)
        return list(db.scalars(query))


def scores(store: Store, run_id: int) -> list[tuple[str, str, object]]:
    with store.reading() as db:
        sums = list_sums(db, find_score_set(db, run_id).id)
        return [(one.locale, one.metric, one.sums) for one in sums]


def test_reply_and_speech_of_every_answer_are_timed(suite: Store) -> None:
    run_id = run(suite, polite())
    found = results(suite, run_id)
    assert len(found) == N_ITEMS
    for one in found:
        assert None not in (one.nlu_ms, one.reply_ms, one.tts_ms)
        assert one.latency_ms == pytest.approx(one.nlu_ms + one.reply_ms + one.tts_ms)  # type: ignore[operator]
    with suite.reading() as db:
        (cost,) = report_costs(db, [run_id])
    assert [stage.stage for stage in cost.stages] == ["nlu", "reply", "tts", "whole"]
    assert cost.has_replies


def test_a_run_asks_for_no_reply_unless_told(suite: Store) -> None:
    mouth = ScriptedMouth()
    run_id = run(suite, polite(mouth), with_replies=False)
    assert mouth.asked == []
    assert {(one.reply_ms, one.tts_ms) for one in results(suite, run_id)} == {(None, None)}


def test_a_latency_that_a_gate_compares_leaves_replies_out(suite: Store) -> None:
    run_id = run(suite, polite())
    with suite.reading() as db:
        understood = list_latencies(db, run_id, with_replies=False)
        whole = list_latencies(db, run_id)
    assert sum(understood) == pytest.approx(sum(one.nlu_ms or 0 for one in results(suite, run_id)))
    assert sum(whole) > sum(understood)


def test_replies_that_fail_cost_no_score(suite: Store) -> None:
    silent = run(suite, polite(), with_replies=False)
    mute = ScriptedMouth(reply=lambda _: InvalidInput("no words"))
    failing = run(suite, polite(mute))
    assert scores(suite, failing) == scores(suite, silent)
    for one in results(suite, failing):
        assert (one.status, one.reply_ms) == (ResultStatus.ANSWERED, None)


def unsure(one: Typed) -> Understanding:
    return Understanding(right_answer(one.text).intent, 0.1, ())


def test_a_fallback_that_fails_fails_the_item_with_replies_as_without(suite: Store) -> None:
    def failing() -> Pipeline:
        second = ScriptedMind(understand=lambda _: ModelUnavailable("timed out"))
        first = ScriptedMind(understand=unsure)
        return polite(nlu=first, fallback=second, min_confidence=0.5)

    runs = [run(suite, failing(), with_replies=asked) for asked in (False, True)]
    for run_id in runs:
        assert {one.error for one in results(suite, run_id)} == {"timed out"}
    assert scores(suite, runs[0]) == scores(suite, runs[1])


def test_a_fallback_that_is_gone_stops_the_run_with_replies_as_without(suite: Store) -> None:
    class Absent(ScriptedMind):
        def understand_batch(self, _requests, /):  # type: ignore[no-untyped-def]
            raise ModelUnavailable("nobody there")

    first = ScriptedMind(understand=unsure)
    with pytest.raises(ModelUnavailable, match="nobody there"):
        run(suite, polite(nlu=first, fallback=Absent(), min_confidence=0.5))


def test_a_run_that_goes_on_asks_for_replies_again(suite: Store) -> None:
    class Stopped(ScriptedMind):
        def understand_batch(self, _requests, /):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt

    run_id = open_run(suite, "polite", "smoke", with_replies=True)
    with pytest.raises(KeyboardInterrupt):
        go_on(suite, run_id, polite(nlu=Stopped()))
    go_on(suite, run_id, polite())
    assert None not in {one.reply_ms for one in results(suite, run_id)}


def test_only_a_run_that_timed_replies_is_reused_for_them(suite: Store) -> None:
    silent = run(suite, polite(), with_replies=False)
    timed = open_run(suite, "polite", "smoke", reuse=True, with_replies=True)
    assert timed != silent
    assert open_run(suite, "polite", "smoke", reuse=True, with_replies=True) == timed
    # Whoever asks for no replies takes either.
    assert open_run(suite, "polite", "smoke", reuse=True) == timed


def test_a_release_without_replies_is_refused(suite: Store) -> None:
    stages = {"nlu": {"engine": "joint-encoder", "weights": "mind"}}
    manifest = {"release": "curt", "assistant": "curt", "stages": stages}
    with suite.writing() as db:
        db.add(Release(name="curt", assistant="curt", manifest=manifest, root="."))
    with pytest.raises(Conflict, match="curt has no 'reply' stage"):
        open_run(suite, "curt", "smoke", with_replies=True)


def test_what_was_spoken_is_not_carried_along(suite: Store) -> None:
    run_id = open_run(suite, "polite", "smoke", with_replies=True)
    with suite.reading() as db:
        items = list_pending(db, find_run(db, run_id).suite_id, run_id, 0, N_ITEMS)
    clips = ClipFolder(Path("no-clips"))
    batch = answer_items(polite(), clips, Asking(replies_too=True), items)
    assert {one.answer.speech for one in batch.answered} == {None}
    assert all(one.answer.reply for one in batch.answered)


def test_texts_whose_replies_are_spoken_come_in_smaller_batches() -> None:
    assert batch_size(Asking(), None) == TEXT_BATCH
    assert batch_size(Asking(replies_too=True), None) == CLIP_BATCH
