"""A Ray of the tests' own: logical CPUs, whatever the machine has, on loopback, started once.

It stays until the tests end, since it takes seconds to start and its users are in several rooms.
"""

from __future__ import annotations

import atexit
import os
import signal
import warnings
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

from vernacular.ray_cluster import joined_to_ray

N_CPUS = 2
LISTENING = "0A"
"""As the kernel's tables say it."""
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
"""127.0.0.1 as IPv4, the same as IPv6, and ::1, as they say that."""

IGNORED = (
    # Ray leaves sockets and processes to its own end, and warns of what it will change one day.
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning:ray",
    "ignore::FutureWarning:ray",
)


@cache
def join_ray() -> str:
    """Joins this process to a Ray and returns its address."""
    joined = ExitStack()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        joined.enter_context(joined_to_ray("local", N_CPUS))
    atexit.register(joined.close)
    import ray  # noqa: PLC0415 - reads its environment on import, which the line above prepares

    address: str = ray.get_runtime_context().gcs_address
    return address


def kill_actors() -> int:
    """Kills the processes that answer for Ray Data, without a warning; returns how many."""
    victims = [pid for pid in _our_processes() if _title(pid).startswith(b"ray::MapWorker")]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    return len(victims)


def list_listening(title: str = "ray") -> set[str]:
    """Returns the addresses, as hexadecimal digits, on which our processes of Ray listen."""
    sockets = set()
    for pid in _our_processes():
        if title.encode() in _title(pid):
            for one in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):
                    sockets.add(str(one.readlink()))
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {
        row[1].partition(":")[0]
        for row in rows
        if row[3] == LISTENING and f"socket:[{row[9]}]" in sockets
    }


def _our_processes() -> list[int]:
    """Returns this process and all that it started, or that they did."""
    parents = {}
    for folder in Path("/proc").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            if folder.name.isdecimal():
                stat = (folder / "stat").read_text()
                parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _title(pid: int) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
