"""What a release makes of locales it was never trained on, in a sentence, a drawing and numbers."""

from __future__ import annotations

from collections.abc import Mapping
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
import transfer_chart
import wording
from backend import Gap, HeatMap, LocaleTransfer, Transfer
from language import translate as _


def show(found: HeatMap) -> None:
    """Shows the run of a heat map by what its release was trained on."""
    st.subheader(_("What it makes of locales it never saw"), anchor=False)
    metrics = list(dict.fromkeys(cell.metric for cell in found.cells))
    metric = _choose_metric(metrics)
    if metric is None:
        return
    with st.spinner(_("Comparing…")):
        shown = backend.transfer(found.run_id, metric)
    _explain(shown)
    if not shown.locales:
        parts.muted(_("No locale of this suite is judged by this metric."))
    elif shown.is_training_known or shown.english is not None:
        _draw(shown)
        _numbers(shown)


def _choose_metric(metrics: list[str]) -> str | None:
    if not metrics:
        parts.muted(_("Nothing is scored yet."))
        return None
    usual = "intent_acc" if "intent_acc" in metrics else metrics[0]
    names = {metric: _(wording.METRICS[metric]) for metric in metrics}
    return address.switch(_("Metric"), names, state.RELEASES_TRANSFER, "transfer", usual)


def _explain(found: Transfer) -> None:
    """Says in plain words how far the unseen locales are from the trained ones."""
    if not found.is_training_known:
        parts.empty(
            _("The manifest of {release} does not say which locales it was trained on.").format(
                release=parts.plain(found.release)
            ),
            _("Name them as `trained_locales` in the manifest of the next release."),
        )
        return
    said = _sentences(found)
    small = [one.locale for one in found.locales if one.rate is not None and not one.is_averaged]
    if small:
        names = parts.joined(map(parts.locale_short, small))
        said.append(_("Too few utterances to be in the mean: {locales}").format(locales=names))
    st.html(f'<div class="v-transfer">{escape(" ".join(said))}</div>')


def _sentences(found: Transfer) -> list[str]:
    if found.gap is None:
        known = {one.is_trained for one in found.locales}
        if known == {True}:
            return [_("It was trained on every locale of this suite.")]
        if known == {False}:
            return [_("It was trained on no locale of this suite.")]
        # On some of them, with too few utterances for a mean of one kind or the other.
        return []
    assert found.unseen is not None and found.worst_unseen is not None
    n = len(found.unseen.locales)
    locales = parts.count("{n} locale it never saw", "{n} locales it never saw", n)
    distance = parts.left_to_right(charts.percent(abs(found.gap.delta), ""))
    worst = found.find(found.worst_unseen)
    said = [_compare(found.gap).format(locales=locales, distance=distance)]
    if found.gap.low is not None and found.gap.high is not None:
        said.append(_("Interval at 95 percent: {bounds} points.").format(bounds=_bounds(found.gap)))
    said.append(
        _("Worst: {locale}, {value}.").format(
            locale=parts.in_page_direction(parts.locale_short(worst.locale)),
            value=measures.rate(worst.rate),
        )
    )
    return said


def _compare(gap: Gap) -> str:
    """Returns the sentence that fits; a difference that chance could make is none."""
    is_open = gap.low is not None and gap.high is not None and gap.low <= 0 <= gap.high
    if is_open or not charts.sign(gap.delta):
        return _("{locales}: no clear difference to the locales it was trained on.")
    if gap.delta < 0:
        return _("{locales}: on average {distance} points worse than those it was trained on.")
    return _("{locales}: on average {distance} points better than those it was trained on.")


