"""A command loads what it uses and nothing else, so that help and answers come at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "streamlit", "fastapi", "sqlalchemy", "alembic", "pandas"}
HEAVY |= {"numpy", "scipy", "plotly", "uvicorn", "httpx", "babel", "argon2"}

SCRIPT = """
import sys
from vernacular.cli.main import app
sys.argv = ["vernacular", *{arguments!r}]
try:
    app(standalone_mode=False)
except SystemExit:
    pass
print("loaded:", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


def loaded_by(*arguments: str) -> set[str]:
    """Returns the top-level modules that a command has imported by its end."""
    script = SCRIPT.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(done.stdout.splitlines()[-1].removeprefix("loaded: ").split())


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("run", "--help"), ("serve", "--help"), ("compare", "--help")],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) & HEAVY == set()


def test_a_command_on_the_store_imports_neither_models_nor_faces(sqlite_url: str) -> None:
    loaded = loaded_by("--database-url", sqlite_url, "db", "status")
    assert "sqlalchemy" in loaded
    assert loaded & {"torch", "transformers", "streamlit", "fastapi", "pandas", "plotly"} == set()
