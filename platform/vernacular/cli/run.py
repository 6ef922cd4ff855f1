"""``vernacular run``: releases over suites."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import (
    JsonOption,
    complain,
    new_table,
    print_json,
    print_report,
    print_table,
    progress,
)
from vernacular.cli.run_elsewhere import export, import_
from vernacular.cli.run_engine import (
    ActorsOption,
    EngineChoice,
    EngineName,
    EngineOption,
    GpusOption,
    RayAddressOption,
    ThreadsOption,
    open_engine,
)
from vernacular.cli.run_stages import cost, faults
from vernacular.cli.run_transfer import transfer
from vernacular.cli.run_understanding import calibration, intents

if TYPE_CHECKING:
    from vernacular.wiring import Wiring

app = typer.Typer(
    help="Run releases over suites; resume what was interrupted.", no_args_is_help=True
)

INTERRUPTED = 130
NOTHING_ANSWERED = 2

app.command("intents")(intents)
app.command("calibration")(calibration)
app.command("cost")(cost)
app.command("faults")(faults)
app.command("transfer")(transfer)
app.command("import")(import_)
app.command("export")(export)


@app.command()
def start(
    context: typer.Context,
    release: Annotated[str, typer.Argument(help="The release.")],
    suite: Annotated[str, typer.Argument(help="The suite.")],
    reuse: Annotated[
        bool,
        typer.Option("--reuse", help="Go on with (or keep) an earlier run instead of a new one."),
    ] = False,
    as_text: Annotated[
        bool,
        typer.Option("--as-text", help="Give the reference texts of a suite that has clips."),
    ] = False,
    with_replies: Annotated[
        bool,
        typer.Option(
            "--with-replies",
            help="Ask for replies too, spoken where the release speaks, so that 'run cost' has"
            " their times.",
        ),
    ] = False,
    engine: EngineOption = EngineName.LOCAL,
    threads: ThreadsOption = 1,
    actors: ActorsOption = None,
    gpus_per_actor: GpusOption = None,
    ray_address: RayAddressOption = None,
) -> None:
    """Run a release over a suite; clips are heard. Ctrl-C stops it; 'run resume' goes on."""
    from vernacular.evaluation.run import open_run  # noqa: PLC0415

    choice = EngineChoice(engine, threads, actors, gpus_per_actor, ray_address)
    choice.check()
    store = open_store(context)
    run_id = open_run(
        store, release, suite, reuse=reuse, as_text=as_text, with_replies=with_replies
    )
    _carry_out(context.obj, run_id, choice)


@app.command()
def resume(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Ask again for what failed, after a server was down or clips were gone.",
        ),
    ] = False,
    engine: EngineOption = EngineName.LOCAL,
    threads: ThreadsOption = 1,
    actors: ActorsOption = None,
    gpus_per_actor: GpusOption = None,
    ray_address: RayAddressOption = None,
) -> None:
    """Go on with a run that was interrupted; nothing is answered twice."""
    choice = EngineChoice(engine, threads, actors, gpus_per_actor, ray_address)
    choice.check()
    store = open_store(context)
    if retry_failed:
        from vernacular.evaluation.run import retry_failed as take_back  # noqa: PLC0415

        print(f"run {run_id}: {take_back(store, run_id):,} failed results are asked for again")
    _carry_out(context.obj, run_id, choice)


def _carry_out(wiring: Wiring, run_id: int, choice: EngineChoice) -> None:
    from vernacular.evaluation.releases import check_unchanged, manifest_of  # noqa: PLC0415
    from vernacular.evaluation.run import (  # noqa: PLC0415
        Progress,
        asking_of,
        carry_out,
        check_clips,
        list_withheld,
    )
    from vernacular.store.runs import count_results, find_parts, find_run  # noqa: PLC0415
    from vernacular.store.tables.runs import RunStatus  # noqa: PLC0415

    store = wiring.store
    with store.reading() as db:
        run = find_run(db, run_id)
        release, suite = find_parts(db, run)
    if run.status == RunStatus.FINISHED:
        print(f"run {run_id} ({release.name} over {suite.name}) is finished already")
        return

    def listen(state: Progress) -> None:
        note = f"{state.n_failed:,} failed" if state.n_failed else ""
        step(state.n_done, state.n_items, note)

    try:
        check_unchanged(release)
        check_clips(store, run_id, wiring.clips)
        with store.reading() as db:
            withheld = list_withheld(db, run, manifest := manifest_of(release))
        root = Path(release.root)
        with (
            open_engine(choice, wiring, manifest, root, asking_of(run), withheld) as engine,
            progress(f"run {run_id} {release.name}", "utterances") as step,
        ):
            end = carry_out(store, run_id, engine, listen)
    except KeyboardInterrupt:
        with store.reading() as db:
            n_done, _ = count_results(db, [run_id]).get(run_id, (0, 0))
        complain(
            f"interrupted; {n_done:,} of {suite.n_items:,} results are stored:"
            f" go on with 'vernacular run resume {run_id}'"
        )
        raise typer.Exit(INTERRUPTED) from None
    failed = f", {end.n_failed:,} failed" if end.n_failed else ""
    print(f"run {run_id}: {release.name} over {suite.name}, {end.n_done:,} results{failed}")
    if end.n_failed == end.n_done:
        complain(f"{release.name} answered nothing at all; its first results say why")
        raise typer.Exit(NOTHING_ANSWERED)


@app.command()
def rescore(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
    as_frozen: Annotated[
        bool,
        typer.Option(
            "--as-frozen", help="Against the references the suite froze, not the corrected ones."
        ),
    ] = False,
    normaliser: Annotated[
        str | None,
        typer.Option(help="Text rules for what was heard, such as vernacular-norm/1-lenient."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score a run again, against corrected references or by other text rules.

    The scores it had stay; a comparison takes the newest that both of its runs share.
    """
    from vernacular.evaluation.rescore import rescore as score_again  # noqa: PLC0415
    from vernacular.scoring.normaliser import STRICT  # noqa: PLC0415

    found = score_again(
        open_store(context),
        run_id,
        newest_references=not as_frozen,
        normaliser=normaliser or STRICT,
    )
    if as_json:
        print_json(asdict(found))
        return
    rules = found.rules.normaliser or found.rules.scorer
    against = f"{found.n_corrected:,} corrected references" if found.n_corrected else "the suite"
    state = "scored again" if found.is_new else "has these scores already"
    print(f"run {run_id} {state}: {rules}, against {against}")


