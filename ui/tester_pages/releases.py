"""Releases: every locale and metric of a release, and the utterances behind each number."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import address
import backend
import charts
import cost
import faults
import flips
import language
import measures
import parts
import reply_quality
import state
import transfer
import wording
from address import NOTHING
from backend import HeatCell, HeatMap
from language import translate as _


def show() -> None:
    """Shows the heat map of the release in the address, and the cell that is chosen there."""
    st.set_page_config(layout="wide")
    st.title(_("Releases"), anchor=False)
    names = backend.list_releases()
    if not names:
        parts.empty(
            _("There is no release yet."),
            _(
                "Add one with `vernacular release add MANIFEST`, then run it over a suite with "
                "`vernacular run start RELEASE SUITE`."
            ),
        )
        return
    pair = _choose(names)
    suite = None if pair is None else _choose_suite()
    if pair is None or suite is None:
        return
    release, baseline = pair[0], _unless_nothing(pair[1])
    if not backend.has_finished_run(release):
        parts.empty(
            _("{release} has no finished run yet.").format(release=parts.plain(release)),
            _("Make one with `{command}`.").format(command=f"vernacular run start {release} SUITE"),
        )
        # People may have talked to it all the same.
        with parts.failures():
            reply_quality.show_release(release, baseline)
        return
    with st.spinner(_("Comparing…")):
        found = backend.heat_map(release, baseline, _unless_nothing(suite))
    shared = st.container()
    _headline(found)
    shown = _choose_shown(found)
    if shown is None:
        return
    cells = backend.worst_first(found, shown)
    chosen = _choose_cell(found, cells, shown)
    listed: dict[str, str] = {}
    if chosen is not None and found.baseline is not None:
        listed = flips.show(found, *chosen)
    elif found.baseline is None:
        parts.muted(_("Choose a release to compare with, to see the utterances that changed."))
    with shared:
        address.copy_link(
            release=release,
            baseline=baseline or NOTHING,
            suite=found.suite,
            show=shown,
            **listed,
        )
    for show_part in (faults.show, reply_quality.show, cost.show, transfer.show):
        # Where one of them fails, the others still say what they know.
        with parts.failures():
            show_part(found)


def _unless_nothing(chosen: str) -> str | None:
    return None if chosen == NOTHING else chosen


def _choose(names: list[str]) -> tuple[str, str] | None:
    """Asks for a release and what to compare it with; None until there are both."""
    left, right = st.columns(2)
    with left:
        every = {name: name for name in names}
        release = address.select(_("Release"), every, state.RELEASES_CANDIDATE, "release", names[0])
        if release is None:
            return None
        parts.described(release)
    with right:
        others = {NOTHING: _("nothing"), **{name: name for name in names if name != release}}
        usual = backend.usual_baseline(release) or NOTHING
        baseline = address.select(
            _("Compared with"), others, state.RELEASES_BASELINE, "baseline", usual
        )
        if baseline is None:
            return None
        parts.described(baseline)
    return release, baseline


def _choose_suite() -> str | None:
    """Asks for a suite where there are several; usually the one that was run last is meant."""
    suites = backend.list_measured_suites()
    if len(suites) < 2 and st.query_params.get("suite", NOTHING) in (NOTHING, *suites):
        return NOTHING
    spoken = backend.list_spoken_suites()
    named = {suite: measures.suite_name(suite, spoken) for suite in suites}
    names = {NOTHING: _("The one that was run last"), **named}
    return address.select(_("Suite"), names, state.RELEASES_SUITE, "suite", NOTHING)


def _headline(found: HeatMap) -> None:
    if found.verdict is not None:
        measures.verdict(found.verdict)
    facts = [_("Suite {suite}, run {run}").format(suite=found.suite, run=found.run_id)]
    spoken = backend.list_spoken_suites()
    if found.suite in spoken:
        facts.append(measures.speech(spoken[found.suite]))
    parts.muted(parts.joined(facts))
    # A mean never stands without the locale it would hide.
    for place, mean in zip(st.columns(max(len(found.means), 1)), found.means, strict=False):
        if mean.delta is None:
            worst, value = mean.worst_locale, measures.percent(mean.worst_rate)
        else:
            worst = mean.worst_delta_locale or ""
            value = measures.change(mean.metric, mean.worst_delta)
        with place:
            measures.mean(
                mean.metric,
                mean.rate,
                mean.delta,
                _("Mean of {n} locales. Worst: {locale}, {value}").format(
                    n=mean.n_locales, locale=parts.locale_short(worst), value=value
                ),
            )


def _choose_shown(found: HeatMap) -> str | None:
    if found.baseline is None:
        return "rate"
    names = {
        "verdict": _("Verdict"),
        "delta": _("Change in points"),
        "rate": _("Rate in percent"),
    }
    return address.switch(_("Show"), names, state.RELEASES_SHOW, "show", "delta", shows_label=True)


def _choose_cell(found: HeatMap, cells: list[HeatCell], shown: str) -> tuple[str, str] | None:
    """Asks for a cell, in the drawing or, with the same effect, in a list."""
    names = {f"{cell.locale} {cell.metric}": _describe(cell) for cell in cells}
    names = {NOTHING: _("Choose here or in the table below"), **names}
    chosen = address.select(
        _("Locale and metric, worst first"), names, state.RELEASES_CELL, "cell", NOTHING, "shown"
    )
    short = backend.short_locale_names({cell.locale for cell in cells}, language.current())
    figure = charts.heat_map([_draw(cell, short) for cell in cells], shown, _("unscored"))
    with st.expander(_("All locales"), expanded=chosen in (None, NOTHING)):
        st.plotly_chart(
            figure,
            key=f"{state.RELEASES_MAP}.{found.run_id}.{found.baseline_run_id}.{shown}",
            on_select=_take_selected,
            selection_mode="points",
            config={"displayModeBar": False},
            alt=_("Every locale by every metric; the list above holds the same, worst first"),
        )
        if shown == "verdict":
            measures.verdict_signs()
    if chosen is None or chosen == NOTHING:
        return None
    locale, metric = chosen.split(" ", 1)
    return locale, metric


def _take_selected() -> None:
    for key, value in st.session_state.items():
        if str(key).startswith(state.RELEASES_MAP):
            cell = charts.selected_cell(value["selection"]["points"])
            if cell is not None:
                st.session_state[state.RELEASES_CELL] = " ".join(cell)
                address.put(state.RELEASES_CELL, "cell", "shown")


def _describe(cell: HeatCell) -> str:
    words = [parts.locale_short(cell.locale), _(wording.METRICS[cell.metric])]
    words.append(_("unscored") if cell.rate is None else measures.percent(cell.rate))
    if cell.delta is not None:
        words.append(measures.change(cell.metric, cell.delta))
    if cell.verdict is not None:
        words.append(_(wording.VERDICTS[cell.verdict]))
    return parts.joined(words)


def _draw(cell: HeatCell, names: Mapping[str, str]) -> charts.Cell:
    details = [_describe(cell), parts.count("{n} utterance", "{n} utterances", cell.n)]
    if cell.low is not None and cell.high is not None:
        details.append(f"95 %: {charts.percent(cell.low, '')}–{charts.percent(cell.high, '')}")
    # One word a line: three metrics have to fit on a telephone.
    metric = "<br>".join(map(parts.in_page_direction, _(wording.METRICS[cell.metric]).split()))
    return charts.Cell(
        locale=cell.locale,
        locale_name=parts.in_page_direction(names[cell.locale]),
        metric=cell.metric,
        metric_name=metric,
        rate=cell.rate,
        delta=cell.delta,
        verdict=cell.verdict,
        details="<br>".join(map(parts.in_page_direction, details)),
        is_error=cell.is_error,
    )


show()
