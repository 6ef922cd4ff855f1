"""The platform as it is served: a seeded store, a model host and the UI, each a real process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from tests.evaluation.situations import text_engine
from vernacular.assistants.load import load_assistant
from vernacular.collection.import_corpus import import_massive
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.people.accounts import add_person
from vernacular.people.keys import create_key
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.releases import accept_release

SEED = Path(__file__).parents[2] / "seed_data"
LOCALES = ("ar-SA", "da-DK", "en-US")
RELEASES = ("pocket-1", "pocket-2")
HEARING = "pocket-voice-2"
SPEAKING = "pocket-voice-2-aloud"
"""Releases that hear, the second one with a voice; they answer live and have no run."""
PASSWORD = "a quiet morning 7"
START_SECONDS = 90


def seed(store: Store, folder: Path) -> str:
    """Fills a store as an operator would; returns an API key."""
    upgrade(store)
    for _ in import_massive(store, SEED / "massive" / "massive-1.1-test.tar.xz", locales=LOCALES):
        pass
    with store.writing() as db:
        freeze(db, "small", select_utterances(db, source="massive-1.1", per_locale=120))
        # First, so that the newest ones, which pages begin with, are those that have runs.
        add_release(db, SEED / "pocket_ears" / f"{HEARING}.yaml")
        add_release(db, _write_speaking(folder))
        releases = [add_release(db, SEED / "pocket" / f"{name}.yaml")[0] for name in RELEASES]
        accept_release(db, RELEASES[0])
        add_person(db, "sam", "Sam", PASSWORD, locales=["en-US"])
        add_person(db, "layla", "Layla", PASSWORD, locales=["ar-SA"], ui_language="ar")
        add_person(db, "ida", "Ida", PASSWORD, role="engineer", locales=["en-US"])
        key, _ = create_key(db, "e2e", ["feedback:write", "feedback:read"])
    for release in releases:
        assistant = load_assistant(manifest_of(release), Path(release.root))
        carry_out(
            store, open_run(store, release.name, "small"), text_engine(assistant), lambda _: None
        )
        assistant.close()
    return key


def _write_speaking(folder: Path) -> Path:
    """Writes the manifest of the release that speaks: the one that hears, and espeak-ng."""
    hearing = SEED / "pocket_ears" / f"{HEARING}.yaml"
    manifest = yaml.safe_load(hearing.read_text("utf-8"))
    manifest["release"] = SPEAKING
    manifest["stages"]["tts"] = {"engine": "espeak"}
    for stage in ("asr", "nlu"):
        weights = hearing.parent / manifest["stages"][stage]["weights"]
        manifest["stages"][stage]["weights"] = str(weights.resolve())
    path = folder / f"{SPEAKING}.yaml"
    path.write_text(yaml.safe_dump(manifest), "utf-8")
    return path


def free_port() -> int:
    """Returns a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A platform that answers."""

    store: Store
    url: str
    api_key: str
    host_port: int
    host: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path
    clips: Path
    ui_port: int
    ui: subprocess.Popen[bytes]

    def stop_ui(self) -> None:
        """Kills the server of the pages as a crash would."""
        self.ui.kill()
        self.ui.wait()

    def start_ui(self) -> None:
        """Starts the server of the pages and waits until it answers."""
        arguments = ["serve", "ui", "--port", str(self.ui_port)]
        self.ui = start(arguments, self.environment, self.log)
        wait_for(f"{self.url}/readyz", self.ui, self.log)

    def stop_host(self) -> None:
        """Kills the model host as a crash would."""
        self.host.kill()
        self.host.wait()

    def start_host(self) -> None:
        """Starts the model host and waits until its releases are loaded."""
        chosen = [part for name in (*RELEASES, HEARING, SPEAKING) for part in ("--release", name)]
        arguments = ["serve", "host", *chosen, "--port", str(self.host_port)]
        self.host = start(arguments, self.environment, self.log)
        wait_for(f"http://127.0.0.1:{self.host_port}/readyz", self.host, self.log)


def start(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Starts a ``vernacular`` command that stays."""
    command = [sys.executable, "-m", "vernacular.cli", *arguments]
    with log.open("ab") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until ``url`` answers, and says what the process printed if it does not."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise AssertionError(f"{url} does not answer:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def stopped_host(served: Served) -> Iterator[None]:
    """Lets the model host hang: it takes connections and answers nobody."""
    served.host.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        served.host.send_signal(signal.SIGCONT)


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serves a seeded platform on free ports of this machine."""
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    api_key = seed(store, folder)
    ui_port, host_port = free_port(), free_port()
    environment = dict(os.environ)
    environment["VERNACULAR_DATABASE_URL"] = store.url
    environment["VERNACULAR_HOST_URL"] = f"http://127.0.0.1:{host_port}"
    environment["VERNACULAR_CLIPS_FOLDER"] = str(folder / "clips")
    log = folder / "served.log"
    ui = start(["serve", "ui", "--port", str(ui_port)], environment, log)
    url = f"http://127.0.0.1:{ui_port}"
    served = Served(
        store,
        url,
        api_key,
        host_port,
        host=ui,
        environment=environment,
        log=log,
        clips=folder / "clips",
        ui_port=ui_port,
        ui=ui,
    )
    try:
        served.start_host()
        wait_for(f"{url}/readyz", ui, log)
        yield served
    finally:
        for process in (served.ui, served.host):
            process.send_signal(signal.SIGTERM)
        for process in (served.ui, served.host):
            process.wait(timeout=20)
        store.close()
