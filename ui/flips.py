"""The utterances of one locale and metric that only one of two releases understood."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import address
import backend
import parts
import state
import wording
from backend import FlipView, HeatMap, JudgedAnswer, Slot
from language import translate as _

AT_ONCE = 20
KINDS = ("regression", "fix")


def show(found: HeatMap, locale: str, metric: str) -> None:
    """Shows the flips of one cell, a page at a time."""
    heading = parts.joined([parts.locale_name(locale), _(wording.METRICS[metric])])
    st.subheader(parts.plain(heading), anchor=False)
    listed = backend.list_flips(found, locale, metric)
    by_kind = {kind: [flip for flip in listed if flip.kind == kind] for kind in KINDS}
    names = {
        "regression": parts.count("{n} got worse", "{n} got worse", len(by_kind["regression"])),
        "fix": parts.count("{n} got better", "{n} got better", len(by_kind["fix"])),
    }
    usual = "regression" if by_kind["regression"] or not by_kind["fix"] else "fix"
    address.take(state.RELEASES_KIND, "kind", KINDS, usual)
    kind = st.segmented_control(
        _("What changed"),
        KINDS,
        format_func=names.__getitem__,
        required=True,
        label_visibility="collapsed",
        key=state.RELEASES_KIND,
        on_change=address.put,
        args=(state.RELEASES_KIND, "kind"),
    )
    flips = by_kind[str(kind)]
    if not flips:
        parts.muted(_("No utterance of this kind."))
        return
    # The window belongs to one cell and kind, so that another one starts from its beginning.
    window = state.of_cell(found.run_id, locale, metric, str(kind))
    n_shown = st.session_state.setdefault(window, AT_ONCE)
    for flip in flips[:n_shown]:
        _flip(found, flip)
    if n_shown < len(flips) and st.button(
        _("Show more"), key="releases.more", icon=":material/expand_more:"
    ):
        st.session_state[window] = n_shown + AT_ONCE
        st.rerun()


def _flip(found: HeatMap, flip: FlipView) -> None:
    """Shows what was expected, and below it both answers side by side."""
    with st.container(border=True):
        expected = _reading(flip.expected_intent, flip.expected_slots, flip.text, flip.locale)
        was_right = flip.kind == "regression"
        st.html(
            f'<div class="v-flip"><div class="v-expected">{_title(_("Expected"))}{expected}</div>'
            f"<div>{_answer(found.baseline or '', flip.baseline, flip, was_right)}</div>"
            f"<div>{_answer(found.release, flip.candidate, flip, not was_right)}</div></div>"
        )
        st.page_link(
            "tester_pages/utterance.py",
            label=_("Everything about this utterance"),
            icon=":material/manage_search:",
            query_params={"suite": found.suite, "item": str(flip.item)},
        )


def _answer(release: str, answer: JudgedAnswer, flip: FlipView, is_right: bool) -> str:
    """Returns the HTML of an answer, right or wrong under the metric that is looked at."""
    # What was heard takes the place of what was said, and slots are spans of it.
    text = flip.text if answer.transcript is None else answer.transcript
    if answer.intent is not None:
        is_meant = answer.intent == flip.expected_intent
        shown = _reading(answer.intent, answer.slots, text, flip.locale, is_meant)
    elif answer.transcript is not None:
        shown = f'<div class="v-block">{_said(text, flip.locale, ())}</div>'
    else:
        shown = f"<div>{escape(_('no answer'))}</div>"
    if answer.text_intent is not None:
        # Right here and wrong above, it was lost by hearing.
        is_meant = answer.text_intent == flip.expected_intent
        as_text = parts.judged_intent(answer.text_intent, is_meant)
        shown += f"<div>{escape(_('Given the text:'))} {as_text}</div>"
    return f"{_title(release, is_right)}{shown}"


def _reading(
    intent: str, slots: Sequence[Slot], text: str, locale: str, is_right: bool | None = None
) -> str:
    return (
        f'<div class="v-block">{_said(text, locale, slots)}</div>'
        f"{parts.judged_intent(intent, is_right)}"
    )


def _said(text: str, locale: str, slots: Sequence[Slot]) -> str:
    return parts.marked(text, locale, slots) if text else escape(_("nothing was heard"))


def _title(name: str, is_right: bool | None = None) -> str:
    return f'<div class="v-muted">{parts.judged(parts.isolated(name), is_right)}</div>'
