"""The ranking of releases on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.reports.figures import heading, language, percent
from vernacular.reports.releases.leaderboard import Leaderboard, LocaleRate, RankedRelease, Standing
from vernacular.reports.releases.trends_table import render_left_out

MAX_NAMED = 12

WHY_RANGES = (
    "a place is a range where intervals overlap: 'vernacular compare' tells two releases apart on"
    " the utterances both have answered\n"
    "mean over locales [mean of lower bounds, mean of upper bounds], at least 95 %: utterances are"
    " translations of each other, and sums cannot say by how much their errors go together"
)


def render_leaderboard(found: Leaderboard, *, with_locales: bool = False) -> RenderableType:
    """Returns the releases, the best first; with a table per metric of all locales if asked."""
    title = Text(f"{found.suite}, ranked by {heading(found.ranked_by)}; percent")
    if not found.releases:
        nothing = Text("no release can be ranked yet", style="yellow")
        return Group(title, nothing, *map(render_left_out, found.left_out))
    parts: list[RenderableType] = [title, _ranking(found), *_notes(found)]
    if with_locales:
        for metric in found.metrics:
            parts += [Text(f"{heading(metric)} per locale; percent"), _locales(found, metric)]
    return Group(*parts, *map(render_left_out, found.left_out))


def _ranking(found: Leaderboard) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("place", justify="right", no_wrap=True)
    table.add_column("release", no_wrap=True)
    for metric in found.metrics:
        less = " (less is better)" if metric in found.errors else ""
        table.add_column(f"{heading(metric)}{less}", justify="right")
    table.add_column("gate", no_wrap=True)
    for one in found.releases:
        table.add_row(
            place(one.standing(found.ranked_by)),
            one.release,
            *(_mean(one.standing(metric)) for metric in found.metrics),
            one.gate.verdict if one.gate else "",
        )
    return table


def place(standing: Standing | None) -> str:
    """Returns the place of a release: ``2``, or ``1-3`` where it may be any of them."""
    if standing is None:
        return "-"
    first, last = standing.rank_from, standing.rank_to
    return str(first) if first == last else f"{first}-{last}"


def _mean(standing: Standing | None) -> Text:
    if standing is None:
        return Text("unscored", style="dim")
    bounds = ""
    if standing.low is not None:
        bounds = f" [{percent(standing.low)}, {percent(standing.high)}]"
    worst = f"\nworst {standing.worst_locale} {percent(standing.worst_rate)}"
    return Text.assemble(percent(standing.rate), (bounds, "dim"), (worst, "dim"))


def _notes(found: Leaderboard) -> Iterator[Text]:
    yield Text(WHY_RANGES, style="dim")
    alike: dict[str, list[str]] = {}
    for metric in found.metrics:
        n = max((s.n_locales for one in found.releases if (s := one.standing(metric))), default=0)
        missing = found.not_averaged[metric]
        tail = f", without {_name_some(missing)}: too few utterances" if missing else ""
        said = f"mean of {n} locale{'' if n == 1 else 's'}{tail}"
        alike.setdefault(said, []).append(heading(metric))
    for said, headings in alike.items():
        yield Text(f"{', '.join(headings)}: {said}", style="dim")


def _name_some(locales: tuple[str, ...]) -> str:
    named = ", ".join(locales[:MAX_NAMED])
    return named if len(locales) <= MAX_NAMED else f"{named} ({len(locales)} in all)"


def _locales(found: Leaderboard, metric: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    table.add_column("language", no_wrap=True, max_width=18)
    rates = [_by_locale(one, metric) for one in found.releases]
    for one in found.releases:
        table.add_column(one.release, justify="right", no_wrap=True)
    for locale in sorted({tag for own in rates for tag in own}):
        table.add_row(locale, language(locale), *(_rate(own.get(locale)) for own in rates))
    return table


def _by_locale(release: RankedRelease, metric: str) -> dict[str, LocaleRate]:
    return {one.locale: one for one in release.locales if one.metric == metric}


def _rate(one: LocaleRate | None) -> Text:
    if one is None or one.rate is None:
        return Text("unscored", style="dim")
    bounds = "" if one.low is None else f" [{percent(one.low)}, {percent(one.high)}]"
    return Text.assemble(percent(one.rate), (bounds, "dim"))
