"""``vernacular run``: releases over suites."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import (
    JsonOption,
    harmless,
    new_table,
    print_json,
    print_report,
    print_table,
)
from vernacular.cli.run_answering import answer_run, in_words
from vernacular.cli.run_elsewhere import export, import_
from vernacular.cli.run_engine import (
    ActorsOption,
    EngineChoice,
    EngineName,
    EngineOption,
    GpusOption,
    RayAddressOption,
    ThreadsOption,
)
from vernacular.cli.run_stages import cost, faults
from vernacular.cli.run_transfer import transfer
from vernacular.cli.run_understanding import calibration, intents

app = typer.Typer(
    help="Run releases over suites; resume what was interrupted.", no_args_is_help=True
)

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
    alone: Annotated[
        bool,
        typer.Option(
            "--alone",
            help="Ask for each utterance by itself, as a live session does, so that 'run cost' and"
            " a gate have the times that a person would wait for. Takes longer.",
        ),
    ] = False,
    engine: EngineOption = EngineName.LOCAL,
    threads: ThreadsOption = 1,
    actors: ActorsOption = None,
    gpus_per_actor: GpusOption = None,
    ray_address: RayAddressOption = None,
) -> None:
    """Run a release over a suite; clips are heard. Ctrl-C stops it; 'run resume' goes on."""
    from vernacular.evaluation.plan_run import plan_run  # noqa: PLC0415
    from vernacular.evaluation.run import open_run  # noqa: PLC0415

    choice = EngineChoice(engine, threads, actors, gpus_per_actor, ray_address)
    choice.check()
    store = open_store(context)
    wanted = {"reuse": reuse, "as_text": as_text, "with_replies": with_replies, "alone": alone}
    with store.reading() as db:
        run = plan_run(db, release, suite, **wanted)
    # Opened only when the release is loaded: one that cannot be leaves no run behind.
    answer_run(context.obj, run, choice, lambda: open_run(store, release, suite, **wanted))


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
    from vernacular.store.runs import find_run  # noqa: PLC0415

    choice = EngineChoice(engine, threads, actors, gpus_per_actor, ray_address)
    choice.check()
    with open_store(context).reading() as db:
        run = find_run(db, run_id)
    answer_run(context.obj, run, choice, lambda: run_id, retry_failed=retry_failed)


@app.command()
def abandon(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="The run's number, see 'run list'.")],
) -> None:
    """Give up a run before its end: it leaves room for another, and its results stay."""
    from vernacular.evaluation.run import abandon_run  # noqa: PLC0415

    n_results = abandon_run(open_store(context), run_id)
    if n_results:
        print(
            f"run {run_id} is abandoned; its {n_results:,} results stay, and"
            f" 'vernacular run resume {run_id}' takes it up again"
        )
    else:
        print(f"run {run_id} had no result and is gone")


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
    """Show the scores of a run per locale, with 95 % intervals, worst first.

    Why results failed is told below, the commonest reasons first.
    """
    from vernacular.reports.runs.heat_map import heat_map_of_run  # noqa: PLC0415
    from vernacular.reports.runs.scores_table import render_scores  # noqa: PLC0415
    from vernacular.store.runs import find_run, list_failure_reasons  # noqa: PLC0415

    with open_store(context).reading() as db:
        found = heat_map_of_run(db, find_run(db, run_id), massive_compat=massive_compat)
        reasons = list_failure_reasons(db, run_id)
    if as_json:
        print_json({**asdict(found), "failure_reasons": [asdict(one) for one in reasons]})
    else:
        if massive_compat:
            print("slots of ja-JP, zh-CN and zh-TW as MASSIVE's own parser labels them\n")
        print_report(render_scores(found))
        if reasons:
            print(harmless(f"{found.n_failed:,} failed; {in_words(reasons)}"))


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
                one.status if one.abandoned_at is None else "abandoned",
                f"{one.n_results:,} of {one.n_items:,}",
                f"{one.n_failed:,}",
                f"{one.started_at:%Y-%m-%d %H:%M} UTC",
            )
        print_table(table)
