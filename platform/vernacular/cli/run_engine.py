"""What ``run start`` and ``run resume`` let a person choose about where a run is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.errors import InvalidInput

if TYPE_CHECKING:
    from vernacular.assistants.load import Withheld
    from vernacular.assistants.manifest import Manifest
    from vernacular.evaluation.answering import Asking, Engine
    from vernacular.wiring import Wiring


class EngineName(StrEnum):
    """Where a run is answered."""

    LOCAL = "local"
    RAY = "ray"


EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="This process, or many processes of Ray.")
]
ThreadsOption = Annotated[
    int, typer.Option(min=1, max=64, help="CPU threads; more than the free cores is slower.")
]
ActorsOption = Annotated[
    int | None, typer.Option(min=1, help="With ray: how many processes load the release.")
]
GpusOption = Annotated[
    float | None,
    typer.Option(min=0, help="With ray: GPUs of each process; 0.5 puts two of them on one."),
]
RayAddressOption = Annotated[
    str | None,
    typer.Option(
        help="With ray: HOST:PORT of a cluster, else RAY_ADDRESS, else a Ray of this machine alone."
    ),
]


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What a person chose; what was not said is None."""

    name: EngineName
    threads: int
    n_actors: int | None
    gpus_per_actor: float | None
    ray_address: str | None

    def check(self) -> None:
        """Makes sure that the options fit together.

        Raises:
            InvalidInput: one is for another engine, or no part of a GPU.
        """
        given = {
            "--actors": self.n_actors,
            "--gpus-per-actor": self.gpus_per_actor,
            "--ray-address": self.ray_address,
        }
        for name, value in given.items():
            if self.name is not EngineName.RAY and value is not None:
                raise InvalidInput("goes with '--engine ray' alone", field=name)
        check_gpus(self.gpus_per_actor or 0.0, "--gpus-per-actor")


def check_gpus(n: float, option: str) -> None:
    """Makes sure that ``n`` GPUs can be had.

    Raises:
        InvalidInput: they cannot; Ray divides one GPU, and hands out several only as whole ones.
    """
    if n > 1 and n != int(n):
        raise InvalidInput(
            f"is a part of one GPU or a whole number of them, got {n:g}", field=option
        )


@contextmanager
def open_engine(
    choice: EngineChoice,
    wiring: Wiring,
    manifest: Manifest,
    root: Path,
    asking: Asking,
    withheld: Withheld = (),
) -> Iterator[Engine]:
    """Gives the engine that was chosen, and closes what it opened.

    Raises:
        ModelUnavailable: the release cannot be loaded.
    """
    if choice.name is EngineName.RAY:
        from vernacular.evaluation.ray_engine import Fleet, RayEngine  # noqa: PLC0415

        fleet = Fleet(
            n_actors=choice.n_actors or 1,
            gpus_per_actor=choice.gpus_per_actor or 0.0,
            threads=choice.threads,
            address=choice.ray_address,
        )
        clips = wiring.settings.clips_folder
        with closing(RayEngine(manifest, root, clips, asking, fleet, withheld)) as engine:
            yield engine
        return
    from vernacular.assistants.load import load_assistant  # noqa: PLC0415
    from vernacular.evaluation.local_engine import LocalEngine  # noqa: PLC0415

    with closing(load_assistant(manifest, root, choice.threads, withheld)) as assistant:
        yield LocalEngine(assistant, wiring.clips, asking, manifest.n_parallel)
