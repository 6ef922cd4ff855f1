"""Whether a run's confidences can be believed, per locale. Shown, never gated."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from vernacular.scoring.calibration import MIN_ANSWERS, ReliabilityBin, calibrate
from vernacular.store.database import Db
from vernacular.store.labels import list_labels
from vernacular.store.runs import find_parts, find_run
from vernacular.store.scores import find_score_set
from vernacular.store.suites import count_items


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One locale. Rates are fractions; None is unknown."""

    locale: str
    n: int
    """Answers that came with a confidence from 0 to 1."""
    n_left_out: int
    """Results without one: failed, without an intent, or sure of nothing that can be read."""
    accuracy: float | None
    """The share of the ``n`` answers whose intent is right."""
    mean_confidence: float | None
    ece: float | None
    """Expected calibration error; None below the report's ``n_min``."""
    brier: float | None
    """The mean of (confidence - right)² of the answered intent; None below ``n_min``."""
    bins: tuple[ReliabilityBin, ...]
    """The points of a reliability diagram."""


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """The calibration of one run."""

    release: str
    suite: str
    run_id: int
    n_min: int
    """Answers a locale needs before its errors are shown."""
    locales: tuple[CalibrationRow, ...]
    """By tag; every locale of the suite."""


def report_calibration(db: Db, run_id: int) -> CalibrationReport:
    """Returns the calibration of a run, finished or not.

    Raises:
        NotFound: there is no such run, or it answered no intents.
    """
    run = find_run(db, run_id)
    release, suite = find_parts(db, run)
    confidences: defaultdict[str, list[float]] = defaultdict(list)
    is_right: defaultdict[str, list[bool]] = defaultdict(list)
    n_left_out: Counter[str] = Counter()
    for tag, expected, found, sure, _ in list_labels(db, run, find_score_set(db, run_id).id):
        if found is None or sure is None or not 0 <= sure <= 1:
            n_left_out[tag] += 1
            continue
        confidences[tag].append(sure)
        is_right[tag].append(found == expected)
    rows = tuple(
        _row(tag, confidences[tag], is_right[tag], n_left_out[tag])
        for tag in count_items(db, suite.id)
    )
    return CalibrationReport(release.name, suite.name, run_id, MIN_ANSWERS, rows)


def _row(
    locale: str, confidences: list[float], is_right: list[bool], n_left_out: int
) -> CalibrationRow:
    found = calibrate(confidences, is_right)
    return CalibrationRow(
        locale=locale,
        n=found.n_answers,
        n_left_out=n_left_out,
        accuracy=found.accuracy,
        mean_confidence=found.mean_confidence,
        ece=found.ece if found.is_enough else None,
        brier=found.brier if found.is_enough else None,
        bins=found.bins(),
    )
