"""Trends: one metric per locale over the releases, and the flips behind every step."""

from __future__ import annotations

from html import escape

import streamlit as st

import address
import backend
import charts
import language
import markup
import measures
import parts
import state
import trend_chart
import wording
from backend import LocaleTrend, Trend, TrendPoint
from language import translate as _

AT_FIRST = 6
"""Locales shown before anybody chooses."""


def show() -> None:
    """Shows the suite, metric and locales in the address."""
    st.set_page_config(layout="wide")
    st.title(_("Trends"), anchor=False)
    chosen = measures.choose(state.TRENDS_SUITE, state.TRENDS_METRIC)
    if chosen is not None:
        found = backend.trend(*chosen)
        _show_trend(found)
        measures.left_out(found.left_out)


def _show_trend(found: Trend) -> None:
    shown = _choose_locales(found)
    if len(found.releases) == 1:
        parts.muted(_("One release only: a trend begins with the second one."))
    if shown:
        _draw(found, shown)
        _numbers(found, shown)
    st.subheader(_("All locales, worst first"), anchor=False)
    _overview(found)


def _choose_locales(found: Trend) -> list[LocaleTrend]:
    by_tag = {one.locale: one for one in found.locales}
    names = {tag: f"{parts.locale_short(tag)} · {tag}" for tag in by_tag}
    usual = [one.locale for one in backend.lost_most(found, AT_FIRST)]
    missing = address.take_some(state.TRENDS_LOCALES, "locales", list(by_tag), usual)
    chosen = st.multiselect(
        _("Locales (at first those that lost most since the release before)"),
        list(names),
        format_func=names.__getitem__,
        key=state.TRENDS_LOCALES,
        on_change=address.put_some,
        args=(state.TRENDS_LOCALES, "locales"),
        placeholder=_("Choose locales"),
        filter_mode="contains",
        select_all=False,
    )
    address.not_there(missing)
    return [by_tag[tag] for tag in chosen]


def _draw(found: Trend, shown: list[LocaleTrend]) -> None:
    releases = [one.release for one in found.releases]
    short = backend.short_locale_names([one.locale for one in shown], language.current())
    lines = [
        trend_chart.Line(
            parts.in_page_direction(short[one.locale]),
            [
                _mark(found, release, point)
                for release, point in zip(releases, one.points, strict=True)
            ],
        )
        for one in shown
    ]
    verdicts = [one.gate.verdict if one.gate else None for one in found.releases]
    gate = parts.in_page_direction(_("Gate, of the whole release"))
    st.plotly_chart(
        trend_chart.trend(lines, releases, verdicts, gate),
        key=f"trends.chart.{found.suite}.{found.metric}",
        config={"displayModeBar": False},
        alt=_("{metric} over the releases; the table below holds the same numbers").format(
            metric=_(wording.METRICS[found.metric])
        ),
    )
    remarks = [
        _("In percent; the band is the interval at 95 percent. Every locale has its own scale.")
    ]
    if found.is_error:
        remarks.append(_("Less is better."))
    parts.muted(" ".join(remarks))
    if any(verdicts):
        measures.verdict_signs()


def _mark(found: Trend, release: str, point: TrendPoint) -> trend_chart.Mark:
    words = [release, measures.rate(point.rate)]
    if point.low is not None and point.high is not None:
        words.append(f"95 %: {measures.bounds(point.low, point.high)}")
    if point.delta is not None:
        words.append(measures.change(found.metric, point.delta))
    words.append(parts.count("{n} utterance", "{n} utterances", point.n))
    details = "<br>".join(escape(parts.in_page_direction(word)) for word in words)
    return trend_chart.Mark(point.rate, point.low, point.high, details)


def _numbers(found: Trend, shown: list[LocaleTrend]) -> None:
    """Shows what the drawing shows as a table, newest release first; its steps lead to flips."""
    names = backend.short_locale_names([one.locale for one in shown], language.current())
    columns = [_("Release"), *(names[one.locale] for one in shown)]
    rows = []
    for place in reversed(range(len(found.releases))):
        release = found.releases[place]
        name = f"<bdi>{escape(release.release)}</bdi>"
        if release.gate is not None:
            name += f"<div>{measures.verdict_html(release.gate.verdict)}</div>"
        rows.append([name, *(_cell(found, one, place) for one in shown)])
    with st.expander(_("The numbers of the drawing"), expanded=False):
        parts.muted(_("A change leads to the utterances that changed since the release before."))
        st.html(markup.table(_("The numbers of the drawing"), [*map(escape, columns)], rows))


def _cell(found: Trend, one: LocaleTrend, place: int) -> str:
    point = one.points[place]
    return f"{measures.rate_html(point.rate, point.low, point.high)} {_step(found, one, place)}"


def _step(found: Trend, one: LocaleTrend, place: int) -> str:
    """Returns the change since the release before, as a link to the utterances behind it."""
    point = one.points[place]
    if point.delta is None:
        return ""
    look = {-1: "v-wrong", 0: "", 1: "v-right"}[0 if point.overlaps else charts.sign(point.delta)]
    target = address.of(
        "releases",
        release=found.releases[place].release,
        baseline=found.releases[place - 1].release,
        suite=found.suite,
        cell=f"{one.locale} {found.metric}",
    )
    # The sign that the command line uses; colour alone would say it to some readers only.
    words = measures.change(found.metric, point.delta) + (" ~" if point.overlaps else "")
    return markup.link(target, f'<bdi class="v-whole {look}">{escape(words)}</bdi>')


def _overview(found: Trend) -> None:
    last = len(found.releases) - 1
    names = backend.short_locale_names([one.locale for one in found.locales], language.current())
    columns = [
        _("Locale"),
        found.releases[last].release,
        _("Since the release before"),
        _("Utterances"),
    ]
    rows = [
        [
            escape(names[one.locale]),
            measures.rate_html(one.newest.rate, one.newest.low, one.newest.high),
            _step(found, one, last),
            f"<bdi>{one.newest.n:,}</bdi>",
        ]
        for one in found.locales
    ]
    if any(one.newest.overlaps for one in found.locales):
        parts.muted(_("~ the intervals overlap, so that the change alone says little."))
    st.html(markup.table(_("All locales, worst first"), [*map(escape, columns)], rows))


show()
