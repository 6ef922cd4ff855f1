"""What releases answered to one utterance: in runs, in replays, and live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from vernacular.assistants.contract import StageTrace
from vernacular.comparison.metrics import HEARING
from vernacular.evaluation.score_answers import (
    HEARD_RULES,
    TEXT_RULES,
    Hypothesis,
    score_answers,
)
from vernacular.scoring.metric_keys import (
    EXACT_MATCH,
    INTENT_ACCURACY,
    SLOT_F1,
    SLOT_VALUE_F1,
)
from vernacular.scoring.normaliser import STRICT
from vernacular.scoring.transcript_alignment import TranscriptAlignment, align
from vernacular.store.judged_items import RIGHT, JudgedAnswer
from vernacular.store.replays import StoredReplay
from vernacular.store.suites import Reference
from vernacular.store.tables import Run, Score
from vernacular.store.tables.runs import ResultStatus
from vernacular.store.tables.sessions import TurnStatus
from vernacular.store.turn_history import TurnHistory
from vernacular.store.utterance_history import AskedItem, Place, Revision, StoredAnswer

TYPED: tuple[str, ...] = (INTENT_ACCURACY, SLOT_F1, EXACT_MATCH)
UNDERSTOOD_SPEECH: tuple[str, ...] = (INTENT_ACCURACY, SLOT_VALUE_F1)

LostBy = Literal["hearing", "understanding"]
"""The stage at fault: an intent that is right when the text is given was lost by hearing."""

FAILED = "failed: "
"""What the output of a stage begins with in a trace where it failed; why is what follows."""

Origin = Literal["run", "replay", "live"]
"""Where an answer was given: in a run over a suite, in a replay of the session, or to a person."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an answer was right under one metric."""

    metric: str
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAnswer:
    """What one release returned, once."""

    origin: Origin
    release: str
    run_id: int | None
    """None where it answered a person."""
    suite: str
    item: int
    """Number of the place it answered, which may be another one than the story's."""
    answered_at: datetime | None
    """When the run was finished, or the person asked; None while a run is open."""
    answer: JudgedAnswer
    text: str
    """What its slots are spans of: what was heard, or else the text that was given."""
    given: str
    """The reference text as the suite froze it; ``answer.text_slots`` are spans of it."""
    latency_ms: float | None
    checks: tuple[Check, ...]
    """One per metric that says something of this answer; none without a score."""
    revision: int | None
    """Number of the revision it was held against."""
    alignment: TranscriptAlignment | None
    """What was said beside what was heard; None where the utterance was given as text."""
    is_right_as_text: bool | None
    """Whether the intent found in the reference text is right; None where nobody asked."""
    lost_by: LostBy | None
    """The stage that lost the intent; None where it is right, or where that is not known."""
    reply: str | None
    """None where none was asked for; runs keep none, unless they are replays."""
    trace: tuple[StageTrace, ...]
    """Every stage with its version; none where that was not kept, as in a run."""

    @property
    def is_understood(self) -> bool | None:
        """Whether nothing about it was wrong; None where it has no score."""
        return is_understood(self.checks)

    @property
    def name(self) -> str:
        """What it is chosen by among the answers of one story: the release, and where it was live
        ``RELEASE:live``, which no release can be called."""
        return f"{self.release}:live" if self.origin == "live" else self.release


def is_understood(checks: Sequence[Check]) -> bool | None:
    """Returns whether nothing was wrong; None where nothing was judged."""
    return all(one.is_right for one in checks) if checks else None


def checks_of(score: Score | None, run: Run, locale: str) -> tuple[Check, ...]:
    """Returns what a score says under the metrics that fit the run and the locale's own unit."""
    if score is None:
        return ()
    return _checks(score, locale, is_speech=run.has_transcripts, has_intents=run.has_intents)


def answer_of_run(
    stored: StoredAnswer,
    locale: str,
    places: Sequence[Place],
    revisions: Sequence[Revision],
    replayed: StoredReplay | None,
) -> ReleaseAnswer:
    """Returns what a run answered.

    Args:
        stored: the result.
        locale: of the utterance.
        places: where it stands in suites.
        revisions: all of them.
        replayed: what the same run kept beside the result, where it was a replay.
    """
    texts = {one.number: one.text for one in revisions}
    place = next(one for one in places if (one.suite, one.item) == (stored.suite, stored.item))
    given, heard = texts[place.revision], stored.answer.transcript or ""
    is_speech = stored.run.has_transcripts
    alignment = None
    if is_speech:
        reference = given if stored.revision is None else texts[stored.revision]
        alignment = align(reference, heard, locale, stored.normaliser or STRICT)
    return ReleaseAnswer(
        origin="run" if replayed is None else "replay",
        release=stored.release,
        run_id=stored.run.id,
        suite=stored.suite,
        item=stored.item,
        answered_at=stored.run.finished_at,
        answer=stored.answer,
        text=heard if is_speech else given,
        given=given,
        latency_ms=stored.latency_ms,
        checks=checks_of(stored.score, stored.run, locale),
        revision=stored.revision,
        alignment=alignment,
        is_right_as_text=_is_right_as_text(stored),
        lost_by=_lost_by(stored),
        reply=None if replayed is None else replayed.now.reply,
        trace=() if replayed is None else _trace(replayed.now.trace),
    )


