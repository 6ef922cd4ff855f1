"""What a run has the processes of Ray do: load the release once, answer batch after batch."""

from __future__ import annotations

import pickle
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vernacular.assistants.contract import Assistant, Footprint
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import Manifest
from vernacular.clips.folder import ClipFolder
from vernacular.errors import ModelUnavailable
from vernacular.evaluation.answering import Asking, Batch, answer_items
from vernacular.ray_cluster import import_ray, see_own_gpus_only

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
        """Returns the outcome of a batch, packed: Ray's tables know nothing of our types."""
        number = int(row["number"])
        items, n_beginnings = import_ray().get(self._handout.begin.remote(number))
        # Done again after a machine was lost, though its outcome had arrived.
        outcome = None if items is None else self._answer(number, items, n_beginnings)
        return {"outcome": pickle.dumps(outcome)}

    def _answer(self, number: int, items: list[Reference], n_beginnings: int) -> Outcome:
        task = self._assignment
        try:
            if n_beginnings > MAX_BEGINNINGS:
                raise ModelUnavailable(
                    f"whoever answered the items {items[0].number} to {items[-1].number} died"
                    f" {MAX_BEGINNINGS} times, perhaps for want of memory: go on with 'vernacular"
                    " run resume' and fewer --actors, or give the release a smaller 'max_batch'"
                )
            if self._assistant is None:
                # Not when the process starts: a release that kills it must count as a beginning.
                self._assistant = _load(task)
            clips = ClipFolder(Path(task.clips_folder))
            batch = answer_items(self._assistant, clips, task.asking, items)
        except ModelUnavailable as error:
            problem = f"{error} (on the machine {socket.gethostname()})"
            return Outcome(number, None, Footprint(), problem)
        return Outcome(number, batch, self._assistant.footprint())


def unpack(content: bytes) -> Outcome | None:
    """Returns an outcome; None where it had arrived before."""
    outcome: Outcome | None = pickle.loads(content)  # noqa: S301 - what our own processes wrote
    return outcome


def _load(task: Assignment) -> Assistant:
    see_own_gpus_only()
    manifest = Manifest.model_validate(task.manifest)
    needed = {
        "release": task.root if manifest.stages is not None else None,
        # Without it, every item would be stored as failed, one by one.
        "clips": task.clips_folder if task.asking.by_voice else None,
    }
    for what, folder in needed.items():
        if folder is not None and not Path(folder).is_dir():
            raise ModelUnavailable(
                f"there is no folder {folder}: every machine of the cluster must find the {what}"
                " under the same path"
            )
    return load_assistant(manifest, Path(task.root), task.threads, task.withheld)
