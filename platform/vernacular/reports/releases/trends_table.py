"""A trend on a terminal: a small column chart per locale, worst first."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.verdict import Verdict
from vernacular.reports.figures import MARKS, heading, language, percent, points, shown
from vernacular.reports.releases.trends import LeftOut, LocaleTrend, Reason, Trend

COLUMNS = "▁▂▃▄▅▆▇█"
UNSCORED = "·"
MAX_COLUMNS = 24
"""Releases in a chart; the newest ones, so that a line fits beside the figures."""
MIN_SPAN = 0.05
"""What the height of a chart stands for at least, so that noise does not look like a landslide."""
MAX_NAMED = 8

ADVICE = {
    Reason.OTHER_RULES: "'vernacular run rescore {run}' makes it comparable",
    Reason.NOT_SCORED: "",
    Reason.PARTIAL: "",
}


def render_trend(found: Trend) -> RenderableType:
    """Returns one row per locale: chart, newest rate with its interval, change since the last."""
    title = Text(f"{heading(found.metric)} over {found.suite}; percent [95 % interval]")
    if not found.releases:
        nothing = Text(f"no release was scored on {heading(found.metric)} yet", style="yellow")
        return Group(title, nothing, *map(render_left_out, found.left_out))
    parts: list[RenderableType] = [title, _axis(found), _table(found)]
    if len(found.releases) == 1:
        parts.append(Text("one release only: a change needs a second one", style="dim"))
    parts.append(_legend(found))
    return Group(*parts, *map(render_left_out, found.left_out))


def chart(rates: Sequence[float | None]) -> str:
    """Returns one column per rate, the tallest for the highest; a dot where nothing was scored."""
    known = [rate for rate in rates if rate is not None]
    if not known:
        return UNSCORED * len(rates)
    middle = (max(known) + min(known)) / 2
    span = max(max(known) - min(known), MIN_SPAN)
    steps = len(COLUMNS) - 1
    return "".join(
        UNSCORED if rate is None else COLUMNS[round((0.5 + (rate - middle) / span) * steps)]
        for rate in rates
    )


def render_left_out(one: LeftOut) -> Text:
    """Returns a line on a release that is not shown, with what would change that."""
    advice = ADVICE[one.reason].format(run=one.run_id)
    tail = f": {advice}" if advice else ""
    return Text(f"left out: {one.release} (run {one.run_id}), {one.reason}{tail}", style="magenta")


def gate_mark(verdict: str | None) -> str:
    """Returns what stands for a gate's verdict; a dot where it never looked."""
    return UNSCORED if verdict is None else MARKS[Verdict(verdict)]


def _axis(found: Trend) -> Text:
    charted = found.releases[-MAX_COLUMNS:]
    names = [one.release for one in charted]
    if len(names) > MAX_NAMED:
        names = [*names[: MAX_NAMED // 2], "...", *names[-MAX_NAMED // 2 :]]
    n_all, n_charted = len(found.releases), len(charted)
    left = f" (the newest {n_charted} of {n_all})" if n_charted < n_all else ""
    return Text(f"oldest to newest{left}: {', '.join(names)}", style="dim")


def _table(found: Trend) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=18)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("trend", no_wrap=True)
    table.add_column(found.releases[-1].release, justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    for one in found.locales:
        table.add_row(
            one.locale,
            language(one.locale),
            f"{one.newest.n:,}",
            chart([point.rate for point in one.points[-MAX_COLUMNS:]]),
            _newest(one),
            _change(found, one),
        )
    gates = [one.gate.verdict if one.gate else None for one in found.releases[-MAX_COLUMNS:]]
    if any(gates):
        table.add_row("gate", "", "", "".join(map(gate_mark, gates)), gates[-1] or "", "")
    return table


def _newest(one: LocaleTrend) -> Text:
    point = one.newest
    if point.rate is None:
        return Text("unscored", style="dim")
    if point.low is None or point.high is None:
        return Text(percent(point.rate))
    bounds = f" [{percent(point.low)}, {percent(point.high)}]"
    return Text.assemble(percent(point.rate), (bounds, "dim"))


def _change(found: Trend, one: LocaleTrend) -> Text:
    point = one.newest
    if point.delta is None:
        return Text("")
    written = points(shown(found.metric, point.delta))
    if point.overlaps:
        return Text(f"{written} ~", style="dim")
    word, style = ("worse", "red") if point.delta < 0 else ("better", "green")
    return Text(f"{written} {word}", style=style)


def _legend(found: Trend) -> Text:
    lines = [
        "change: points since the release before; ~ the intervals overlap, which tells little:"
    ]
    lines.append("'vernacular compare' tests two releases on the utterances both have answered")
    if found.is_error:
        lines.append("an error rate: less is better, a taller column is worse")
    if any(one.gate for one in found.releases):
        lines.append(
            "gate, of the whole release: ✗ regressed  ! incomparable  ? inconclusive  ✓ pass"
        )
    if found.rules is not None:
        normaliser = f", normaliser {found.rules.normaliser}" if found.rules.normaliser else ""
        lines.append(f"scorer {found.rules.scorer}{normaliser}")
    return Text("\n".join(lines), style="dim")