@app.command()
def show(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
    massive_compat: Annotated[
        bool,
        typer.Option(
            "--massive-compat",
            help="Score slots of ja and zh as MASSIVE's own parser does, to stand beside published"
            " figures.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the scores of a run per locale, with 95 % intervals, worst first."""
    from vernacular.reports.runs.heat_map import heat_map_of_run  # noqa: PLC0415
    from vernacular.reports.runs.scores_table import render_scores  # noqa: PLC0415
    from vernacular.store.runs import find_run  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = heat_map_of_run(db, find_run(db, run_id), massive_compat=massive_compat)
    if as_json:
        print_json(asdict(found))
    else:
        if massive_compat:
            print("slots of ja-JP, zh-CN and zh-TW as MASSIVE's own parser labels them\n")
        print_report(render_scores(found))


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show the newest runs and how far they have come."""
    from vernacular.store.runs import list_runs  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        runs = list_runs(db)
    if as_json:
        print_json([{name: getattr(one, name) for name in one.__slots__} for one in runs])
    elif not runs:
        print("there is no run yet: 'vernacular run start RELEASE SUITE' makes one")
    else:
        table = new_table(
            "run", "release", "suite", "status", "results", "failed", "started", right=("results",)
        )
        for one in runs:
            table.add_row(
                str(one.id),
                one.release,
                one.suite,
                one.status,
                f"{one.n_results:,} of {one.n_items:,}",
                f"{one.n_failed:,}",
                f"{one.started_at:%Y-%m-%d %H:%M} UTC",
            )
        print_table(table)
