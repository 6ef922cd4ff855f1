"""``vernacular compare``: may the candidate replace the baseline, language by language?"""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.ending import end, write_reports
from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_report, print_table

if TYPE_CHECKING:
    from vernacular.store.database import Db


class InconclusivePolicy(StrEnum):
    """What an inconclusive comparison exits with."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    WARN = "warn"
    FAIL = "fail"


class Cut(StrEnum):
    """What a comparison is cut by."""

    DOMAIN = "domain"
    INTENT = "intent"
    DIALECT = "dialect"
    ACCENT = "accent"
    SLOT = "slot"
    LENGTH = "length"


def compare(
    context: typer.Context,
    baseline: Annotated[str, typer.Argument(help="A release, or 'accepted'.")],
    candidate: Annotated[str, typer.Argument(help="The release to be judged.")],
    suite: Annotated[
        str | None, typer.Option(help="The suite; else the one both ran last.")
    ] = None,
    locale: Annotated[
        list[str] | None, typer.Option(help="Compare only in this locale; repeat for more.")
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write a report too: .json, .xml (JUnit), .md, .html, or .csv and .jsonl for what"
            " to collect; repeat.",
        ),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show unchanged locales and every slice too.")
    ] = False,
    slices: Annotated[
        list[Cut] | None,
        typer.Option(help="Where to look: cut by this, in an exploratory table; repeat."),
    ] = None,
    noise_floor: Annotated[
        bool,
        typer.Option("--noise-floor", help="Hold the flips against two runs of one release."),
    ] = False,
    flips: Annotated[
        str | None,
        typer.Option(help="List the flipped utterances of this locale, or of 'all'."),
    ] = None,
    metric: Annotated[
        str,
        typer.Option(
            help="What flipped: intent_acc, slot_micro_f1, ex_match_acc, slot_value_f1,"
            " text_intent_acc, wer or cer."
        ),
    ] = "intent_acc",
    inconclusive: Annotated[
        InconclusivePolicy, typer.Option(help="What INCONCLUSIVE exits with: 0, 0 or 3.")
    ] = InconclusivePolicy.FAIL,
    fwer: Annotated[
        bool, typer.Option("--fwer", help="Correct by Holm: the chance of any false alarm.")
    ] = False,
    open_ended: Annotated[
        bool,
        typer.Option(
            "--open-ended",
            help="Results still arrive: call regressions by e-values, let nothing pass yet.",
        ),
    ] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the resampling.")] = None,
    resamples: Annotated[
        int | None, typer.Option(min=100, max=100_000, help="How many times to resample.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two releases on the utterances both have answered.

    Exit code: 0 PASS, 1 REGRESSED, 2 INCOMPARABLE (and usage errors), 3 INCONCLUSIVE.
    """
    from vernacular.comparison.policy import DEFAULT_POLICY, Policy  # noqa: PLC0415
    from vernacular.evaluation import compare_runs  # noqa: PLC0415
    from vernacular.evaluation.noise_floor import find_noise_floor  # noqa: PLC0415
    from vernacular.evaluation.slices import SLICE_KINDS, load_slices  # noqa: PLC0415
    from vernacular.reports.comparison.comparison_table import render_comparison  # noqa: PLC0415
    from vernacular.reports.comparison.report import build_report  # noqa: PLC0415
    from vernacular.reports.comparison.report_json import to_json  # noqa: PLC0415
    from vernacular.reports.comparison.write import require_format  # noqa: PLC0415

    files, only = output or [], locale or []
    for path in files:
        require_format(path)
    policy = Policy(
        fwer=fwer,
        open_ended=open_ended,
        seed=DEFAULT_POLICY.seed if seed is None else seed,
        n_resamples=resamples or DEFAULT_POLICY.n_resamples,
    )
    store = open_store(context)
    with store.reading() as db:
        first, second = compare_runs.find_comparable(
            db, baseline, candidate, suite, may_be_open=open_ended
        )
        if flips is not None:
            _print_flips(db, first.id, second.id, flips, metric, as_json=as_json)
            return
        comparison = compare_runs.compare(db, first, second, policy, locales=only)
        kinds = [kind for kind in SLICE_KINDS if kind in (slices or ())]
        cut = load_slices(db, first, second, kinds, policy=policy, locales=only) if kinds else ()
        floor = find_noise_floor(db, second, first) if noise_floor else None
        # Reading the flipped utterances takes a while; a terminal does not show them.
        report = (
            build_report(
                db, comparison, inconclusive=inconclusive.value, slices=cut, noise_floor=floor
            )
            if files or as_json
            else None
        )
    problems = write_reports(files, report) if report is not None else []
    if report is not None and as_json:
        print_json(to_json(report))
    else:
        print_report(
            render_comparison(comparison, show_all=show_all, slices=cut, noise_floor=floor)
        )
    end(comparison.verdict, inconclusive.value, files, problems)


def _print_flips(
    db: Db, baseline_id: int, candidate_id: int, locale: str, metric: str, *, as_json: bool
) -> None:
    from vernacular.reports.comparison.flips import list_flips  # noqa: PLC0415
    from vernacular.reports.comparison.understood import answer_line, expected_line  # noqa: PLC0415

    found = list_flips(db, baseline_id, candidate_id, None if locale == "all" else locale, metric)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = new_table("", "locale", "item", "utterance", "expected", "baseline", "candidate")
    for one in found:
        # Terminals differ in what they do with marks of direction; most would print them.
        table.add_row(
            "✗" if one.kind == "regression" else "▲",
            one.locale,
            str(one.item),
            one.text,
            expected_line(one, str),
            answer_line(one, one.baseline, str),
            answer_line(one, one.candidate, str),
        )
    print_table(table)
    n_broken = sum(one.kind == "regression" for one in found)
    print(f"{n_broken:,} broken, {len(found) - n_broken:,} fixed ({metric}, {locale})")
