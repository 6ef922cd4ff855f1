"""The field in which the next request of a conversation is typed, spoken or chosen as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

import backend
import one_by_one
import parts
import recording
import turns
from language import translate as _

MAX_UPLOAD_MEGABYTES = 25
"""Of one recording: an hour of compressed speech, or five minutes of a studio's."""


def field(
    key: str, locale: str, hears: bool, take: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Asks for the next request.

    Args:
        key: the field's.
        locale: what is spoken.
        hears: whether it may be spoken; else it can be typed alone.
        take: is called with ``args`` when something was sent; ``sent`` says what.
        args: what the field knows of where the request belongs.
    """
    turns.input_direction(locale)
    if hears:
        recording.microphone_hint()
    if _refused(key) in st.session_state:
        with st.container(key="refused"):
            parts.outcome(_refused(key))
    st.chat_input(
        _("Say something as you would at home"),
        key=key,
        max_chars=backend.MAX_TYPED_LENGTH,
        accept_audio=hears,
        accept_file=hears,
        file_type=list(backend.RECORDING_SUFFIXES),
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        on_submit=take,
        args=args,
    )
    one_by_one.watch()


def sent(key: str) -> tuple[str, list[bytes]]:
    """Returns the text and the recordings that were sent from the field with this key."""
    submitted: Any = st.session_state[key]
    if isinstance(submitted, str):
        return submitted, []
    files = [*submitted.files, *([submitted.audio] if submitted.audio else [])]
    if not files and not submitted.text:
        # A browser marks a file that it may not send with a colour, and then sends nothing of it.
        refused = _(
            "This file was not taken. Choose a file with a recording, of {n} megabytes at most."
        )
        parts.advise(_refused(key), refused.format(n=MAX_UPLOAD_MEGABYTES))
    return submitted.text or "", [file.getvalue() for file in files]


def _refused(key: str) -> str:
    return f"{key}.refused"
