"""The language and direction of what the signed-in person reads."""

from __future__ import annotations

import streamlit as st

import backend
import state


def current() -> str:
    """Returns the person's language tag; English before anyone is known."""
    person = st.session_state.get(state.PERSON)
    return person.ui_language if person is not None else "en"


def direction() -> str:
    """Returns ``rtl`` or ``ltr``, the direction of the whole page."""
    return backend.text_direction(current())


def translate(message: str) -> str:
    """Returns ``message`` in the person's language; pages import it as ``_``."""
    return backend.translate(current(), message)


def translate_count(singular: str, plural: str, number: int) -> str:
    """Returns the form of a message that fits ``number``; the caller puts the number in."""
    return backend.translate_count(current(), singular, plural, number)
