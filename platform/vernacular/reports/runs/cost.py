"""What runs cost beside how good they were, so that a smaller release can be weighed up."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from vernacular.comparison.gate_facts import summarise_latencies
from vernacular.comparison.metrics import METRICS
from vernacular.evaluation.releases import is_imported
from vernacular.store.database import Db
from vernacular.store.latencies import (
    STAGES,
    count_answers,
    list_latencies,
    list_stage_latencies,
    sum_audio_seconds,
)
from vernacular.store.runs import count_results, find_parts, find_run
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.tables import Release, Run

WHOLE = "whole"
"""In place of a stage's name: all stages of an answer together."""


class TimesAre(enum.StrEnum):
    """What the times of a run's answers are."""

    BATCH_SHARES = "batch_shares"
    """Per utterance, as its batch took: the time of the batch divided by its utterances."""
    ALONE = "alone"
    """Of each utterance asked by itself: what a person waits for whom nobody is answered beside."""
    AS_REPORTED = "as_reported"
    """Of answers made elsewhere: whatever those who made them measured."""


@dataclass(frozen=True, slots=True)
class StageCost:
    """How long one stage takes per utterance, see `TimesAre`."""

    stage: str
    """``asr``, ``nlu``, ``reply``, ``tts`` or ``whole``."""
    n: int
    """Answers that recorded it."""
    n_times: int
    """How many different times these are: answers of one batch share theirs, so that in a run of
    one batch p50 and p95 are the same."""
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The plain mean of a metric over the locales of a run, and its worst locale."""

    metric: str
    mean: float
    worst: float
    worst_locale: str


@dataclass(frozen=True, slots=True)
class RunCost:
    """One run. None: not recorded, as of runs made elsewhere or before costs were kept."""

    run_id: int
    release: str
    suite: str
    device: str | None
    n_parameters: int | None
    weights_bytes: int | None
    """The files of its weights."""
    peak_memory_bytes: int | None
    """Of the device, or on a CPU of the whole process."""
    n_results: int
    answering_seconds: float | None
    """How long the release was busy with the clips or texts of the suite, added up over processes;
    what it was asked about reference texts beside clips is not counted."""
    utterances_per_second: float | None
    seconds_heard_per_second: float | None
    """How many seconds of speech it gets through in one; the inverse of the real-time factor."""
    times_are: TimesAre
    """What the times of its stages are."""
    has_replies: bool
    """Whether replies were asked for too; their time is in the whole and in the two rates."""
    stages: tuple[StageCost, ...]
    quality: tuple[Quality, ...]


def report_costs(db: Db, run_ids: Sequence[int]) -> tuple[RunCost, ...]:
    """Returns what the runs cost, in the order asked for.

    Raises:
        NotFound: there is no such run.
    """
    return tuple(_cost(db, find_run(db, run_id)) for run_id in run_ids)


def list_stages(found: Sequence[RunCost]) -> tuple[str, ...]:
    """Returns the stages that any of the runs timed, in the order they come, and the whole last."""
    timed = {stage.stage for one in found for stage in one.stages}
    return tuple(stage for stage in (*STAGES, WHOLE) if stage in timed)


def _cost(db: Db, run: Run) -> RunCost:
    release, suite = find_parts(db, run)
    n_results, _ = count_results(db, [run.id]).get(run.id, (0, 0))
    busy = run.answering_seconds
    heard = sum_audio_seconds(db, suite.id) if run.has_transcripts else None
    # The clips of an unfinished run were not all heard.
    is_whole = n_results == suite.n_items
    return RunCost(
        run_id=run.id,
        release=release.name,
        suite=suite.name,
        device=run.device,
        n_parameters=run.n_parameters,
        weights_bytes=run.weights_bytes,
        peak_memory_bytes=run.peak_memory_bytes,
        n_results=n_results,
        answering_seconds=busy,
        utterances_per_second=n_results / busy if busy else None,
        seconds_heard_per_second=heard / busy if busy and heard and is_whole else None,
        times_are=_times_are(run, release),
        has_replies=run.has_replies,
        stages=_stages(db, run.id),
        quality=_quality(db, run.id),
    )


def _times_are(run: Run, release: Release) -> TimesAre:
    if is_imported(release):
        return TimesAre.AS_REPORTED
    return TimesAre.ALONE if run.asked_alone else TimesAre.BATCH_SHARES


def _stages(db: Db, run_id: int) -> tuple[StageCost, ...]:
    n_answers = count_answers(db, run_id)
    found = []
    by_stage = {**list_stage_latencies(db, run_id), WHOLE: list_latencies(db, run_id)}
    for stage, took_ms in by_stage.items():
        summary = summarise_latencies(took_ms, n_answers)
        if summary is not None:
            n_times = len(set(took_ms))
            found.append(StageCost(stage, summary.n, n_times, summary.p50_ms, summary.p95_ms))
    return tuple(found)


def _quality(db: Db, run_id: int) -> tuple[Quality, ...]:
    sums = list_sums(db, find_score_set(db, run_id).id)
    found = []
    for metric in METRICS:
        # The worst is the largest of an error rate and the smallest of everything else.
        rates = [
            (one.sums.x / one.sums.y, one.locale)
            for one in sums
            if one.metric == metric.key and one.sums.y and metric.is_primary(one.locale)
        ]
        if rates:
            worst = max(rates) if metric.is_error else min(rates)
            mean = sum(rate for rate, _ in rates) / len(rates)
            found.append(Quality(metric.key, mean, *worst))
    return tuple(found)
