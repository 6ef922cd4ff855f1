"""Makes a test of what a person corrected in a session, with one click."""

from __future__ import annotations

import streamlit as st

import backend
import parts
import state
from backend import Person, SessionView
from language import translate as _


def show(person: Person, session: SessionView) -> None:
    """Offers to freeze the corrected turns of a session, as texts or as recordings."""
    with st.popover(
        _("Make a test of the corrections"), icon=":material/ac_unit:", key="live.freeze"
    ):
        st.write(_("What you corrected so far becomes a test that later releases are tried on."))
        for by_voice, label, icon in (
            (False, _("With the texts"), ":material/text_fields:"),
            (True, _("With the recordings"), ":material/mic:"),
        ):
            st.button(
                label,
                key=f"live.freeze.{'voice' if by_voice else 'text'}",
                icon=icon,
                on_click=_freeze,
                args=(person, session, by_voice),
            )
        parts.outcome(state.LIVE_FROZEN)


def _freeze(person: Person, session: SessionView, by_voice: bool) -> None:
    def freeze() -> None:
        frozen = backend.freeze_session(person, session.id, by_voice=by_voice)
        items = parts.count("{n} utterance", "{n} utterances", frozen.n_items)
        st.toast(
            _("Test {name}: {items}").format(name=parts.plain(frozen.name), items=items),
            icon=":material/check:",
        )

    parts.attempt(state.LIVE_FROZEN, freeze)
