"""How ``run start`` and ``run resume`` have a run answered, and what they say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vernacular.cli.output import complain, progress
from vernacular.cli.run_engine import EngineChoice, open_engine
from vernacular.errors import VernacularError

if TYPE_CHECKING:
    from vernacular.evaluation.run import Progress
    from vernacular.store.database import Store
    from vernacular.store.runs import FailureReason
    from vernacular.store.tables import Run
    from vernacular.wiring import Wiring

INTERRUPTED = 130
NOTHING_ANSWERED = 2

_LONGEST_REASON = 300
"""Characters; a server's answer may be a page."""


def answer_run(
    wiring: Wiring,
    run: Run,
    choice: EngineChoice,
    open_: Callable[[], int],
    *,
    retry_failed: bool = False,
) -> None:
    """Loads the release of a run and answers what is to be answered.

    Args:
        wiring: the store and the clips.
        run: stored, or as it would be.
        choice: where it is answered.
        open_: called when the release is loaded; returns the number of the run, stored by then.
        retry_failed: ask again for what failed.
    """
    from vernacular.evaluation.releases import check_unchanged, manifest_of  # noqa: PLC0415
    from vernacular.evaluation.run import (  # noqa: PLC0415
        asking_of,
        carry_out,
        check_clips,
        list_withheld,
        refuse_replay,
    )
    from vernacular.store.runs import count_results, find_parts  # noqa: PLC0415
    from vernacular.store.tables.runs import RunStatus  # noqa: PLC0415

    refuse_replay(run)
    store = wiring.store
    with store.reading() as db:
        release, suite = find_parts(db, run)
        _, n_failed = count_results(db, [run.id]).get(run.id, (0, 0))
    is_again = retry_failed and n_failed > 0
    if run.status == RunStatus.FINISHED and not is_again:
        none = ", and nothing in it failed" if retry_failed else ""
        print(f"run {run.id} ({release.name} over {suite.name}) is finished already{none}")
        return

    def listen(state: Progress) -> None:
        note = f"{state.n_failed:,} failed" if state.n_failed else ""
        step(state.n_done, state.n_items, note)

    run_id: int | None = run.id
    try:
        manifest = manifest_of(release)
        check_unchanged(release)
        with store.reading() as db:
            check_clips(db, run, wiring.clips, retry_failed=retry_failed)
            withheld = list_withheld(db, run, manifest)
        root = Path(release.root)
        with open_engine(choice, wiring, manifest, root, asking_of(run), withheld) as engine:
            run_id = open_()
            if retry_failed:
                print(f"run {run_id}: {n_failed:,} failed results are asked for again")
            with progress(f"run {run_id} {release.name}", "utterances") as step:
                end = carry_out(store, run_id, engine, listen, retry_failed=retry_failed)
    except KeyboardInterrupt:
        _say_interrupted(store, run_id, suite.n_items, is_again=is_again)
        raise typer.Exit(INTERRUPTED) from None
    except VernacularError:
        if run_id is not None:
            _say_open(store, run_id, suite.n_items)
        raise
    failed = f", {end.n_failed:,} failed" if end.n_failed else ""
    print(f"run {run_id}: {release.name} over {suite.name}, {end.n_done:,} results{failed}")
    if end.n_failed:
        _say_why(store, end, release.name)
    if end.n_failed == end.n_done:
        raise typer.Exit(NOTHING_ANSWERED)


def in_words(reasons: Sequence[FailureReason]) -> str:
    """Returns why results failed, a line for each of the commonest reasons."""
    lines = (f"  {one.n:,} x {one.reason:.{_LONGEST_REASON}}" for one in reasons)
    return "\n".join(("the commonest reasons:", *lines))


def _say_why(store: Store, end: Progress, release: str) -> None:
    from vernacular.store.runs import list_failure_reasons  # noqa: PLC0415

    with store.reading() as db:
        reasons = in_words(list_failure_reasons(db, end.run_id))
    if end.n_failed == end.n_done:
        complain(f"{release} answered nothing at all; {reasons}")
    else:
        complain(f"{end.n_failed:,} of {end.n_done:,} failed; {reasons}", is_warning=True)


def _say_interrupted(store: Store, run_id: int | None, n_items: int, *, is_again: bool) -> None:
    from vernacular.store.runs import count_results  # noqa: PLC0415

    if run_id is None:
        complain("interrupted before the release was loaded; there is no run yet")
        return
    with store.reading() as db:
        n_done, n_failed = count_results(db, [run_id]).get(run_id, (0, 0))
    failed = f", {n_failed:,} of them failed" if is_again else ""
    again = " --retry-failed" if is_again else ""
    complain(
        f"interrupted; {n_done:,} of {n_items:,} results are stored{failed}:"
        f" go on with 'vernacular run resume {run_id}{again}'"
    )


def _say_open(store: Store, run_id: int, n_items: int) -> None:
    """Says what may become of a run that was stopped by an error, if it is open."""
    from vernacular.store.runs import count_results, find_run  # noqa: PLC0415
    from vernacular.store.tables.runs import RunStatus  # noqa: PLC0415

    with store.reading() as db:
        run = find_run(db, run_id)
        if run.status != RunStatus.OPEN or run.abandoned_at is not None:
            return
        n_done, _ = count_results(db, [run_id]).get(run_id, (0, 0))
    complain(
        f"run {run_id} is open with {n_done:,} of {n_items:,} results:"
        f" 'vernacular run resume {run_id}' goes on, 'vernacular run abandon {run_id}' gives it up",
        is_warning=True,
    )
