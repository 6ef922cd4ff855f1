"""What people prefer when they do not know who answers: a drawing, and a table of releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

import streamlit as st

import address
import backend
import language
import markup
import measures
import parts
import preference_chart
import state
from address import NOTHING
from backend import LocalePreferences, LocaleStanding, MeanStanding, PreferenceReport, Strength
from language import translate as _


class Standing(Protocol):
    """A release in one locale or over locales."""

    @property
    def release(self) -> str: ...
    @property
    def strength(self) -> Strength | None: ...


def show() -> None:
    """Shows the preferences over locales, or in the locale that is chosen."""
    st.subheader(_("What people prefer without knowing the names"), anchor=False)
    found = backend.preferences()
    if not found.weighed.locales:
        parts.muted(
            _("Nobody has compared two releases yet. Testers do so on the page “Blind comparison”.")
        )
        _not_counted(found)
        return
    by_tag = {one.locale: one for one in found.weighed.locales}
    chosen = _choose(found)
    if chosen == NOTHING:
        _over_locales(found)
    elif chosen is not None:
        _in_locale(by_tag[chosen])
    _not_counted(found)


def _choose(found: PreferenceReport) -> str | None:
    """Asks for a locale or all of them; None where the address asks for another one."""
    names = {NOTHING: _("All locales")} if found.weighed.means else {}
    # Locales with most votes first, because they say most.
    for one in sorted(found.weighed.locales, key=lambda one: -one.n_votes):
        votes = parts.count("{n} vote", "{n} votes", one.n_votes)
        names[one.locale] = parts.joined([parts.locale_short(one.locale), votes])
    return address.select(
        _("Locale"), names, state.PREFERENCES_LOCALE, "preferred", next(iter(names))
    )


def _over_locales(found: PreferenceReport) -> None:
    weighed = found.weighed
    _draw(weighed.means, weighed.clustered_by == "people")
    names = backend.short_locale_names([one.locale for one in weighed.locales], language.current())
    rows = [
        [
            *_first_cells(one, one.rate, one.low, one.high, _worst(one, names) + _few_in(one)),
            *_counts(one.tally),
        ]
        for one in weighed.means
    ]
    _table(rows)
    n = len(weighed.averaged)
    said = [parts.count("Mean of {n} locale.", "Mean of {n} locales, each alike.", n)]
    if weighed.not_averaged:
        missing = parts.joined(names[tag] for tag in weighed.not_averaged)
        said.append(_("Too few votes to be in the mean: {locales}").format(locales=missing))
    parts.muted(" ".join(said))


def _in_locale(one: LocalePreferences) -> None:
    _draw(one.standings, one.clustered_by == "people")
    rows = [
        [
            *_first_cells(
                standing, standing.tally.win_rate, standing.low, standing.high, _few(standing)
            ),
            *_counts(standing.tally),
        ]
        for standing in one.standings
    ]
    _table(rows)
    people = parts.count("{n} person", "{n} people", one.n_people)
    votes = parts.count("{n} vote", "{n} votes", one.n_votes)
    parts.muted(parts.joined([votes, people]))


def _draw(standings: Sequence[LocaleStanding] | Sequence[MeanStanding], is_by_people: bool) -> None:
    """Shows the strengths, and what they do and do not say."""
    rows = [_dot(one.release, one.strength) for one in standings if one.strength is not None]
    if not rows:
        parts.muted(_("Every vote so far says that both answers were bad."))
        return
    st.plotly_chart(
        preference_chart.dots(rows),
        key=f"{state.PREFERENCES_LOCALE}.chart.{st.session_state[state.PREFERENCES_LOCALE]}",
        config={"displayModeBar": False},
        alt=_("How strongly each release is preferred; the table below holds the same"),
    )
    said = [_("Further right: preferred more often. The line is the average release.")]
    if is_by_people:
        said.append(_("The intervals say what other people would have chosen."))
    else:
        said.append(
            _(
                "The intervals say what the same people would choose another time: there are too "
                "few people yet to say what others would choose."
            )
        )
    strengths = [one.strength for one in standings if one.strength is not None]
    if any(one.low is None for one in strengths):
        said.append(
            _(
                "Open circles have no interval: such a release has never lost, or never won, "
                "against the rest."
            )
        )
    if any(one.group for one in strengths):
        said.append(
            _("Some releases were never compared with the others, not even by way of a third.")
        )
    parts.muted(" ".join(said))


def _dot(release: str, strength: Strength) -> preference_chart.Dot:
    expected = _("expected to win {value} against another release").format(
        value=measures.percent(strength.expected)
    )
    return preference_chart.Dot(
        name=parts.in_page_direction(escape(release)),
        strength=strength.log,
        low=strength.low,
        high=strength.high,
        details="<br>".join(map(parts.in_page_direction, (escape(release), escape(expected)))),
    )


def _table(rows: Sequence[Sequence[str]]) -> None:
    columns = [
        _("Release"),
        _("Won (a tie counts half)"),
        _("Expected against another"),
        _("Strength"),
        _("Votes"),
        _("Won"),
        _("Tied"),
        _("Lost"),
        _("Both bad"),
    ]
    name = _("What people prefer without knowing the names")
    st.html(markup.table(name, [*map(escape, columns)], rows, "v-figures"))


def _first_cells(
    one: Standing, rate: float | None, low: float | None, high: float | None, remark: str = ""
) -> list[str]:
    expected = "" if one.strength is None else escape(measures.percent(one.strength.expected))
    return [
        f'<bdi class="v-whole">{escape(one.release)}</bdi>',
        measures.rate_html(rate, low, high) + remark,
        expected,
        _strength(one.strength),
    ]


def _worst(one: MeanStanding, names: Mapping[str, str]) -> str:
    words = _("worst: {locale}, {value}").format(
        locale=parts.in_page_direction(names[one.worst_locale]),
        value=measures.percent(one.worst_rate),
    )
    return f'<div class="v-muted">{escape(words)}</div>'


def _few(one: LocaleStanding) -> str:
    """Returns the HTML of how many voted, where they are too few to speak for others."""
    if not one.is_by_few:
        return ""
    words = parts.count(
        "{n} person only: too few to say what others would choose",
        "{n} people only: too few to say what others would choose",
        one.n_people,
    )
    return f'<div class="v-muted">{escape(words)}</div>'


def _few_in(one: MeanStanding) -> str:
    """Returns the HTML of the same over locales."""
    if not one.n_by_few:
        return ""
    words = parts.count("few people in {n} locale", "few people in {n} locales", one.n_by_few)
    return f'<div class="v-muted">{escape(words)}</div>'


def _strength(one: Strength | None) -> str:
    if one is None:
        return ""
    written = f'<bdi class="v-whole">{escape(parts.left_to_right(_signed(one.log)))}</bdi>'
    if one.low is None or one.high is None:
        return written
    # Torn into two lines, the bounds of a right-to-left text would change places.
    space = "\N{NO-BREAK SPACE}"
    bounds = parts.left_to_right(f"{_signed(one.low)}{space}…{space}{_signed(one.high)}")
    return f'{written} <bdi class="v-whole v-muted">{escape(bounds)}</bdi>'


def _signed(strength: float) -> str:
    # Neither "-0.00" nor a hyphen for a minus.
    return f"{round(strength, 2) + 0.0:+.2f}".replace("-", "\N{MINUS SIGN}")


def _counts(tally: backend.Tally) -> list[str]:
    n_votes = tally.n_decided + tally.n_both_bad
    counts = (n_votes, tally.n_wins, tally.n_ties, tally.n_losses, tally.n_both_bad)
    return [f"<bdi>{n:,}</bdi>" for n in counts]


def _not_counted(found: PreferenceReport) -> None:
    n = sum(found.not_counted.values())
    if n:
        parts.muted(
            parts.count(
                "{n} vote is not counted, because an answer gave its name away.",
                "{n} votes are not counted, because an answer gave its name away.",
                n,
            )
        )
