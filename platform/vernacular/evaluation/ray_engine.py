"""Answers a run in many processes of Ray, on one machine or a cluster, with the same code."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vernacular.assistants.contract import Footprint
from vernacular.assistants.load import Withheld
from vernacular.assistants.manifest import Manifest
from vernacular.errors import InvalidInput, ModelUnavailable
from vernacular.evaluation.answering import Asking, Batch
from vernacular.evaluation.local_engine import batch_size
from vernacular.evaluation.ray_answerer import Answerer, Assignment, Outcome, unpack
from vernacular.evaluation.ray_handout import InHand, list_numbers
from vernacular.ray_cluster import check_room, import_ray, joined_to_ray

if TYPE_CHECKING:
    from ray.data import Dataset

    from vernacular.store.suites import Reference

BATCHES_PER_ACTOR = 4
"""In hand at once: one is answered, one waits beside it, two are on their way in or out."""

_ERROR_LINE = re.compile(r"^(?!ray\.)[\w.]*(?:Error|Exception): .+$", re.MULTILINE)
"""How a traceback ends; Ray's own wrapper is not what began it."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The processes that answer."""

    n_actors: int = 1
    gpus_per_actor: float = 0.0
    """0.5 puts two of them on one GPU; with 0 they answer on CPUs and see no GPU."""
    threads: int = 1
    """CPU threads, and the CPUs that each of them reserves."""
    address: str | None = None
    """``host:port`` of a cluster; None for ``RAY_ADDRESS``, else a Ray of this machine alone."""


class RayEngine:
    """A release on many processes.

    Ray Data moves the numbers of batches out and answers back, starts the processes and replaces
    those that die. The batches themselves are handed out from this machine, a few per process, so
    that a suite of millions needs no more memory than one of thousands.
    """

    def __init__(
        self,
        manifest: Manifest,
        root: Path,
        clips_folder: Path,
        asking: Asking,
        fleet: Fleet,
        withheld: Withheld = (),
    ) -> None:
        """Takes what to load and where; nothing is started before there is something to answer."""
        self.batch_size = batch_size(asking, manifest.n_parallel)
        self._assignment = Assignment(
            manifest=manifest.model_dump(mode="json"),
            root=os.fspath(root.absolute()),
            clips_folder=os.fspath(clips_folder.absolute()),
            asking=asking,
            threads=fleet.threads,
            withheld=tuple(withheld),
        )
        self._fleet = fleet
        self._footprint = Footprint()
        self._answering: Generator[Batch] | None = None

    def answer(self, batches: Iterable[list[Reference]]) -> Iterator[Batch]:
        """Yields the answers batch by batch, as they come.

        Raises:
            ModelUnavailable: the release as a whole gave up, its processes die, or there is no Ray.
            InvalidInput: the cluster is too small for so many processes.
        """
        self._answering = self._answer(iter(batches))
        return self._answering

    def footprint(self) -> Footprint:
        """Returns what one process weighs; the memory is that of the one that needed most."""
        return self._footprint

    def close(self) -> None:
        """Stops the processes, if they still answer."""
        if self._answering is not None:
            self._answering.close()

    def _answer(self, batches: Iterator[list[Reference]]) -> Generator[Batch]:
        first = next(batches, None)
        if first is None:
            return
        self._check_gpus()
        fleet = self._fleet
        n_cpus = max(os.cpu_count() or 1, fleet.n_actors * fleet.threads)
        with joined_to_ray(fleet.address, n_cpus):
            nodes = import_ray().nodes()
            check_room(fleet.n_actors, fleet.threads, fleet.gpus_per_actor, nodes)
            try:
                yield from self._answer_all(chain([first], batches))
            except import_ray().exceptions.RayError as error:
                raise ModelUnavailable(
                    f"Ray gave up: {_find_reason(error)}; what was answered is stored, go on with"
                    " 'vernacular run resume'"
                ) from error

    def _check_gpus(self) -> None:
        """Refuses a release that wants a GPU and would see none."""
        manifest = self._assignment.manifest
        specs = dict(manifest["stages"] or {})
        specs["fallback"] = (manifest["arbitration"] or {}).get("fallback")
        for name, spec in specs.items():
            device = (spec or {}).get("device", "cpu")
            if device.startswith("cuda") and not self._fleet.gpus_per_actor:
                raise InvalidInput(
                    f"the stage '{name}' of {manifest['release']} wants {device}, and its processes"
                    " get no GPU: say how many, or which part of one, each is to have",
                    field="--gpus-per-actor",
                )

    def _answer_all(self, batches: Iterator[list[Reference]]) -> Generator[Batch]:
        in_hand = InHand(batches, BATCHES_PER_ACTOR * self._fleet.n_actors)
        in_hand.fill_up()
        for outcome in _read_outcomes(self._plan(in_hand.handout)):
            if not in_hand.settle(outcome.number):
                continue
            if outcome.batch is None:
                raise ModelUnavailable(outcome.problem)
            self._note(outcome.footprint)
            yield outcome.batch
            in_hand.fill_up()
        if in_hand:
            raise ModelUnavailable(
                f"Ray lost {len(in_hand)} batches: go on with 'vernacular run resume'"
            )

    def _plan(self, handout: Any) -> Dataset:
        """Returns what Ray Data is to do, of which nothing is done yet."""
        from ray import data  # noqa: PLC0415 - an extra

        # It would write a page of its own where there is one line of ours to say why.
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        context = data.DataContext.get_current().copy()
        context.enable_progress_bars = False
        # A row is a batch, and a block is a row: whatever is larger would wait for the next ones.
        context.target_max_block_size = 1
        # A batch may well take longer than the half hour after which Ray Data gives up.
        context.execution_no_progress_timeout_s = -1
        with data.DataContext.current(context):
            numbers = data.from_items([{"from": "the start"}]).flat_map(
                cast("Any", list_numbers), fn_kwargs={"handout": handout}, num_cpus=0
            )
            return numbers.map(
                cast("Any", Answerer),  # typed as if functions alone could be given
                fn_constructor_args=(handout, import_ray().put(self._assignment)),
                compute=data.ActorPoolStrategy(size=self._fleet.n_actors),
                num_cpus=self._fleet.threads,
                num_gpus=self._fleet.gpus_per_actor,
            )

    def _note(self, seen: Footprint) -> None:
        peaks = [one.peak_memory_bytes or 0 for one in (self._footprint, seen)]
        self._footprint = replace(seen, peak_memory_bytes=max(peaks) or None)


def _read_outcomes(dataset: Dataset) -> Iterator[Outcome]:
    tables = dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
    for table in cast("Iterator[Any]", tables):
        for content in table["outcome"].to_pylist():
            outcome = unpack(content)
            if outcome is not None:
                yield outcome


def _find_reason(error: BaseException) -> str:
    """Returns in one line what began it, out of the tracebacks and the advice around it."""
    found = _ERROR_LINE.findall(str(error))
    return found[-1] if found else (str(error).strip() or repr(error)).splitlines()[0]
