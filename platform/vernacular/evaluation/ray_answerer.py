"""What a run has the processes of Ray do: load the release once, answer batch after batch."""

from __future__ import annotations

import os
import pickle
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vernacular.assistants.contract import Assistant, Footprint
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import Manifest
from vernacular.clips.folder import ClipFolder
from vernacular.errors import InvalidInput, ModelUnavailable
from vernacular.evaluation.answering import Asking, Batch, answer_items
from vernacular.ray_cluster import import_ray

if TYPE_CHECKING:
    from ray import ObjectRef

    from vernacular.store.suites import Reference

MAX_BEGINNINGS = 3
"""How often a batch is begun: Ray would start the process that it kills again for ever."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a process needs to answer as the one that runs the suite would."""

    manifest: dict[str, Any]
    root: str
    """The folder that relative weights start from, under the same path on every machine."""
    clips_folder: str
    """Likewise."""
    asking: Asking
    threads: int
    n_gpus: float
    withheld: tuple[tuple[str, str], ...]
    """(locale, text) of utterances that must not be shown to the release as examples."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one batch."""

    number: int
    batch: Batch | None
    """None where it could not be answered."""
    footprint: Footprint
    problem: str | None = None
    """Why the release as a whole gave up."""


class Answerer:
    """Loads a release once and answers the batches it is told the numbers of."""

    def __init__(self, handout: Any, assignment: ObjectRef[Assignment]) -> None:
        self._handout = handout
        self._assignment: Assignment = import_ray().get(assignment)
        self._assistant: Assistant | None = None

    def __call__(self, row: dict[str, int]) -> dict[str, Any]:
        """Returns the outcome of a batch, as bytes: Ray's tables know nothing of our types."""
        number = int(row["number"])
        items, n_beginnings = import_ray().get(self._handout.begin.remote(number))
        # Done again after a machine was lost, though its outcome had arrived.
        outcome = None if items is None else self._answer(number, items, n_beginnings)
        return {"outcome": pickle.dumps(outcome)}

    def _answer(self, number: int, items: list[Reference], n_beginnings: int) -> Outcome:
        if n_beginnings > MAX_BEGINNINGS:
            return Outcome(
                number,
                None,
                Footprint(),
                f"the processes that answered the items {items[0].number} to {items[-1].number}"
                f" died {MAX_BEGINNINGS} times, perhaps for want of memory: take fewer --actors, or"
                " a smaller 'max_batch' in the manifest, and go on with 'vernacular run resume'",
            )
        task = self._assignment
        try:
            if self._assistant is None:
                # Not when the process starts: a release that kills it must count as a beginning.
                self._assistant = _load(task)
            clips = ClipFolder(Path(task.clips_folder))
            batch = answer_items(self._assistant, clips, task.asking, items)
        except (ModelUnavailable, InvalidInput) as error:
            return Outcome(
                number, None, Footprint(), f"{error} (on the machine {socket.gethostname()})"
            )
        return Outcome(number, batch, self._assistant.footprint())


def _load(task: Assignment) -> Assistant:
    if not task.n_gpus:
        # Ray leaves all GPUs in sight of a process that reserved none of them.
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    for what, folder in (("the release", task.root), ("the clips", task.clips_folder)):
        is_needed = what == "the release" or task.asking.by_voice
        if is_needed and not Path(folder).is_dir():
            raise ModelUnavailable(
                f"there is no folder {folder}: every machine of the cluster must find {what} under"
                " this path"
            )
    manifest = Manifest.model_validate(task.manifest)
    return load_assistant(manifest, Path(task.root), task.threads, task.withheld)
