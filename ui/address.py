"""Choices that live in the page's address, so that a link opens the same view again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import streamlit as st

NOTHING: Final = "-"
"""Stands for no choice, in widgets and in the address; no release or locale is called that."""


def take(key: str, name: str, options: Sequence[str], default: str) -> None:
    """Sets a widget from the address before it is drawn, where it has no valid choice yet."""
    if st.session_state.get(key) not in options:
        asked = st.query_params.get(name)
        st.session_state[key] = asked if asked in options else default


def put(key: str, name: str) -> None:
    """Writes a widget's choice to the address; a widget's callback."""
    st.query_params[name] = str(st.session_state[key])


def number(name: str) -> int | None:
    """Returns a whole number from the address, or None where it is missing or none."""
    value = st.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def take_some(key: str, name: str, options: Sequence[str], default: Sequence[str]) -> None:
    """Sets a widget of several choices as ``take`` does; they are joined by commas there."""
    chosen = st.session_state.get(key)
    if chosen is None or not set(chosen) <= set(options):
        asked = [one for one in st.query_params.get(name, "").split(",") if one in options]
        st.session_state[key] = asked or list(default)


def put_some(key: str, name: str) -> None:
    """Writes the choices of a widget to the address; a widget's callback."""
    st.query_params[name] = ",".join(st.session_state[key])


def of(page: str, **query: str) -> str:
    """Returns the address of a view on another page."""
    return f"{page}?{urlencode(query)}"