def answer_of_turn(asked: AskedItem, revision: Revision, history: TurnHistory) -> ReleaseAnswer:
    """Returns what the live release answered the person, held against what she corrected it to.

    Args:
        asked: the item whose story is told.
        revision: what it expects.
        history: the turn that it comes from.
    """
    turn = history.turn
    trace = _trace(turn.trace)
    hearing = next((one for one in trace if one.stage == "asr"), None)
    has_answer = turn.status is TurnStatus.ANSWERED
    answer = JudgedAnswer(
        status=ResultStatus.ANSWERED if has_answer else ResultStatus.FAILED,
        intent=turn.intent,
        intent_confidence=turn.intent_confidence,
        slots=turn.slots or (),
        transcript=turn.text if turn.clip is not None and has_answer else None,
        error=turn.error,
        transcript_confidence=hearing.confidence if hearing else None,
        stages=_times(trace),
    )
    return _unscored(
        asked,
        revision,
        answer,
        is_speech=turn.clip is not None,
        origin="live",
        release=history.release,
        run_id=None,
        answered_at=turn.created_at,
        reply=turn.reply,
        trace=trace,
    )


def answer_of_replay(
    asked: AskedItem, revision: Revision, history: TurnHistory, stored: StoredReplay
) -> ReleaseAnswer:
    """Returns what a replay answered where it has no result of its own; arguments as above."""
    replayed = stored.now
    trace = _trace(replayed.trace)
    hearing = next((one for one in trace if one.stage == "asr"), None)
    is_speech = history.turn.clip is not None
    answer = JudgedAnswer(
        status=ResultStatus.ANSWERED if replayed.error is None else ResultStatus.FAILED,
        intent=replayed.intent,
        intent_confidence=_confidence(trace),
        slots=replayed.slots or (),
        transcript=replayed.text if is_speech and replayed.error is None else None,
        error=replayed.error,
        transcript_confidence=hearing.confidence if hearing else None,
        stages=_times(trace),
    )
    return _unscored(
        asked,
        revision,
        answer,
        is_speech=is_speech,
        origin="replay",
        release=stored.release,
        run_id=stored.run.id,
        answered_at=stored.run.finished_at,
        reply=replayed.reply,
        trace=trace,
    )


def without_reasons(one: ReleaseAnswer) -> ReleaseAnswer:
    """Returns an answer that does not say why it, or a stage of it, failed.

    That may name servers and files, and is meant for those who run releases.
    """
    trace = tuple(
        replace(stage, output=None) if (stage.output or "").startswith(FAILED) else stage
        for stage in one.trace
    )
    return replace(one, answer=replace(one.answer, error=None, text_error=None), trace=trace)


def _unscored(
    asked: AskedItem,
    revision: Revision,
    answer: JudgedAnswer,
    *,
    is_speech: bool,
    trace: tuple[StageTrace, ...],
    **known: Any,
) -> ReleaseAnswer:
    """Returns an answer that has no stored score: it is scored here as a run would score it."""
    score = _score(asked, revision, answer, is_speech=is_speech)
    heard = answer.transcript or ""
    return ReleaseAnswer(
        suite=asked.suite,
        item=asked.number,
        answer=answer,
        text=heard if is_speech else revision.text,
        given=revision.text,
        latency_ms=sum(one.latency_ms for one in trace) if trace else None,
        checks=_checks(score, asked.locale, is_speech=is_speech, has_intents=True),
        revision=revision.number,
        alignment=align(revision.text, heard, asked.locale, STRICT) if is_speech else None,
        is_right_as_text=None,
        lost_by=None,
        trace=trace,
        **known,
    )


def _score(asked: AskedItem, revision: Revision, answer: JudgedAnswer, *, is_speech: bool) -> Score:
    reference = Reference(
        asked.number, asked.locale, 0, revision.text, revision.intent, revision.slots
    )
    hypothesis = Hypothesis(
        failed=answer.status == ResultStatus.FAILED,
        intent=answer.intent,
        slots=answer.slots,
        transcript=answer.transcript,
    )
    rules = HEARD_RULES if is_speech else TEXT_RULES
    # Read and thrown away: it belongs to no score set, and nothing writes it.
    return Score(**score_answers(rules, [reference], [hypothesis], has_intents=True)[0])


def _checks(score: Score, locale: str, *, is_speech: bool, has_intents: bool) -> tuple[Check, ...]:
    keys = TYPED
    if is_speech:
        heard = tuple(metric.key for metric in HEARING if metric.is_primary(locale))
        keys = heard + (UNDERSTOOD_SPEECH if has_intents else ())
    return tuple(Check(key, bool(RIGHT[key](score))) for key in keys)


def _is_right_as_text(stored: StoredAnswer) -> bool | None:
    if stored.score is None or not stored.run.has_text_answers:
        return None
    return bool(stored.score.text_correct_intent)


def _lost_by(stored: StoredAnswer) -> LostBy | None:
    is_right_as_text = _is_right_as_text(stored)
    if is_right_as_text is None or stored.score is None:
        return None
    # A clip without an answer is no fault of either stage.
    if stored.score.failed or stored.score.correct_intent:
        return None
    return "hearing" if is_right_as_text else "understanding"


def _trace(kept: Sequence[Mapping[str, Any]] | None) -> tuple[StageTrace, ...]:
    return tuple(StageTrace(**stage) for stage in kept or ())


def _times(trace: Sequence[StageTrace]) -> tuple[tuple[str, float], ...]:
    return tuple((one.stage, one.latency_ms) for one in trace)


def _confidence(trace: Sequence[StageTrace]) -> float | None:
    """Returns how sure the stage was that had the last word on the intent."""
    said = [one.confidence for one in trace if one.stage in ("nlu", "fallback")]
    return next((one for one in reversed(said) if one is not None), None)
