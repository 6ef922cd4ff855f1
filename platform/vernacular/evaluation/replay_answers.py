"""Asks a release once more what people said in whole sessions, in the order of the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from vernacular.assistants.contract import Answer, Assistant, Dialogue
from vernacular.clips.contract import Clips
from vernacular.evaluation.answering import answer_requests
from vernacular.evaluation.replay_selection import ReplayMode, is_spoken
from vernacular.live.asking import dialogue_of, hold_to_what_was_said, request_of
from vernacular.live.said import Said
from vernacular.store.live_turns import LiveTurn


@dataclass(slots=True)
class Replayed:
    """What came of some turns of one kind."""

    answers: list[tuple[LiveTurn, Answer]] = field(default_factory=list)
    busy_seconds: float = 0.0


def answer_sessions(
    assistant: Assistant,
    clips: Clips,
    sessions: Sequence[Sequence[LiveTurn]],
    mode: ReplayMode,
    kinds: Sequence[bool],
) -> dict[bool, Replayed]:
    """Returns what the assistant makes of whole sessions now, by whether turns are spoken."""
    before: dict[int, Dialogue | None] = {}
    """By session in a free replay, else by turn."""
    if mode is ReplayMode.FORCED:
        before = {id: one for session in sessions for id, one in _live_dialogues(session)}
        rounds: list[list[LiveTurn]] = [[turn for session in sessions for turn in session]]
    else:
        rounds = [[turn for turn in turns if turn] for turns in zip_longest(*sessions)]
    found = {by_voice: Replayed() for by_voice in kinds}
    for turns in rounds:
        for by_voice in kinds:
            asked = [turn for turn in turns if is_spoken(turn) == by_voice]
            requests = (
                request_of(
                    _said(turn),
                    turn.locale,
                    clips,
                    wants_speech=False,
                    dialogue=before.get(_place(turn, mode)),
                )
                for turn in asked
            )
            answers, busy_seconds = answer_requests(assistant, requests)
            found[by_voice].busy_seconds += busy_seconds
            for turn, given in zip(asked, answers, strict=True):
                answer = hold_to_what_was_said(given, _said(turn))
                found[by_voice].answers.append((turn, answer))
                if mode is ReplayMode.FREE and answer.error is None:
                    before[turn.session_id] = answer.dialogue
    return found


def _place(turn: LiveTurn, mode: ReplayMode) -> int:
    """Returns what the dialogue before a turn is kept under."""
    return turn.id if mode is ReplayMode.FORCED else turn.session_id


def _live_dialogues(session: Sequence[LiveTurn]) -> Iterator[tuple[int, Dialogue | None]]:
    """Yields for each turn of a session, by its id, what the assistant was given when it was live.

    It is what the last turn before it that was answered had established.
    """
    before: Dialogue | None = None
    for turn in session:
        yield turn.id, before
        if turn.is_answered:
            before = dialogue_of(turn.dialogue)


def _said(turn: LiveTurn) -> Said:
    return Said(turn.text) if turn.clip is None else Said(clip=turn.clip)
