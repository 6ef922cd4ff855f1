"""Where the process begins: an installation that is broken must not look like a regression.

Python ends with 1 when an import fails, which a script that calls the gate would take for
REGRESSED. Nothing but the standard library is imported before that is seen to.
"""

from __future__ import annotations

import sys
import traceback

BROKEN = 4


def main() -> None:
    """Runs the command line; exits 4 where it cannot even be imported."""
    try:
        from vernacular.cli.main import main as run  # noqa: PLC0415
    except Exception as error:
        traceback.print_exc()
        sys.stderr.write(
            f"error: the installation is broken: {type(error).__name__}: {error}\n"
            "Install Vernacular again, into an environment of its own.\n"
        )
        sys.exit(BROKEN)
    run()
