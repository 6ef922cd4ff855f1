"""What one release costs by the measure of another, as ratios that a sentence can say."""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.reports.runs.cost import RunCost


@dataclass(frozen=True, slots=True)
class CostChange:
    """A candidate by the measure of its baseline: 2 is twice as much. None: not recorded."""

    size: float | None
    """Of its weights' files, or of its parameters where nobody recorded the files of both."""
    speed: float | None
    """Of the utterances it answers in a second; None too where the times of both are not of one
    kind, see `TimesAre`."""
    is_same_device: bool
    """Whether both ran on the same kind of device; otherwise their speeds do not compare."""
    is_same_work: bool
    """Whether both or neither replied, too; otherwise their speeds do not compare."""


def weigh_costs(baseline: RunCost, candidate: RunCost) -> CostChange:
    """Returns how much larger and faster a candidate is than its baseline."""
    size = _ratio(baseline.weights_bytes, candidate.weights_bytes)
    if size is None:
        size = _ratio(baseline.n_parameters, candidate.n_parameters)
    is_same_device = baseline.device == candidate.device
    speed = _ratio(baseline.utterances_per_second, candidate.utterances_per_second)
    is_same_work = baseline.has_replies == candidate.has_replies
    compares = is_same_device and is_same_work and baseline.times_are == candidate.times_are
    return CostChange(size, speed if compares else None, is_same_device, is_same_work)


def _ratio(baseline: float | None, candidate: float | None) -> float | None:
    return candidate / baseline if baseline and candidate is not None else None
