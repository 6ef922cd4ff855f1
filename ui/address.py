"""Choices that live in the page's address, so that a link opens the same view again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
