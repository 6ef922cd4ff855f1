"""The command line: ``vernacular <noun> <verb>``; this file only puts the nouns together."""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli import (
    clips,
    compare,
    corpus,
    db,
    gate,
    golden,
    keys,
    leaderboard,
    people,
    preference,
    release,
    replay,
    replies,
    run,
    serve,
    session,
    suite,
    trend,
    utterance,
)
from vernacular.cli.output import complain
from vernacular.errors import VernacularError
from vernacular.settings import read_settings
from vernacular.wiring import Wiring

USAGE = 2
INTERNAL = 4
INTERRUPTED = 130
NO_READER = 141
"""What a shell reports of a process that SIGPIPE ended; 0 would be taken for PASS."""

app = typer.Typer(
    name="vernacular",
    help="Test and feedback platform for multilingual voice and chat assistants.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(db.app, name="db")
app.add_typer(corpus.app, name="corpus")
app.add_typer(clips.app, name="clips")
app.add_typer(suite.app, name="suite")
app.add_typer(release.app, name="release")
app.add_typer(run.app, name="run")
app.command("replay")(replay.replay)
app.add_typer(session.app, name="session")
app.command("compare")(compare.compare)
app.command("gate")(gate.gate)
app.add_typer(golden.app, name="golden")
app.command("trend")(trend.trend)
app.command("leaderboard")(leaderboard.leaderboard)
app.command("replies")(replies.replies)
app.command("utterance")(utterance.utterance)
app.add_typer(preference.app, name="preference")
app.add_typer(people.app, name="people")
app.add_typer(keys.app, name="keys")
app.add_typer(serve.app, name="serve")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"vernacular {version('vernacular')}")
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    database_url: Annotated[
        str | None,
        typer.Option(help="The store: sqlite:///FILE or postgresql://HOST/NAME."),
    ] = None,
    clips_folder: Annotated[
        Path | None, typer.Option(help="Where recordings are kept.", show_default="clips")
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Settings come from options, then VERNACULAR_* variables, then a .env file."""
    wiring = Wiring(read_settings(database_url=database_url, clips_folder=clips_folder))
    context.obj = wiring
    context.call_on_close(wiring.close)


def main() -> None:
    """Runs one command and turns what went wrong into a message and an exit code.

    1 is kept for REGRESSED alone: data and usage errors exit 2, our own faults 4.
    """
    _print_utf8()
    try:
        code = _carry_out()
    except BrokenPipeError:
        # Nobody reads the messages either (2>&1 into a pipe that was closed).
        code = _leave_pipe()
    except Exception:
        # Not even a message can be written; Python's own end would be 1.
        code = INTERNAL
    sys.exit(code)


def _carry_out() -> int:
    """Runs one command and returns its exit code."""
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except typer.TyperException as error:
        # Usage errors print the command's usage; the base class can only say what is wrong.
        if hasattr(error, "show"):
            error.show()
        else:
            complain(str(error))
        code = USAGE
    except VernacularError as error:
        complain(str(error))
        code = USAGE
    except BrokenPipeError:
        code = _leave_pipe()
    except SystemExit as error:
        # Typer ends the process with 1 when the reader has gone; uvicorn when the port is taken,
        # with 1 or 3, which here mean REGRESSED and INCONCLUSIVE.
        if isinstance(error.__context__, BrokenPipeError):
            code = _leave_pipe()
        else:
            code = USAGE if error.code else 0
    except Exception as error:
        if os.environ.get("VERNACULAR_DEBUG"):
            traceback.print_exc()
        complain(
            f"internal error: {type(error).__name__}: {error}\n"
            "This is a fault of Vernacular; VERNACULAR_DEBUG=1 shows where it happened."
        )
        code = INTERNAL
    return code if isinstance(code, int) else 0


def _print_utf8() -> None:
    """Makes texts of every script printable where the shell has no locale (cron, a container)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")


def _leave_pipe() -> int:
    """Sees to it that nothing more is written for a reader that has gone, not even at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    return NO_READER
