"""``vernacular gate``: may this release go out? For people at a terminal and for CI."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.compare import InconclusivePolicy
from vernacular.cli.ending import end, write_reports
from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json, print_report


def gate(
    context: typer.Context,
    candidate: Annotated[str, typer.Argument(help="The release to be judged.")],
    baseline: Annotated[
        str | None, typer.Option(help="A release, or 'accepted'; else the policy's.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="The gate's policy (YAML); else every locale decides.")
    ] = None,
    suite: Annotated[
        str | None,
        typer.Option(help="The suite; else the policy's, else the one both ran last."),
    ] = None,
    inconclusive: Annotated[
        InconclusivePolicy | None,
        typer.Option(help="What INCONCLUSIVE exits with: 0, 0 or 3; else the policy's."),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o", "--output", help="Write a report too: .json, .xml (JUnit), .md or .html; repeat."
        ),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day waivers must hold, for audits."),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show every finding and unchanged locales too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a release by a policy and record the decision.

    Exit code: 0 PASS, 1 REGRESSED, 2 INCOMPARABLE (and usage errors), 3 INCONCLUSIVE, 4 a fault of
    Vernacular itself.
    """
    from vernacular.comparison.gate_policy import (  # noqa: PLC0415
        DEFAULT_GATE_POLICY,
        read_gate_policy,
    )
    from vernacular.evaluation.gate import judge_candidate, record  # noqa: PLC0415
    from vernacular.reports.comparison.gate_table import render_gate  # noqa: PLC0415
    from vernacular.reports.comparison.report import build_report  # noqa: PLC0415
    from vernacular.reports.comparison.report_json import to_json  # noqa: PLC0415
    from vernacular.reports.comparison.write import require_format  # noqa: PLC0415

    asked = DEFAULT_GATE_POLICY if policy is None else read_gate_policy(policy)
    let_through = asked.inconclusive if inconclusive is None else inconclusive.value
    files = output or []
    for path in files:
        require_format(path)
    store = open_store(context)
    with store.reading() as db:
        judged = judge_candidate(
            db,
            candidate,
            asked,
            baseline=baseline,
            suite=suite,
            today=None if today is None else today.date(),
        )
        # Reading the flipped utterances takes a while; a terminal does not show them.
        report = (
            build_report(db, judged.comparison, gate=judged.outcome, inconclusive=let_through)
            if files or as_json
            else None
        )
    with store.writing() as db:
        record(db, judged)
    problems = write_reports(files, report) if report is not None else []
    if report is not None and as_json:
        print_json(to_json(report))
    else:
        name = "the default policy (no --policy: every locale decides)"
        print_report(
            render_gate(
                judged.comparison,
                judged.outcome,
                policy=name if policy is None else str(policy),
                inconclusive=let_through,
                show_all=show_all,
            )
        )
    end(judged.outcome.verdict, let_through, files, problems)
