"""A message on its way: what was said in it, and what to do where it could not be stored."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import backend
import parts
import sounds
import state
from language import translate as _
from outbox import Message


def show(message: Message) -> None:
    """Shows what is on its way."""
    if message.said is None:
        st.audio(message.recording)
    elif message.said.clip is not None:
        st.html(sounds.player(message.said.clip, _("What you said")))
    else:
        parts.said(message.said.text, message.place.locale)


def keep(message: Message, drop: Callable[[Message], None]) -> None:
    """Keeps a message on screen until it is stored, or until she gives it up by ``drop``."""
    show(message)
    st.button(
        _("Try again"),
        key=state.of_message(message.client_key, "again"),
        icon=":material/refresh:",
        on_click=message.forget_asking,
    )
    _discard(message, drop)


def goes_on(message: Message, drop: Callable[[Message], None]) -> bool:
    """Keeps a message whose session has ended; returns True once she wants a new one for it."""
    st.warning(
        _(
            "The session in which you said this has ended, perhaps in another tab. What you said "
            "is kept on this page: start a new session with it."
        ),
        icon=":material/stop_circle:",
    )
    show(message)
    with st.container(horizontal=True):
        is_going_on = st.button(
            _("Start a new session with it"),
            key=state.of_message(message.client_key, "anew"),
            type="primary",
            icon=":material/add_comment:",
        )
        if message.said is not None and message.said.clip is None:
            _copy(message.said.text, message)
        _discard(message, drop)
    return is_going_on


def _copy(text: str, message: Message) -> None:
    with st.popover(_("Copy the text"), icon=":material/content_copy:"):
        direction = backend.locale_direction(message.place.locale)
        with st.container(key=f"words-{direction}-{message.client_key}"):
            st.code(text, language=None, wrap_lines=True)


def _discard(message: Message, drop: Callable[[Message], None]) -> None:
    st.button(
        _("Discard"),
        key=state.of_message(message.client_key, "discard"),
        on_click=drop,
        args=(message,),
        icon=":material/delete:",
    )
