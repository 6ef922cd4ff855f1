"""The releases of one host: loaded in the background, answered for, unloaded again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from vernacular.assistants.contract import Assistant
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import Manifest
from vernacular.errors import Conflict, ModelUnavailable, NotFound, VernacularError
from vernacular.hosting.batching.batcher import Batcher
from vernacular.hosting.batching.calls import NotNow
from vernacular.hosting.batching.daemons import start_daemon
from vernacular.hosting.limits import Limits
from vernacular.hosting.metrics import HostMetrics
from vernacular.hosting.releases.memory import free_memory
from vernacular.hosting.releases.warm_up import warm_up

log = logging.getLogger(__name__)

Find = Callable[[str], tuple[Manifest, Path]]
"""Gives a release's manifest and the folder its weights start from; NotFound if there is none."""


class State(StrEnum):
    """Where a release stands."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(slots=True)
class Hosted:
    """One release of a host."""

    name: str
    manifest: Manifest | None = None
    """None where an assistant was handed over without one."""
    state: State = State.LOADING
    reason: str | None = None
    """Why it could not be loaded."""
    batcher: Batcher | None = None
    """None unless it is ready."""
    since: float = field(default_factory=time.time)
    """When it got into its state (seconds since 1970)."""

    def become(self, state: State, reason: str | None = None) -> None:
        """Notes that the release has got into a state."""
        self.state, self.reason, self.since = state, reason, time.time()


class Releases:
    """All releases of a host by name. Used from within the event loop only."""

    def __init__(
        self, find: Find, *, limits: Limits, metrics: HostMetrics, threads: int = 1
    ) -> None:
        """Starts with none; ``threads`` is how many of the CPU's each may use."""
        self._find = find
        self._limits = limits
        self._metrics = metrics
        self._threads = threads
        self._hosted: dict[str, Hosted] = {}
        # One after the other, so that no two compete for the memory that both would fit into.
        self._loading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def list_all(self) -> list[Hosted]:
        """Returns the releases that answer, load, or could not be loaded, by name."""
        return [self._hosted[name] for name in sorted(self._hosted)]

    def list_ready(self) -> list[str]:
        """Returns the names of the releases that answer."""
        return [one.name for one in self.list_all() if one.state is State.READY]

    def find_hosted(self, name: str) -> Hosted:
        """Returns the release of that name, in whatever state it is.

        Raises:
            NotFound: the host has none; with those that it has.
        """
        hosted = self._hosted.get(name)
        if hosted is None:
            loaded = ", ".join(self.list_ready()) or "none"
            raise NotFound(f"release {name!r} is not loaded here; loaded: {loaded}")
        return hosted

    def find_batcher(self, name: str) -> Batcher:
        """Returns what answers for the release.

        Raises:
            NotFound: the host does not have it.
            NotNow: it is still loading.
            ModelUnavailable: it could not be loaded.
        """
        hosted = self.find_hosted(name)
        if hosted.batcher is not None:
            return hosted.batcher
        if hosted.state is State.FAILED:
            raise ModelUnavailable(f"release {name!r} could not be loaded: {hosted.reason}")
        raise NotNow(f"release {name!r} is still loading; try again in a moment")

    async def load(self, name: str) -> asyncio.Task[None] | None:
        """Begins to load a release and returns the task, or None if it is loaded or loading.

        How it went shows in the release's state; the other releases go on answering.

        Raises:
            NotFound: no such release is registered.
            Conflict: it is registered with results from elsewhere only.
        """
        # Where releases are registered may be slow to say, and nobody should wait for that.
        manifest, root = await start_daemon(lambda: self._find(name), f"finding {name}")
        hosted = self._hosted.get(name)
        if hosted is not None and hosted.state is not State.FAILED:
            return None

        def make() -> Assistant:
            return load_assistant(manifest, root, threads=self._threads)

        return self.begin(name, make, manifest)

    def begin(
        self, name: str, make: Callable[[], Assistant], manifest: Manifest | None = None
    ) -> asyncio.Task[None]:
        """Begins to have a release made and warmed up in a thread; returns the task of it."""
        hosted = self._hosted[name] = Hosted(name, manifest)
        task = asyncio.create_task(self._load(hosted, make))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _load(self, hosted: Hosted, make: Callable[[], Assistant]) -> None:
        def load() -> Assistant:
            assistant = make()
            try:
                warm_up(assistant, hosted.manifest)
            except BaseException:
                assistant.close()
                raise
            return assistant

        assistant = None
        async with self._loading:
            try:
                assistant = await start_daemon(load, f"loading {hosted.name}")
            except Exception as error:
                reason = str(error) if isinstance(error, VernacularError) else _describe(error)
                hosted.become(State.FAILED, reason)
                log.error("release %s could not be loaded: %s", hosted.name, reason)
        if assistant is None:
            # Only now: the error itself held on to what had been loaded so far.
            free_memory()
            return
        listener = self._metrics.listener_of(hosted.name)
        hosted.batcher = Batcher(assistant, self._limits, listener)
        hosted.batcher.start()
        hosted.become(State.READY)
        log.info("release %s is ready", hosted.name)

    async def unload(self, name: str) -> None:
        """Lets go of a release: answers what it has in hand, tells those who wait, frees memory.

        Raises:
            NotFound: the host does not have it.
            Conflict: it is still loading.
        """
        hosted = self.find_hosted(name)
        if hosted.state is State.LOADING:
            raise Conflict(f"release {name!r} is still loading: unload it when that is over")
        del self._hosted[name]
        if hosted.batcher is not None:
            await hosted.batcher.stop()
        free_memory()
        log.info("release %s is unloaded", name)

    async def stop(self) -> None:
        """Stops all releases at once, each as ``unload`` does; bounded by their limits."""
        for task in self._tasks:
            task.cancel()
        batchers = [one.batcher for one in self._hosted.values() if one.batcher is not None]
        await asyncio.gather(*(batcher.stop() for batcher in batchers))

    def find_total_failure(self, names: Iterable[str]) -> str | None:
        """Returns why none of the named releases could be loaded; None if one was, or may yet."""
        reasons = []
        for name in names:
            hosted = self._hosted.get(name)
            if hosted is None or hosted.state is not State.FAILED:
                return None
            reasons.append(f"release {name!r} could not be loaded: {hosted.reason}")
        return "; ".join(reasons) or None


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
