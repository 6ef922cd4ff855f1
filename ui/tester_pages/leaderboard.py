"""Leaderboard: the releases of a suite, the best first, each beside its worst locale."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

import address
import backend
import language
import markup
import measures
import parts
import preferences
import state
import wording
from backend import Leaderboard, LocaleRate, RankedRelease, Standing
from language import translate as _

MAX_COLUMNS = 8
"""Releases beside each other in the table of locales: the best ones."""


def show() -> None:
    """Shows the suite and metric in the address."""
    st.set_page_config(layout="wide")
    st.title(_("Leaderboard"), anchor=False)
    chosen = measures.choose(state.LEADERBOARD_SUITE, state.LEADERBOARD_METRIC)
    if chosen is not None:
        found = backend.leaderboard(*chosen)
        _show_board(found)
        measures.left_out(found.left_out)
    preferences.show()


def _show_board(found: Leaderboard) -> None:
    if not found.releases:
        parts.empty(
            _("No release can be ranked yet."), _("A release has to answer the whole suite.")
        )
        return
    _ranking(found)
    parts.muted(
        _(
            "A place is a range where intervals overlap: only a comparison of two releases, on the "
            "utterances both have answered, can tell those apart."
        )
    )
    parts.muted(
        _(
            "The interval of a mean is the widest it can be. Utterances are translations of each "
            "other, so errors in several locales go together, and sums cannot say by how much."
        )
    )
    missing = found.not_averaged.get(found.ranked_by)
    if missing:
        parts.muted(
            _("Too few utterances to be in the mean: {locales}").format(
                locales=parts.joined(parts.locale_short(tag) for tag in missing)
            )
        )
    st.subheader(
        _("{metric} in every locale").format(metric=_(wording.METRICS[found.ranked_by])),
        anchor=False,
    )
    _locales(found)


def _ranking(found: Leaderboard) -> None:
    # What ranks them comes first.
    metrics = sorted(found.metrics, key=lambda metric: metric != found.ranked_by)
    columns = [
        _("Release"),
        _("Place"),
        *(_(wording.METRICS[metric]) for metric in metrics),
        _("Gate"),
    ]
    worst = {standing.worst_locale for one in found.releases for standing in one.standings}
    names = backend.short_locale_names(worst, language.current())
    said = backend.release_descriptions()
    rows = [
        [
            _release(found, one) + parts.description(said.get(one.release, "")),
            f'<bdi class="v-whole">{escape(_place(one.standing(found.ranked_by)))}</bdi>',
            *(_mean(one.standing(metric), names) for metric in metrics),
            _gate(one),
        ]
        for one in found.releases
    ]
    st.html(markup.table(_("Leaderboard"), [*map(escape, columns)], rows))


def _release(found: Leaderboard, one: RankedRelease) -> str:
    target = address.of("releases", release=one.release, suite=found.suite)
    return markup.link(target, f'<bdi class="v-whole">{escape(one.release)}</bdi>')


def _place(standing: Standing | None) -> str:
    if standing is None:
        return "–"
    if standing.rank_from == standing.rank_to:
        return str(standing.rank_from)
    return f"{standing.rank_from}–{standing.rank_to}"


def _mean(standing: Standing | None, names: Mapping[str, str]) -> str:
    if standing is None:
        return escape(_("unscored"))
    worst = _("worst: {locale}, {value}").format(
        locale=parts.in_page_direction(names[standing.worst_locale]),
        value=measures.percent(standing.worst_rate),
    )
    return (
        f"{measures.rate_html(standing.rate, standing.low, standing.high)}"
        f'<div class="v-muted">{escape(worst)}</div>'
    )


def _gate(one: RankedRelease) -> str:
    return "" if one.gate is None else measures.verdict_html(one.gate.verdict)


def _locales(found: Leaderboard) -> None:
    shown = found.releases[:MAX_COLUMNS]
    rates = [
        {rate.locale: rate for rate in one.locales if rate.metric == found.ranked_by}
        for one in shown
    ]
    sign = 1 if found.ranked_by in found.errors else -1

    def worst_first(tag: str) -> tuple[float, str]:
        best = rates[0].get(tag)
        return (0.0 if best is None or best.rate is None else -sign * best.rate, tag)

    tags = sorted({tag for own in rates for tag in own}, key=worst_first)
    names = backend.short_locale_names(tags, language.current())
    rows = [
        [
            escape(names[tag]),
            *(_rate(found, one, own.get(tag)) for one, own in zip(shown, rates, strict=True)),
        ]
        for tag in tags
    ]
    columns = [escape(_("Locale")), *(_release(found, one) for one in shown)]
    st.html(markup.table(_("All locales"), columns, rows))


def _rate(found: Leaderboard, release: RankedRelease, one: LocaleRate | None) -> str:
    """Returns a rate that leads to the utterances which changed in this release and locale."""
    if one is None or one.rate is None:
        return escape(_("unscored"))
    cell = f"{one.locale} {one.metric}"
    target = address.of("releases", release=release.release, suite=found.suite, cell=cell)
    return markup.link(target, measures.rate_html(one.rate, one.low, one.high))


show()
