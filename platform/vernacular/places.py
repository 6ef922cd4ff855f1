"""Finds what lies outside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def find_folder(name: str) -> Path:
    """Returns the folder ``ui`` or ``migrations``, whichever way Vernacular is installed.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    bundled = _PACKAGE / f"_{name}"
    checkout = _PACKAGE.parent.parent / name
    for place in (bundled, checkout):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"neither {bundled} nor {checkout} exists: reinstall vernacular")