def _draw(found: Transfer) -> None:
    tags = [one.locale for one in found.locales]
    names = backend.short_locale_names(tags, language.current())
    rows = [_dot(found, one, names) for one in found.locales]
    trained = found.trained.rate if found.trained else None
    english = found.find(found.english).rate if found.english else None
    st.html(f'<div class="v-muted">{_legend(found, trained, english)}</div>')
    st.plotly_chart(
        transfer_chart.dots(rows, trained, english, parts.in_page_direction(_("unscored"))),
        key=f"{state.RELEASES_TRANSFER}.chart.{found.run_id}.{found.metric}",
        config={"displayModeBar": False},
        alt=_("{metric} in every locale, worst first; the table below holds the same").format(
            metric=_(wording.METRICS[found.metric])
        ),
    )
    parts.muted(
        _(
            "The intervals say what other utterances would give in these locales, not what other "
            "languages would."
        )
    )


def _legend(found: Transfer, trained: float | None, english: float | None) -> str:
    """Returns the HTML that says what the shapes and lines stand for."""
    kinds = [kind for kind in wording.TRAINING if any(k.is_trained is kind for k in found.locales)]
    said = [
        f'<span style="color:{transfer_chart.COLOURS[kind]}">{transfer_chart.SIGNS[kind]}</span> '
        + escape(_(wording.TRAINING[kind]))
        for kind in kinds
    ]
    if trained is not None:
        words = _("mean of those it was trained on: {value}").format(value=measures.rate(trained))
        said.append(f'<span style="color:{transfer_chart.COLOURS[True]}">┃</span> {escape(words)}')
    if english is not None:
        words = _("English: {value}").format(value=measures.rate(english))
        said.append(f"┊ {escape(words)}")
    return "".join(f'<bdi class="v-key">{one}</bdi>' for one in said)


def _dot(found: Transfer, one: LocaleTransfer, names: Mapping[str, str]) -> transfer_chart.Dot:
    name = parts.in_page_direction(names[one.locale])
    details = [parts.joined([parts.locale_short(one.locale), _(wording.TRAINING[one.is_trained])])]
    details.append(measures.rate(one.rate))
    details += [
        parts.joined([label, _gap(gap)])
        for label, gap in zip(_references(), (one.to_english, one.to_trained), strict=True)
        if gap is not None
    ]
    return transfer_chart.Dot(
        name=name,
        rate=one.rate,
        low=one.low,
        high=one.high,
        is_trained=one.is_trained,
        details="<br>".join(map(parts.in_page_direction, details)),
        is_english=one.locale == found.english,
    )


def _numbers(found: Transfer) -> None:
    columns = [
        _("Locale"),
        _("Training"),
        _(wording.METRICS[found.metric]),
        *_references(),
        _("Utterances"),
    ]
    names = backend.short_locale_names([one.locale for one in found.locales], language.current())
    rows = [
        [
            escape(names[one.locale]),
            escape(_(wording.TRAINING[one.is_trained])),
            measures.rate_html(one.rate, one.low, one.high),
            _gap_html(one.to_english),
            _gap_html(one.to_trained),
            f"<bdi>{one.n:,}</bdi>",
        ]
        for one in found.locales
    ]
    with st.expander(_("The same in numbers")):
        table = markup.table(_("The same in numbers"), [*map(escape, columns)], rows)
        st.html(table)


def _references() -> tuple[str, str]:
    return _("Against English"), _("Against the mean of those it was trained on")


def _gap(gap: Gap) -> str:
    return measures.change(gap.metric, gap.delta)


def _gap_html(gap: Gap | None) -> str:
    if gap is None:
        return ""
    written = f'<bdi class="v-whole">{escape(_gap(gap))}</bdi>'
    if gap.low is None or gap.high is None:
        return written
    return f'{written} <bdi class="v-whole v-muted">{escape(_bounds(gap))}</bdi>'


def _bounds(gap: Gap) -> str:
    """Returns both bounds in points, the lesser on the left, signed as people expect them."""
    assert gap.low is not None and gap.high is not None
    shown = sorted(backend.shown_change(gap.metric, bound) for bound in (gap.low, gap.high))
    low, high = (charts.points(bound, "") for bound in shown)
    # Torn into two lines, the bounds of a right-to-left text would change places.
    return parts.left_to_right(f"{low}\N{NO-BREAK SPACE}…\N{NO-BREAK SPACE}{high}")
