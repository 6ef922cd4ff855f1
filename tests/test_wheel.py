"""The built wheel, installed alone: what ``pip install`` gives works away from the checkout.

The dependencies are seen through the environment of the tests, because installing them takes
minutes; this checkout's own editable installation is not.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from tests import processes

CHECKOUT = Path(__file__).parents[1]
DATA = (
    "corpus/locales.toml",
    "assistants/replies.toml",
    "collection/prompts.toml",
    "live/goals.toml",
    "reports/comparison/report.html.j2",
    "reports/comparison/report.css",
    "reports/comparison/report.js",
    "reports/comparison/report.schema.json",
    "reports/transfer/page.html.j2",
    "reports/transfer/plot.svg.j2",
    "scoring/normaliser.toml",
)


@dataclass(frozen=True)
class Installation:
    """An environment that holds the wheel."""

    wheel: Path
    folder: Path
    """Where its commands are run: outside the checkout."""
    python: Path

    @property
    def command(self) -> tuple[str, ...]:
        return (str(self.python.parent / "vernacular"),)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'vernacular.db'}"

    def run(self, *arguments: str) -> str:
        """Runs ``vernacular`` and returns what it prints."""
        done = processes.run(
            *arguments, database_url=self.url, cwd=self.folder, command=self.command
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, folder / "dist", CHECKOUT], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True)
    # A path named in a .pth file is searched, but the .pth files in it are not obeyed: the
    # dependencies are found and the editable installation is not.
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text("\n".join(sorted(paths)) + "\n")
    return Installation(wheel, folder, python)


def test_the_wheel_holds_data_migrations_and_ui_and_no_litter(installed: Installation) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    held = {name.removeprefix("vernacular/") for name in names}
    assert {*DATA, "_ui/serve.py", "_ui/look.css", "_migrations/env.py"} <= held
    assert any(name.startswith("_migrations/versions/") for name in held)
    assert any(name.startswith("_ui/i18n/") for name in held)
    for folder in ("tester_pages", "backend"):
        files = {path.name for path in (CHECKOUT / "ui" / folder).glob("*.py")}
        assert files
        assert files == {Path(name).name for name in held if name.startswith(f"_ui/{folder}/")}
    assert not any("__pycache__" in name or name.endswith((".db", ".env")) for name in names)
    assert not any(name.startswith(("tests/", "seed_data/")) for name in names)


def test_the_package_and_its_folders_are_found_in_the_installation(installed: Installation) -> None:
    script = (
        "import vernacular, vernacular.places as p;"
        "print(vernacular.__file__, p.find_folder('ui'), p.find_folder('migrations'), sep='\\n')"
    )
    done = processes.run(
        "-c", script, cwd=installed.folder, command=(str(installed.python),), PYTHONPATH=""
    )
    for place in done.stdout.splitlines():
        assert Path(place).is_relative_to(installed.folder / "environment"), done
    assert len(done.stdout.splitlines()) == 3


def test_the_commands_work_away_from_the_checkout(installed: Installation) -> None:
    assert installed.run("--version") == f"vernacular {version('vernacular')}\n"
    assert "now (it was empty)" in installed.run("db", "upgrade")
    assert "there is nobody yet" in installed.run("people", "list")


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    yield free


def test_the_ui_is_served_and_stops_when_asked(installed: Installation, port: int) -> None:
    installed.run("db", "upgrade")
    server = processes.start(
        "serve",
        "ui",
        "--port",
        str(port),
        database_url=installed.url,
        cwd=installed.folder,
        command=installed.command,
    )
    address = f"http://127.0.0.1:{port}"

    def is_healthy() -> bool:
        try:
            return httpx.get(f"{address}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        processes.wait_until(is_healthy, server, 30)
        page = httpx.get(f"{address}/sign-in", timeout=10)
        assert page.status_code == 200
        assert "<form" in page.text
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=15)
        assert "Traceback" not in err
        assert server.returncode in {0, -signal.SIGTERM}
    finally:
        server.kill()
        server.communicate()
