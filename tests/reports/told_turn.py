"""A spoken turn that was held live, corrected, judged and replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import select

from tests.evaluation.session_situations import SWAHILI, Talk, prepare_release
from tests.evaluation.voice_situations import add_voice_release, clip_of, number_of
from vernacular.assistants.contract import Answer, Footprint, Request, StageTrace
from vernacular.clips.audio import Audio
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.replay import carry_out, open_replay
from vernacular.evaluation.replay_selection import ReplayMode, select_sessions
from vernacular.live.judgments import ReplyJudgment, record_judgment
from vernacular.store.database import Store
from vernacular.store.tables import Run, Suite

SAID, HEARD = "niamshe saa tatu", "niamshe saa nane"
TIME = (Slot("time", 8, 16),)
LIVE = (
    StageTrace("asr", "ears/1", 400.0, 0.62, HEARD),
    StageTrace("nlu", "pocket/1", 7.5, 0.91, "alarm_set"),
    StageTrace("reply", "templates/1", 0.5, None, "Kengele imewekwa."),
    StageTrace("tts", "espeak/1", 80.0),
)
SPEECH = Audio(0.3 * np.sin(np.arange(16_000, dtype=np.float32) / 9))


@dataclass
class Hearer:
    """A release that hears the tone of number 1 as ``heard``, and any other as a greeting."""

    heard: str
    intent: str = "alarm_set"

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        return [self.answer(request) for request in requests]

    def answer(self, request: Request) -> Answer:
        assert request.audio is not None, "all of it was spoken"
        is_alarm = number_of(request.audio) == 1
        heard = self.heard if is_alarm else "habari yako"
        intent = self.intent if is_alarm else "general_greet"
        reply = f"{intent}!"
        return Answer(
            intent=intent,
            slots=TIME if intent == "alarm_set" else (),
            transcript=heard,
            transcript_confidence=0.8,
            reply=reply,
            stages=(
                StageTrace("asr", "ears/2", 300.0, 0.8, heard),
                StageTrace("nlu", "pocket/2", 5.0, 0.9, intent),
                StageTrace("reply", "templates/2", 1.0, None, reply),
            ),
            latency_ms=306.0,
        )

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


@dataclass(frozen=True)
class ToldTurn:
    """Where the turn is found."""

    suite: str
    """Frozen by the replays."""
    item: int
    """The turn's number there."""
    turn_id: int
    person_id: int
    clips: ClipFolder


def tell_turn(store: Store, folder: Path, login: str = "amina") -> ToldTurn:
    """Lets a person speak with ``pocket-1``, and three others answer the same.

    ``early`` was replayed before the turn was corrected; ``newer`` hears it rightly, ``worse``
    hears it rightly too and takes it for music.
    """
    person_id = prepare_release(store, login)
    for name in ("early", "newer", "worse"):
        add_voice_release(store, name)
    talk = Talk(store, folder, person_id, SWAHILI)
    turn = talk.speak(
        clip_of(1),
        HEARD,
        "alarm_set",
        slots=TIME,
        intent_confidence=0.91,
        reply="Kengele imewekwa.",
        stages=LIVE,
        speech=SPEECH,
    )
    other = talk.speak(clip_of(2), "habari yako")
    talk.correct(other, "general_greet")
    _replay(store, talk, "early", Hearer("la la", "play_music"))
    talk.correct(turn, "alarm_set", TIME)
    talk.correct(turn, "alarm_set", TIME, SAID)
    with store.writing() as db:
        record_judgment(db, turn.id, person_id, 4, ["too_slow"], "")
        reply = ReplyJudgment(would_offend=False, is_understandable=True)
        record_judgment(db, turn.id, person_id, 2, ["wrong_slots"], "I said three.", reply)
    _replay(store, talk, "newer", Hearer(SAID))
    _replay(store, talk, "worse", Hearer(SAID, "play_music"))
    with store.reading() as db:
        suite = db.scalars(
            select(Suite.name).join(Run, Run.suite_id == Suite.id).order_by(Run.id.desc()).limit(1)
        ).one()
    # The other turn was corrected before this one, so that it comes first.
    return ToldTurn(suite, 2, turn.id, person_id, talk.clips)


def _replay(store: Store, talk: Talk, release: str, assistant: Hearer) -> None:
    with store.reading() as db:
        selection = select_sessions(db)
    opened = open_replay(store, release, selection, ReplayMode.FORCED)
    carry_out(store, talk.clips, assistant, selection, opened, lambda _: None)
