"""``make bench``: measures speed, each figure beside a peer or a limit taken in the same run.

Ratios count more than seconds, which depend on the machine. A whole corpus instead of the seed
data is measured with ``MASSIVE=PATH make bench``. ``python -m tests.benchmarks turns`` measures
only what is named.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Collection

from tests.benchmarks import (
    comparing,
    hosting,
    importing,
    normalising,
    running,
    scoring,
    trends,
    turns,
)
from tests.benchmarks.figure import Figure

BENCHMARKS = {
    module.__name__.rpartition(".")[2]: module.measure
    for module in (importing, running, hosting, normalising, scoring, comparing, trends, turns)
}


def main(wanted: Collection[str]) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"{'what':<44}{'ours':>16}{'peer or limit':>16}{'ratio':>8}  peer or limit is")
    for name in wanted or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(_line(figure), flush=True)


def _line(figure: Figure) -> str:
    ours, peer = (f"{value:,.1f} {figure.unit}" for value in (figure.ours, figure.peer))
    return (
        f"{figure.what:<44}{ours:>16}{peer:>16}{figure.ours / figure.peer:>8.2f}  {figure.peer_is}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
