"""The language and direction of what the person in front of the screen reads."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import backend
import state
from backend import Person


def remember(person: Person) -> None:
    """Keeps a person's language for what is still to be said once her sign-in has ended."""
    st.session_state[state.LANGUAGE] = person.ui_language


def current() -> str:
    """Returns the language of who is or was signed in here, else the one the browser asks for."""
    known: str | None = st.session_state.get(state.LANGUAGE)
    return known or backend.closest_language(st.context.locale or "")


def direction() -> str:
    """Returns ``rtl`` or ``ltr``, the direction of the whole page."""
    return backend.text_direction(current())


def translate(message: str) -> str:
    """Returns ``message`` in the person's language; pages import it as ``_``."""
    return backend.translate(current(), message)


def translate_count(singular: str, plural: str, number: int) -> str:
    """Returns the form of a message that fits ``number``; the caller puts the number in."""
    return backend.translate_count(current(), singular, plural, number)


def enumeration(words: Sequence[str]) -> str:
    """Returns words as a list in the person's language; each can be HTML or stand in isolates."""
    return backend.enumeration(words, current())
