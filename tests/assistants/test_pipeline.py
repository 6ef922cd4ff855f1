"""How stages are joined: what each is given, what is doubted, and what one failure leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.assistants.scripted_stages import (
    Scripted,
    ScriptedEars,
    ScriptedMind,
    ScriptedMouth,
    ScriptedVoice,
)
from vernacular.assistants.contract import Dialogue, Footprint, Request
from vernacular.assistants.pipeline import Pipeline
from vernacular.assistants.stages import Transcript, Typed, Understanding
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, ModelUnavailable


def tone(seconds: float = 1.0, loudness: float = 0.5) -> Audio:
    at = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return Audio((loudness * np.sin(2 * np.pi * 440 * at)).astype(np.float32))


def sure(intent: str, confidence: float = 0.9, *slots: Slot) -> Understanding:
    return Understanding(intent, confidence, slots)


def test_what_is_heard_is_what_is_understood_and_replied_to() -> None:
    mind = ScriptedMind(understand=lambda _: sure("alarm_set", 0.9, Slot("time", 8, 11)))
    mouth = ScriptedMouth(reply=lambda one: f"{one.intent} {dict(one.values)}")
    ears = ScriptedEars(hear=lambda _: Transcript("wake me six", 0.7))
    (answer,) = Pipeline(asr=ears, nlu=mind, reply=mouth).predict_batch(
        [Request(None, "en-US", audio=tone())]
    )
    assert mind.asked == [[Typed("wake me six", "en-US")]]
    assert (answer.transcript, answer.transcript_confidence) == ("wake me six", 0.7)
    assert answer.reply == "alarm_set {'time': 'six'}"
    assert [(s.stage, s.output, s.confidence) for s in answer.stages] == [
        ("asr", "wake me six", 0.7),
        ("nlu", "alarm_set", 0.9),
        ("reply", "alarm_set {'time': 'six'}", None),
    ]
    assert answer.latency_ms == sum(stage.latency_ms for stage in answer.stages)


def test_text_does_not_go_through_the_ears() -> None:
    ears = ScriptedEars()
    mind = ScriptedMind(understand=lambda _: sure("greet"))
    (answer,) = Pipeline(asr=ears, nlu=mind).predict_batch([Request("hello", "en-US")])
    assert ears.asked == []
    assert (answer.transcript, answer.intent) == (None, "greet")


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("w" * 100_000, "en-US"), "text: has 100,000 characters, at most 10,000"),
        (Request("hi", "en-US", audio=tone()), "either text or audio"),
        (Request(None, "en-US"), "either text or audio"),
        (Request(None, "en-US", audio=tone(0.1)), "too short"),
        (Request(None, "en-US", audio=tone(loudness=0)), "silent"),
        (Request(None, "en-US", audio=Audio(np.zeros(0, np.float32))), "too short"),
    ],
)
def test_a_request_that_cannot_be_answered_fails_alone(request_: Request, reason: str) -> None:
    pipeline = Pipeline(asr=ScriptedEars(), nlu=ScriptedMind(understand=lambda _: sure("greet")))
    bad, good = pipeline.predict_batch([request_, Request("hello", "en-US")])
    assert bad.error is not None
    assert reason in bad.error
    assert (good.error, good.intent) == (None, "greet")


def test_a_release_without_ears_says_so_to_who_speaks() -> None:
    (answer,) = Pipeline(nlu=ScriptedMind()).predict_batch([Request(None, "en-US", audio=tone())])
    assert answer.error is not None
    assert "takes text only" in answer.error


def test_what_one_clip_makes_of_the_ears_does_not_touch_its_neighbours() -> None:
    ears = ScriptedEars(
        hear=lambda one: (
            InvalidInput("no such language") if one.locale == "xx-XX" else Transcript("a")
        )
    )
    pipeline = Pipeline(asr=ears, nlu=ScriptedMind(understand=lambda _: sure("greet")))
    bad, good = pipeline.predict_batch(
        [Request(None, "xx-XX", audio=tone()), Request(None, "en-US", audio=tone())]
    )
    assert bad.error == "no such language"
    assert bad.stages[0].output == "failed: no such language"
    assert (good.transcript, good.intent) == ("a", "greet")


def test_where_no_word_was_heard_nothing_is_understood_and_nothing_failed() -> None:
    mind = ScriptedMind()
    pipeline = Pipeline(asr=ScriptedEars(), nlu=mind, reply=ScriptedMouth(reply=lambda _: "again?"))
    (answer,) = pipeline.predict_batch([Request(None, "en-US", audio=tone())])
    assert mind.asked == []
    assert (answer.error, answer.transcript, answer.intent, answer.reply) == (
        None,
        "",
        None,
        "again?",
    )


def test_only_what_the_first_mind_doubts_goes_to_the_fallback() -> None:
    first = ScriptedMind(
        understand=lambda one: sure("play", 0.2 if "?" in one.text else 0.8), version="first"
    )
    second = ScriptedMind(understand=lambda _: sure("alarm", 0.7), version="second")
    pipeline = Pipeline(nlu=first, fallback=second, min_confidence=0.5)
    clear, doubtful = pipeline.predict_batch([Request("a", "en-US"), Request("b?", "en-US")])
    assert second.asked == [[Typed("b?", "en-US")]]
    assert (clear.intent, doubtful.intent) == ("play", "alarm")
    assert [(s.stage, s.version) for s in doubtful.stages] == [
        ("nlu", "first"),
        ("fallback", "second"),
    ]


class Absent(ScriptedMind):
    def understand_batch(self, _requests, /):  # type: ignore[no-untyped-def]
        raise ModelUnavailable("timed out")


@pytest.mark.parametrize(
    "second", [ScriptedMind(understand=lambda _: ModelUnavailable("timed out")), Absent()]
)
def test_where_the_fallback_fails_who_waits_is_asked_back(second: ScriptedMind) -> None:
    first = ScriptedMind(understand=lambda _: sure("play", 0.2))
    mouth = ScriptedMouth(reply=lambda one: "what?" if one.asks_back else "done")
    pipeline = Pipeline(nlu=first, fallback=second, reply=mouth, min_confidence=0.5)
    (answer,) = pipeline.predict_batch([Request("b", "en-US")])
    assert (answer.error, answer.intent, answer.reply) == (None, "play", "what?")
    assert answer.stages[1].output == "failed: timed out"


def test_where_the_fallback_fails_in_a_run_so_does_the_item_and_not_its_score() -> None:
    first = ScriptedMind(understand=lambda _: sure("play", 0.2))
    second = ScriptedMind(understand=lambda _: ModelUnavailable("timed out"))
    request = Request("b", "en-US", wants_reply=False)
    (answer,) = Pipeline(nlu=first, fallback=second, min_confidence=0.5).predict_batch([request])
    assert answer.error == "timed out"
    with pytest.raises(ModelUnavailable, match="timed out"):
        Pipeline(nlu=first, fallback=Absent(), min_confidence=0.5).predict_batch([request])


def test_a_fallback_that_knows_nothing_leaves_the_first_answer() -> None:
    first = ScriptedMind(understand=lambda _: sure("play", 0.2))
    pipeline = Pipeline(nlu=first, fallback=ScriptedMind(), min_confidence=0.5)
    (answer,) = pipeline.predict_batch([Request("b", "en-US", wants_reply=False)])
    assert (answer.error, answer.intent, answer.intent_confidence) == (None, "play", 0.2)


@pytest.mark.parametrize(("confidence", "reply"), [(0.49, "what?"), (0.5, "done"), (None, "done")])
def test_below_the_threshold_the_assistant_asks_back(confidence: float | None, reply: str) -> None:
    mind = ScriptedMind(understand=lambda _: Understanding("play", confidence, ()))
    mouth = ScriptedMouth(reply=lambda one: "what?" if one.asks_back else "done")
    (answer,) = Pipeline(nlu=mind, reply=mouth, min_confidence=0.5).predict_batch(
        [Request("b", "en-US")]
    )
    assert answer.reply == reply
    assert answer.dialogue is not None
    assert answer.dialogue.asked_back == (reply == "what?")


def test_slots_of_earlier_turns_are_replied_to() -> None:
    mind = ScriptedMind(
        understand=lambda one: sure("alarm_set", 0.9, Slot("time", 0, len(one.text)))
    )
    mouth = ScriptedMouth(reply=lambda one: str(dict(one.values)))
    before = Dialogue("alarm_set", (("date", "tomorrow"), ("time", "five")))
    (answer,) = Pipeline(nlu=mind, reply=mouth).predict_batch(
        [Request("six", "en-US", dialogue=before)]
    )
    assert answer.reply == "{'date': 'tomorrow', 'time': 'six'}"
    assert answer.dialogue == Dialogue("alarm_set", (("date", "tomorrow"), ("time", "six")))


def test_a_reply_that_cannot_be_spoken_can_still_be_read() -> None:
    pipeline = Pipeline(
        nlu=ScriptedMind(understand=lambda _: sure("greet")),
        reply=ScriptedMouth(),
        tts=ScriptedVoice(speak=lambda _: InvalidInput("no voice for sw-KE")),
    )
    (answer,) = pipeline.predict_batch([Request("a", "sw-KE", wants_speech=True)])
    assert (answer.error, answer.reply, answer.speech) == (None, "greet?", None)
    assert answer.stages[-1].output == "failed: no voice for sw-KE"


def test_speech_is_made_only_where_it_is_wanted() -> None:
    voice = ScriptedVoice(speak=lambda _: tone())
    pipeline = Pipeline(
        nlu=ScriptedMind(understand=lambda _: sure("greet")), reply=ScriptedMouth(), tts=voice
    )
    silent, spoken = pipeline.predict_batch(
        [Request("a", "en-US"), Request("a", "en-US", wants_speech=True)]
    )
    assert silent.speech is None
    assert spoken.speech is not None
    assert [len(batch) for batch in voice.asked] == [1]


def test_a_stage_that_miscounts_is_no_stage_to_trust() -> None:
    class Miscounts(ScriptedMind):
        def understand_batch(self, requests):  # type: ignore[no-untyped-def]
            return super().understand_batch(requests)[1:]

    with pytest.raises(ModelUnavailable, match="gave 1 answers to 2 requests"):
        Pipeline(nlu=Miscounts()).predict_batch([Request("a", "en-US"), Request("b", "en-US")])


def test_stages_weigh_what_they_weigh_together_and_one_unknown_makes_the_sum_unknown() -> None:
    known = Scripted(weighs=Footprint(5, 10, "cpu", 100))
    ears = ScriptedEars(weighs=Footprint(7, 14, "cuda:0", 300))
    mind = ScriptedMind(weighs=known.weighs)
    assert Pipeline(asr=ears, nlu=mind).footprint() == Footprint(12, 24, "cpu, cuda:0", 300)
    remote = ScriptedMouth(weighs=Footprint())
    assert Pipeline(asr=ears, nlu=mind, reply=remote).footprint() == Footprint(
        None, None, "cpu, cuda:0", 300
    )


def test_closing_closes_every_stage() -> None:
    stages = {"asr": ScriptedEars(), "nlu": ScriptedMind(), "reply": ScriptedMouth()}
    Pipeline(**stages).close()  # type: ignore[arg-type]
    assert all(stage.is_closed for stage in stages.values())
