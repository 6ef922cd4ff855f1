"""Which stage lost the intents of a run that heard, in a sentence, a drawing and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

import backend
import faults_chart
import language
import markup
import measures
import parts
import state
import wording
from backend import FaultReport, Faults, HeatMap
from language import translate as _


def show(found: HeatMap) -> None:
    """Shows where the run of a heat map lost its intents; nothing where it heard nothing."""
    shown = backend.find_faults(found.run_id)
    if shown is None:
        return
    st.subheader(_("Where intents are lost"), anchor=False)
    st.html(f'<div class="v-plain">{escape(" ".join(_sentences(shown)))}</div>')
    tags = [one.locale for one in shown.locales if one.locale is not None]
    names = backend.short_locale_names(tags, language.current())
    _draw(shown, names)
    _numbers(shown, names)


def _sentences(found: FaultReport) -> list[str]:
    total, worst = found.total, found.locales[0]
    said = [
        _(
            "{right} of the intents came out right; {hearing} were lost by hearing and "
            "{understanding} by understanding."
        ).format(
            right=measures.percent(total.accuracy),
            hearing=measures.percent(total.hearing_share),
            understanding=measures.percent(total.understanding_share),
        )
    ]
    if total.n_failed:
        failed = measures.percent(total.failed_share)
        said.append(_("{failed} failed without an answer.").format(failed=failed))
    said.append(
        _("Had every word been heard, {share} would be right.").format(
            share=measures.percent(total.text_accuracy)
        )
    )
    if worst.n_lost_by_hearing and len(found.locales) > 1:
        said.append(
            _("Hearing loses most in {locale}: {value}.").format(
                locale=parts.in_page_direction(parts.locale_short(worst.locale or "")),
                value=measures.percent(worst.hearing_share),
            )
        )
    return said


def _draw(found: FaultReport, names: Mapping[str, str]) -> None:
    st.html(f'<div class="v-muted">{_legend(found.total)}</div>')
    st.plotly_chart(
        faults_chart.bars([_bar(one, names) for one in found.locales]),
        key=f"{state.RELEASES_FAULTS}.{found.run_id}",
        config={"displayModeBar": False},
        alt=_(
            "What became of the intents of every locale, most lost by hearing first; the table "
            "below holds the same"
        ),
    )


def _legend(total: Faults) -> str:
    """Returns the HTML that says what the colours and patterns stand for."""
    shown = [outcome for outcome, share in _shares(total).items() if share]
    return "".join(
        f'<bdi class="v-key"><span class="v-patch v-patch-{outcome}" '
        f'style="background-color:{faults_chart.COLOURS[outcome]}"></span> '
        f"{escape(_(wording.OUTCOMES[outcome]))}</bdi>"
        for outcome in shown
    )


def _bar(one: Faults, names: Mapping[str, str]) -> faults_chart.Bar:
    details = [parts.locale_short(one.locale or "")]
    details += [
        parts.joined([_(wording.OUTCOMES[outcome]), measures.percent(share)])
        for outcome, share in _shares(one).items()
    ]
    details.append(parts.count("{n} utterance", "{n} utterances", one.n))
    return faults_chart.Bar(
        name=parts.in_page_direction(names[one.locale or ""]),
        shares=_shares(one),
        details="<br>".join(map(parts.in_page_direction, details)),
    )


def _shares(one: Faults) -> dict[str, float]:
    return {
        "right": one.accuracy,
        "hearing": one.hearing_share,
        "understanding": one.understanding_share,
        "failed": one.failed_share,
    }


def _numbers(found: FaultReport, names: Mapping[str, str]) -> None:
    # A column of noughts would push another one off a telephone.
    has_failed = bool(found.total.n_failed)
    columns = [
        _("Locale"),
        _("Right as heard"),
        _("Right as text"),
        _("Lost by hearing"),
        _("Lost by understanding"),
        *([_("Failed")] if has_failed else []),
        _("Utterances"),
    ]
    rows = [_row(escape(names[one.locale or ""]), one, has_failed) for one in found.locales]
    if len(rows) > 1:
        together = f"<strong>{escape(_('All together'))}</strong>"
        rows.append(_row(together, found.total, has_failed))
    with st.expander(_("The same in numbers")):
        name = _("Where intents are lost")
        st.html(markup.table(name, [*map(escape, columns)], rows, "v-figures"))


def _row(name: str, one: Faults, has_failed: bool) -> list[str]:
    return [
        name,
        _share(one.accuracy, one.n_right),
        f'<bdi class="v-whole">{escape(measures.percent(one.text_accuracy))}</bdi>',
        _share(one.hearing_share, one.n_lost_by_hearing),
        _share(one.understanding_share, one.n_lost_by_understanding),
        *([_share(one.failed_share, one.n_failed)] if has_failed else []),
        f"<bdi>{one.n:,}</bdi>",
    ]


def _share(share: float, n: int) -> str:
    return (
        f'<bdi class="v-whole">{escape(measures.percent(share))}</bdi> '
        f'<bdi class="v-muted">{n:,}</bdi>'
    )
