"""What must hold of the repository as a whole."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.metadata import packages_distributions
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
MAX_FILE_BYTES = 15 * 2**20
MAX_SEED_BYTES = 60 * 2**20
PACKAGE = CHECKOUT / "platform" / "vernacular"
UI, MIGRATIONS = CHECKOUT / "ui", CHECKOUT / "migrations"
ENGINES = PACKAGE / "assistants" / "engines"


def tracked() -> list[Path]:
    """Returns the files in git that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    paths = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def imported_by(file: Path) -> Iterator[str]:
    """Returns the top-level names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def third_party(files: Iterable[Path]) -> dict[str, str]:
    """Returns the names from elsewhere that the files import, each with one such file."""
    own = {"vernacular", *(path.stem for path in UI.iterdir())}
    return {
        name: str(file.relative_to(CHECKOUT))
        for file in files
        for name in imported_by(file)
        if name not in own and name not in sys.stdlib_module_names
    }


def declared(*extras: str) -> set[str]:
    """Returns the distributions that pyproject asks for, spelt as package indexes compare them."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {spelt(re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0]) for one in wanted}


def spelt(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def undeclared(names: dict[str, str], allowed: set[str]) -> dict[str, str]:
    providers = packages_distributions()
    return {
        name: file
        for name, file in names.items()
        if not {spelt(one) for one in providers.get(name, [name])} & allowed
    }


def test_platform_stays_a_plain_folder() -> None:
    """With an ``__init__.py`` it would hide the standard module ``platform``."""
    assert not (CHECKOUT / "platform" / "__init__.py").exists()
    assert not (CHECKOUT / "platform" / "__init__.pyi").exists()


def test_no_file_is_too_large_to_clone() -> None:
    large = {path.name: path.stat().st_size for path in tracked()}
    assert len(large) > 100
    assert {name: size for name, size in large.items() if size > MAX_FILE_BYTES} == {}


def test_the_seed_data_stay_small() -> None:
    seed = [path for path in tracked() if path.is_relative_to(CHECKOUT / "seed_data")]
    assert seed
    assert sum(path.stat().st_size for path in seed) < MAX_SEED_BYTES


def test_every_import_is_declared() -> None:
    files = [file for folder in (PACKAGE, UI, MIGRATIONS) for file in folder.rglob("*.py")]
    names = third_party(file for file in files if not file.is_relative_to(ENGINES))
    assert {"sqlalchemy", "streamlit", "alembic"} <= names.keys()
    # Ray is an extra, which is imported where it is asked for alone (tests/evaluation has one
    # test without it).
    assert undeclared(names, declared("ray")) == {}


def test_the_engines_import_what_the_models_extra_installs() -> None:
    names = third_party(ENGINES.rglob("*.py"))
    assert {"torch", "transformers"} <= names.keys()
    assert undeclared(names, declared("models")) == {}


def test_data_files_lie_inside_the_package() -> None:
    for package, name in (
        ("vernacular.corpus", "locales.toml"),
        ("vernacular.assistants", "replies.toml"),
    ):
        assert resources.files(package).joinpath(name).is_file()


def test_no_module_of_the_ui_has_the_name_of_a_command() -> None:
    # Streamlit puts the folder of whoever started it, the commands', before the UI's on the module
    # path, so that a page would import the command instead. No page imports `serve`.
    commands = {path.stem for path in (PACKAGE / "cli").glob("*.py")}
    assert commands & {path.stem for path in UI.glob("*.py")} <= {"serve"}
