"""Our UI, a plain Streamlit chat and Gradio's, each a real process in front of one model host."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.importing import SEED
from tests.benchmarks.turns_noop import RELEASE
from tests.e2e.platform import PASSWORD, free_port, wait_for
from vernacular.evaluation.releases import add_release
from vernacular.people.accounts import add_person
from vernacular.people.sign_in import record_sign_in
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

HERE = Path(__file__).parent
PINS = HERE / "turns_gradio.txt"
GRADIO = HERE.parents[1] / ".venv-bench"
"""Gradio's environment, made on demand."""


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses of the three, and the sign-in of each tester of ours."""

    urls: dict[str, str]
    """Of ``ours``, ``streamlit`` and ``gradio``."""
    tokens: list[str]


@contextmanager
def serving(folder: Path, n_people: int) -> Iterator[Served]:
    """Runs all of them until the block ends; so many testers are signed in to ours."""
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    tokens = seed(store, n_people)
    ports = {name: free_port() for name in ("host", "ours", "streamlit", "gradio")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    environment = {
        **os.environ,
        "VERNACULAR_DATABASE_URL": store.url,
        "VERNACULAR_HOST_URL": urls["host"],
        "NOOP_HOST_URL": urls["host"],
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    commands = {
        "host": [sys.executable, "-m", "tests.benchmarks.turns_noop", str(ports["host"])],
        "ours": [
            *(sys.executable, "-m", "vernacular.cli"),
            *("serve", "ui", "--port", str(ports["ours"])),
        ],
        # As installed, except that it opens no browser and tells nobody that it is used.
        "streamlit": [
            *(sys.executable, "-m", "streamlit", "run", str(HERE / "turns_streamlit.py")),
            *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
            *("--server.address", "127.0.0.1", "--server.port", str(ports["streamlit"])),
        ],
        "gradio": [str(find_gradio()), str(HERE / "turns_gradio.py"), str(ports["gradio"])],
    }
    with ExitStack() as stack:
        stack.callback(store.close)
        for name, command in commands.items():
            log = folder / f"{name}.log"
            stack.enter_context(running(command, urls[name], environment, log))
        yield Served({name: url for name, url in urls.items() if name != "host"}, tokens)


def seed(store: Store, n_people: int) -> list[str]:
    """Fills a store with a release to talk to and testers; returns their sign-ins."""
    upgrade(store)
    with store.writing() as db:
        add_release(db, SEED.parents[1] / "pocket" / f"{RELEASE}.yaml")
        people = [
            add_person(db, f"tester{number}", f"Tester {number}", PASSWORD, locales=["en-US"])
            for number in range(n_people)
        ]
        return [record_sign_in(db, person, PASSWORD, days=1)[0] for person in people]


def find_gradio() -> Path:
    """Returns the interpreter that has Gradio, once it is installed as pinned."""
    python, made = GRADIO / "bin" / "python", GRADIO / ".made"
    pins = PINS.read_text("utf-8")
    if not made.exists() or made.read_text("utf-8") != pins:
        venv.create(GRADIO, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "-r", PINS], check=True)
        made.write_text(pins, encoding="utf-8")
    return python


@contextmanager
def running(command: list[str], url: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Runs a server until the block ends, and waits at the beginning until it answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        wait_for(url, process, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
