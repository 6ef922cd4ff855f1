"""What a model host tells Prometheus: counts, sizes and times, and nothing that anybody said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from vernacular.assistants.contract import Answer
from vernacular.hosting.batching.lanes import KINDS, Kind, Taken

if TYPE_CHECKING:
    from vernacular.hosting.releases.loading import Releases

Outcome = Literal["answered", "failed", "busy", "late", "left", "refused", "unavailable"]
"""``failed``: answered with an error of its own; ``refused``: what was sent does not fit."""

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class HostMetrics:
    """The metrics of one host, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._utterances = Counter(
            "vernacular_host_utterances",
            "Utterances by how they ended.",
            ("release", "outcome"),
            registry=self.registry,
        )
        self._batch_size = Histogram(
            "vernacular_host_batch_size",
            "Utterances handed to a release at once.",
            ("release", "kind"),
            buckets=_BATCH_SIZES,
            registry=self.registry,
        )
        self._queue_seconds = Histogram(
            "vernacular_host_queue_seconds",
            "How long an utterance waited for its batch.",
            ("release", "kind"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stage_seconds = Histogram(
            "vernacular_host_stage_seconds",
            "How long a stage took for a batch.",
            ("release", "stage"),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def watch(self, releases: Releases) -> None:
        """Shows the state and the memory of ``releases`` from now on."""
        self.registry.register(_ReleaseCollector(releases))

    def listener_of(self, release: str) -> ReleaseListener:
        """Returns who takes note of the batches of a release."""
        return ReleaseListener(release, self._batch_size, self._queue_seconds, self._stage_seconds)

    def count(self, release: str, outcome: Outcome, n_utterances: int) -> None:
        """Counts utterances that ended alike; ``release`` is one that the host knows."""
        if n_utterances:
            self._utterances.labels(release, outcome).inc(n_utterances)

    def render(self) -> bytes:
        """Returns all metrics in the text format of Prometheus."""
        return generate_latest(self.registry)


class ReleaseListener:
    """Takes note of the batches of one release."""

    def __init__(
        self, release: str, batch_size: Histogram, queue_seconds: Histogram, stages: Histogram
    ) -> None:
        self._release = release
        self._batch_size = {kind: batch_size.labels(release, kind) for kind in KINDS}
        self._queue_seconds = {kind: queue_seconds.labels(release, kind) for kind in KINDS}
        self._stages = stages

    def batch_answered(self, kind: Kind, batch: Sequence[Taken], answers: Sequence[Answer]) -> None:
        """Takes note of a batch and of what was answered."""
        self._batch_size[kind].observe(len(batch))
        for one in batch:
            self._queue_seconds[kind].observe(one.waited_seconds)
        milliseconds: dict[str, float] = defaultdict(float)
        for answer in answers:
            for trace in answer.stages:
                # Each trace holds its even share of what the stage took for the batch.
                milliseconds[trace.stage] += trace.latency_ms
        for stage, total in milliseconds.items():
            self._stages.labels(self._release, stage).observe(total / 1000)


class _ReleaseCollector(Collector):
    """Looks at the releases whenever the metrics are read."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Returns nothing: the names below clash with none of those above."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yields the gauges of all releases as they are now."""
        ready = GaugeMetricFamily(
            "vernacular_host_release_ready", "1 if the release answers.", labels=("release",)
        )
        waiting = GaugeMetricFamily(
            "vernacular_host_waiting", "Utterances that wait.", labels=("release", "kind")
        )
        weights = GaugeMetricFamily(
            "vernacular_host_release_weights_bytes",
            "The files of the release's weights.",
            labels=("release",),
        )
        peak = GaugeMetricFamily(
            "vernacular_host_release_peak_memory_bytes",
            "The most that the release's device, or this process on a CPU, has held so far.",
            labels=("release", "device"),
        )
        for one in self._releases.list_all():
            ready.add_metric((one.name,), float(one.batcher is not None))
            if one.batcher is None:
                continue
            for kind in KINDS:
                waiting.add_metric((one.name, kind), one.batcher.n_waiting(kind))
            footprint = one.batcher.footprint()
            if footprint.weights_bytes is not None:
                weights.add_metric((one.name,), footprint.weights_bytes)
            if footprint.peak_memory_bytes is not None:
                device = footprint.device or "unknown"
                peak.add_metric((one.name, device), footprint.peak_memory_bytes)
        return (ready, waiting, weights, peak)
