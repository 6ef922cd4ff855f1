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
        st.html(
            f'<div class="v-flip"><div class="v-expected">'
            f"{_reading(_('Expected'), flip.expected_intent, flip.expected_slots, flip, None)}"
            f"</div><div>{_answer(found.baseline or '', flip.baseline, flip)}</div>"
            f"<div>{_answer(found.release, flip.candidate, flip)}</div></div>"
        )


def _answer(release: str, answer: JudgedAnswer, flip: FlipView) -> str:
    if answer.intent is None:
        return f"{_title(release)}<div>{escape(_('no answer'))}</div>"
    is_right = answer.intent == flip.expected_intent
    return _reading(release, answer.intent, answer.slots, flip, is_right)


def _reading(
    name: str, intent: str, slots: Sequence[Slot], flip: FlipView, is_right: bool | None
) -> str:
    sign = {None: "", True: "✓ ", False: "✗ "}[is_right]
    look = {None: "", True: "v-right", False: "v-wrong"}[is_right]
    text = parts.marked(flip.text, flip.locale, slots)
    return (
        f'{_title(name)}<div class="v-block">{text}</div>'
        f'<span class="{look}">{sign}{escape(parts.intent_name(intent))}</span> '
        f'<bdi class="v-raw">{escape(intent)}</bdi>'
    )


def _title(name: str) -> str:
    return f'<div class="v-muted"><bdi>{escape(name)}</bdi></div>'
