"""A message on its way: what was said in it, and what to do where it could not be stored."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

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
    )
    st.button(
        _("Discard"),
        key=state.of_message(message.client_key, "discard"),
        on_click=drop,
        args=(message,),
        icon=":material/delete:",
    )
