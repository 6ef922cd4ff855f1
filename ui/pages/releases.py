"""Releases: every locale and metric of a release, and the utterances behind each number."""

from __future__ import annotations

import streamlit as st

import address
import backend
import charts
import flips
import parts
import state
import wording
from backend import HeatCell, HeatMap
from language import translate as _

# Stands for no baseline and for no cell, in the address too.
NOTHING = ""


def show() -> None:
    """Shows the heat map of the release in the address, and the cell that is chosen there."""
    st.set_page_config(layout="wide")
    st.title(_("Releases"))
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
    release, baseline = _choose(names)
    if not backend.has_finished_run(release):
        parts.empty(
            _("{release} has no finished run yet.").format(release=release),
            _("Make one with `{command}`.").format(command=f"vernacular run start {release} SUITE"),
        )
        return
    with st.spinner(_("Comparing…")):
        found = backend.heat_map(release, baseline)
    _headline(found)
    shown = _choose_shown(found)
    cells = backend.worst_first(found, shown)
    chosen = _choose_cell(found, cells, shown)
    if chosen is not None and found.baseline is not None:
        flips.show(found, *chosen)
    elif found.baseline is None:
        parts.muted(_("Choose a release to compare with, to see the utterances that changed."))


def _choose(names: list[str]) -> tuple[str, str | None]:
    with st.container(horizontal=True, key="releases-choice"):
        address.take(state.RELEASES_CANDIDATE, "release", names, names[0])
        release = st.selectbox(
            _("Release"),
            names,
            key=state.RELEASES_CANDIDATE,
            on_change=address.put,
            args=(state.RELEASES_CANDIDATE, "release"),
        )
        others = [NOTHING, *(name for name in names if name != release)]
        usual = backend.usual_baseline(release) or NOTHING
        address.take(state.RELEASES_BASELINE, "baseline", others, usual)
        baseline = st.selectbox(
            _("Compared with"),
            others,
            format_func=lambda name: name or _("nothing"),
            key=state.RELEASES_BASELINE,
            on_change=address.put,
            args=(state.RELEASES_BASELINE, "baseline"),
        )
    return release, baseline or None


def _headline(found: HeatMap) -> None:
    if found.verdict is not None:
        parts.verdict(found.verdict)
    parts.muted(_("Suite {suite}, run {run}").format(suite=found.suite, run=found.run_id))
    for place, mean in zip(st.columns(max(len(found.means), 1)), found.means, strict=False):
        with place:
            st.metric(
                _(wording.METRICS[mean.metric]),
                f"{100 * mean.rate:.1f} %",
                None if mean.delta is None else f"{100 * mean.delta:+.1f}",
                border=True,
            )
            worst = mean.worst_locale if mean.delta is None else mean.worst_delta_locale
            value = (
                charts.percent(mean.worst_rate, "")
                if mean.delta is None
                else charts.points(mean.worst_delta, "")
            )
            # A mean never stands without the locale it would hide.
            parts.muted(
                _("Mean of {n} locales. Worst: {locale}, {value}").format(
                    n=mean.n_locales, locale=parts.locale_short(worst or ""), value=value
                )
            )


def _choose_shown(found: HeatMap) -> str:
    if found.baseline is None:
        return "rate"
    names = {
        "verdict": _("Verdict"),
        "delta": _("Change in points"),
        "rate": _("Rate in percent"),
    }
    address.take(state.RELEASES_SHOW, "show", list(names), "delta")
    chosen = st.segmented_control(
        _("Show"),
        list(names),
        format_func=names.__getitem__,
        required=True,
        key=state.RELEASES_SHOW,
        on_change=address.put,
        args=(state.RELEASES_SHOW, "show"),
    )
    return str(chosen)


def _choose_cell(found: HeatMap, cells: list[HeatCell], shown: str) -> tuple[str, str] | None:
    """Asks for a cell, in the drawing or, with the same effect, in a list."""
    names = {f"{cell.locale} {cell.metric}": _describe(cell) for cell in cells}
    address.take(state.RELEASES_CELL, "cell", [NOTHING, *names], NOTHING)
    st.selectbox(
        _("Locale and metric, worst first"),
        [NOTHING, *names],
        format_func=lambda key: names.get(key) or _("Choose here or in the table below"),
        key=state.RELEASES_CELL,
        on_change=address.put,
        args=(state.RELEASES_CELL, "cell"),
        filter_mode="contains",
    )
    figure = charts.heat_map([_draw(cell) for cell in cells], shown, _("unscored"))
    with st.expander(_("All locales"), expanded=st.session_state[state.RELEASES_CELL] == NOTHING):
        st.plotly_chart(
            figure,
            key=f"{state.RELEASES_MAP}.{found.run_id}.{found.baseline_run_id}.{shown}",
            on_select=_take_selected,
            selection_mode="points",
            config={"displayModeBar": False},
            alt=_("Every locale by every metric; the list above holds the same, worst first"),
        )
    chosen = st.session_state[state.RELEASES_CELL]
    return None if chosen == NOTHING else tuple(chosen.split(" ", 1))


def _take_selected() -> None:
    for key, value in st.session_state.items():
        if str(key).startswith(state.RELEASES_MAP):
            cell = charts.selected_cell(value["selection"]["points"])
            if cell is not None:
                st.session_state[state.RELEASES_CELL] = " ".join(cell)
                address.put(state.RELEASES_CELL, "cell")


def _describe(cell: HeatCell) -> str:
    words = [parts.locale_short(cell.locale), _(wording.METRICS[cell.metric])]
    words.append(_("unscored") if cell.rate is None else f"{charts.percent(cell.rate, '')} %")
    if cell.delta is not None:
        words.append(charts.points(cell.delta, ""))
    if cell.verdict is not None:
        words.append(_(wording.VERDICTS[cell.verdict]))
    return " · ".join(words)


def _draw(cell: HeatCell) -> charts.Cell:
    return charts.Cell(
        locale=cell.locale,
        locale_name=parts.locale_short(cell.locale),
        metric=cell.metric,
        metric_name=_(wording.METRICS[cell.metric]),
        rate=cell.rate,
        delta=cell.delta,
        verdict=cell.verdict,
        verdict_name=_(wording.VERDICTS[cell.verdict]) if cell.verdict else "",
        details=_describe(cell) + "<br>" + parts.count("{n} utterance", "{n} utterances", cell.n),
    )


show()
