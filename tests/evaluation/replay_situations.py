"""Replays of two sessions, and a release that they are put to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.evaluation.session_situations import (
    HINDI,
    SWAHILI,
    Talk,
    established,
    prepare_release,
)
from tests.evaluation.voice_situations import add_voice_release, clip_of, number_of
from vernacular.assistants.contract import Answer, Footprint, Request
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.replay import OpenedReplay, ReplayProgress, carry_out, open_replay
from vernacular.evaluation.replay_selection import (
    ReplayMode,
    ReplaySelection,
    as_stopped,
    select_sessions,
)
from vernacular.reports.replay.replay import ReplayReport, report_replay
from vernacular.store.database import Store

SAA_TATU = (Slot("time", 8, 16),)


@dataclass
class Newer:
    """A release that understands what begins with ``niamshe``, hears tones by their number, and
    carries a count of its own through a conversation."""

    asked: list[Request] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    fails_at: Callable[[Request], bool] = lambda _request: False

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.batches.append(len(requests))
        return [self.answer(request) for request in requests]

    def answer(self, request: Request) -> Answer:
        if self.fails_at(request):
            return Answer(error="out of order")
        self.asked.append(request)
        heard = None
        if request.audio is not None:
            heard = "habari yako" if number_of(request.audio) % 2 == 0 else "niamshe saa tatu"
        text = request.text or heard or ""
        is_alarm = text.startswith("niamshe")
        return Answer(
            intent="alarm_set" if is_alarm else "general_greet",
            slots=SAA_TATU if is_alarm else (),
            transcript=heard,
            reply=f"newer: {text}",
            dialogue=established(f"after {text}"),
        )

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


def choose(store: Store, **filters: object) -> ReplaySelection:
    with store.reading() as db:
        return select_sessions(db, **filters)  # type: ignore[arg-type]


def replay(
    store: Store,
    folder: Path,
    release: str,
    assistant: object,
    mode: ReplayMode = ReplayMode.FORCED,
    *,
    again: bool = False,
) -> OpenedReplay:
    """Replays all sessions, as the command does: one that was stopped is gone on with."""
    selection = choose(store)
    with store.reading() as db:
        selection = as_stopped(db, release, selection, mode)
    opened = open_replay(store, release, selection, mode, again=again)
    go_on(store, folder, selection, opened, assistant)
    return opened


def go_on(
    store: Store,
    folder: Path,
    selection: ReplaySelection,
    opened: OpenedReplay,
    assistant: object,
) -> ReplayProgress:
    clips = ClipFolder(folder)
    return carry_out(store, clips, assistant, selection, opened, lambda _: None)  # type: ignore[arg-type]


def report(store: Store, opened: OpenedReplay) -> ReplayReport:
    with store.reading() as db:
        run_ids = list(opened.run_ids.values())
        return report_replay(db, run_ids, opened.n_left_out, opened.n_inaudible)


def suite_names(store: Store, opened: OpenedReplay) -> list[str]:
    return [run.suite for run in report(store, opened).runs]


def hold_talks(store: Store, folder: Path) -> list[Talk]:
    """Two sessions, typed and spoken turns in both, and two turns corrected in each."""
    add_voice_release(store, "newer")
    held = []
    person = prepare_release(store)
    for locale in (SWAHILI, HINDI):
        talk = Talk(store, folder, person, locale)
        first = talk.type("niamshe saa tatu", reply="older", dialogue=established("live 1"))
        talk.type("sijui", dialogue=established("live 2"))
        third = talk.speak(clip_of(2), heard="habari gani", dialogue=established("live 3"))
        talk.fail("sawa")
        talk.type("niamshe saa tatu tena", dialogue=established("live 5"))
        talk.correct(first, "alarm_set", SAA_TATU)
        talk.correct(third, "general_greet", text="habari yako")
        held.append(talk)
    return held
