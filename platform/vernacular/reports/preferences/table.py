"""What people prefer, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.answers_of_people import FEWEST_PEOPLE
from vernacular.comparison.preferences import (
    FEWEST_VOTES,
    Cluster,
    LocalePreferences,
    Preferences,
    Strength,
    Tally,
)
from vernacular.reports.figures import language, percent
from vernacular.reports.preferences.preferences import PreferenceReport

NOTHING = (
    "nobody has voted yet: testers compare two releases on the page 'Blind comparison' of the"
    " tester UI"
)
LEGEND = (
    "won: share of votes in percent, ties as half [95 %, Wilson; of fewer than"
    f" {FEWEST_PEOPLE} people each is one vote];\nstrength: natural logarithm after Bradley and"
    " Terry, 0 the average [95 %, bootstrap]; expected: how probably\nit is preferred to another"
    " release; both bad: in no rate and no strength"
)
UNBOUNDED = (
    "no interval of a strength where a release never lost, or never won, against the rest: {places}"
)
UNLINKED = "releases of different groups never met, and their strengths cannot be compared"
_HEADINGS = ("won", "strength", "expected", "votes", "won/tied/lost", "both bad")


def render_preferences(found: PreferenceReport) -> RenderableType:
    """Returns a table over locales, then one per locale."""
    if not found.n_votes:
        return Group(Text(_nothing(found), style="yellow"), *_not_counted(found))
    weighed = found.weighed
    title = f"{_count(found.n_votes, 'vote')} of {_people(found.n_people)}"
    parts: list[RenderableType] = [Text(title), *_means(weighed)]
    for one in weighed.locales:
        parts += [Text(_head(one)), _locale(one)]
    return Group(*parts, *_notes(weighed), *_not_counted(found))


def _nothing(found: PreferenceReport) -> str:
    if found.elsewhere:
        return f"no votes in {found.locale}; there are some in {', '.join(found.elsewhere)}"
    return NOTHING


def _means(weighed: Preferences) -> Iterator[RenderableType]:
    if not weighed.means:
        yield Text(f"no mean yet: no locale has {FEWEST_VOTES} votes", style="yellow")
        return
    somewhere = "" if weighed.clustered_by == "people" else " somewhere"
    yield Text(
        f"mean of {_count(len(weighed.averaged), 'locale')}, every locale alike;"
        f" {_resampled(weighed.clustered_by)}{somewhere}"
    )
    table = _table({one.strength.group for one in weighed.means})
    for one in weighed.means:
        won = _won(one.rate, one.low, one.high)
        worst = Text(f"\nworst {one.worst_locale} {percent(one.worst_rate)}", style="dim")
        few = f"\nfew people in {one.n_by_few} of {one.n_locales}" if one.n_by_few else ""
        cell = Text.assemble(won, worst, (few, "yellow"))
        _add(table, one.release, cell, one.strength, one.tally)
    yield table
    if weighed.not_averaged:
        named = ", ".join(weighed.not_averaged)
        yield Text(f"not in the mean, fewer than {FEWEST_VOTES} votes: {named}", style="dim")


def _head(one: LocalePreferences) -> str:
    cast = f"{_count(one.n_votes, 'vote')} of {_people(one.n_people)}"
    return f"{one.locale} {language(one.locale)}: {cast}; {_resampled(one.clustered_by)}"


def _locale(one: LocalePreferences) -> Table:
    table = _table({standing.strength.group for standing in one.standings if standing.strength})
    for standing in one.standings:
        won = _won(standing.tally.win_rate, standing.low, standing.high)
        if standing.is_by_few:
            won = Text.assemble(won, (f"\nof {_people(standing.n_people)} only", "yellow"))
        _add(table, standing.release, won, standing.strength, standing.tally)
    return table


def _table(groups: set[int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("release", overflow="fold")
    for name in _HEADINGS:
        table.add_column(name, justify="right", no_wrap=True)
    if len(groups) > 1:
        table.add_column("group", justify="right")
    return table


def _add(table: Table, release: str, won: Text, strength: Strength | None, tally: Tally) -> None:
    cells = [
        Text(release),
        won,
        _strength(strength),
        Text("-" if strength is None else percent(strength.expected)),
        Text(f"{tally.n_decided + tally.n_both_bad:,}"),
        Text(f"{tally.n_wins:,}/{tally.n_ties:,}/{tally.n_losses:,}"),
        Text(f"{tally.n_both_bad:,}"),
    ]
    if len(cells) < len(table.columns):
        cells.append(Text("-" if strength is None else str(strength.group + 1)))
    table.add_row(*cells)


def _won(rate: float | None, low: float | None, high: float | None) -> Text:
    bounds = "" if low is None else f" [{percent(low)}, {percent(high)}]"
    return Text.assemble(percent(rate), (bounds, "dim"))


def _strength(one: Strength | None) -> Text:
    if one is None:
        return Text("-", style="dim")
    if one.low is None or one.high is None:
        return Text(_signed(one.log))
    return Text.assemble(_signed(one.log), (f" [{_signed(one.low)}, {_signed(one.high)}]", "dim"))


def _signed(strength: float) -> str:
    """Returns a strength with its sign; never a minus zero."""
    return f"{round(strength, 2) + 0.0:+.2f}"


def _notes(weighed: Preferences) -> Iterator[Text]:
    yield Text(LEGEND, style="dim")
    strengths = [
        (one.locale, standing.strength)
        for one in weighed.locales
        for standing in one.standings
        if standing.strength is not None
    ]
    strengths += [("mean", one.strength) for one in weighed.means]
    unbounded = dict.fromkeys(place for place, one in strengths if one.low is None)
    if unbounded:
        yield Text(UNBOUNDED.format(places=", ".join(unbounded)), style="dim")
    if any(one.group for _, one in strengths):
        yield Text(UNLINKED, style="dim")


def _not_counted(found: PreferenceReport) -> Iterator[Text]:
    if found.not_counted:
        named = ", ".join(f"{tag} {n}" for tag, n in found.not_counted.items())
        yield Text(
            f"not counted, because an answer gave its release's name away: {named}", style="yellow"
        )


def _resampled(by: Cluster) -> str:
    if by == "people":
        return "strengths by people resampled"
    return f"strengths by votes resampled, fewer than {FEWEST_PEOPLE} people"


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
