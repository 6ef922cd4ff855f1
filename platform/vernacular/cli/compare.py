"""``vernacular compare``: may the candidate replace the baseline, language by language?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_report, print_table

if TYPE_CHECKING:
    from vernacular.corpus.utterance import Slot
    from vernacular.store.database import Db


class InconclusivePolicy(StrEnum):
    """What an inconclusive comparison exits with."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    WARN = "warn"
    FAIL = "fail"


def compare(
    context: typer.Context,
    baseline: Annotated[str, typer.Argument(help="A release, or 'accepted'.")],
    candidate: Annotated[str, typer.Argument(help="The release to be judged.")],
    suite: Annotated[
        str | None, typer.Option(help="The suite; else the one both ran last.")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show unchanged locales too.")] = False,
    flips: Annotated[
        str | None,
        typer.Option(help="List the flipped utterances of this locale, or of 'all'."),
    ] = None,
    metric: Annotated[
        str, typer.Option(help="What flipped: intent_acc, slot_micro_f1 or ex_match_acc.")
    ] = "intent_acc",
    inconclusive: Annotated[
        InconclusivePolicy, typer.Option(help="What INCONCLUSIVE exits with: 0, 0 or 3.")
    ] = InconclusivePolicy.FAIL,
    as_json: JsonOption = False,
) -> None:
    """Compare two releases on the utterances both have answered.

    Exit code: 0 PASS, 1 REGRESSED, 2 INCOMPARABLE (and usage errors), 3 INCONCLUSIVE.
    """
    from vernacular.comparison.verdict import Verdict, exit_code  # noqa: PLC0415
    from vernacular.evaluation import compare_runs  # noqa: PLC0415
    from vernacular.reports.comparison_json import to_json  # noqa: PLC0415
    from vernacular.reports.comparison_table import render_comparison  # noqa: PLC0415

    store = open_store(context)
    with store.reading() as db:
        first, second = compare_runs.find_comparable(db, baseline, candidate, suite)
        if flips is not None:
            _print_flips(db, first.id, second.id, flips, metric, as_json=as_json)
            return
        comparison = compare_runs.compare(db, first, second)
    if as_json:
        print_json(to_json(comparison, with_flips=True))
    else:
        print_report(render_comparison(comparison, show_all=show_all))
    if comparison.verdict is Verdict.INCONCLUSIVE and inconclusive is InconclusivePolicy.WARN:
        typer.echo("warning: inconclusive, let through by --inconclusive warn", err=True)
    raise typer.Exit(exit_code(comparison.verdict, inconclusive.value))


def _print_flips(
    db: Db, baseline_id: int, candidate_id: int, locale: str, metric: str, *, as_json: bool
) -> None:
    from vernacular.reports.flips import list_flips  # noqa: PLC0415

    found = list_flips(db, baseline_id, candidate_id, None if locale == "all" else locale, metric)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = new_table("", "locale", "item", "utterance", "expected", "baseline", "candidate")
    for one in found:
        table.add_row(
            "✗" if one.kind == "regression" else "▲",
            one.locale,
            str(one.item),
            one.text,
            _understood(one.text, one.expected_intent, one.expected_slots),
            _understood(one.text, one.baseline.intent or "failed", one.baseline.slots),
            _understood(one.text, one.candidate.intent or "failed", one.candidate.slots),
        )
    print_table(table)
    n_broken = sum(one.kind == "regression" for one in found)
    print(f"{n_broken:,} broken, {len(found) - n_broken:,} fixed ({metric}, {locale})")


def _understood(text: str, intent: str, slots: Sequence[Slot]) -> str:
    named = ", ".join(f"{slot.label}: {text[slot.start : slot.end]}" for slot in slots)
    return f"{intent} [{named}]" if named else intent
