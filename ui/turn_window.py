"""Which turns of a conversation stand on the page: the last ones, until she asks for more."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from language import translate as _

WINDOW = 10
"""Turns shown at first; a page with all of a long session grows slower with every turn."""

STEP = 5
"""So many turns leave the window together: those that keep their place cost a browser little."""


def begin(key: str) -> None:
    """Lets a conversation that is opened show its last turns alone.

    Args:
        key: of how many turns are shown.
    """
    st.session_state[key] = WINDOW


def places(newest: int, key: str, earlier: str) -> dict[int, DeltaGenerator]:
    """Returns a place for each turn to be shown, by its number, and draws what shows earlier ones.

    Args:
        newest: the number of the last turn; the first has 1.
        key: of how many turns are shown.
        earlier: the key of the button.
    """
    window = st.session_state.setdefault(key, WINDOW)
    n_hidden = -(-max(0, newest - window) // STEP) * STEP
    if n_hidden:
        st.button(
            _("Show earlier turns"),
            key=earlier,
            icon=":material/expand_less:",
            on_click=_widen,
            args=(key,),
        )
    return {number: st.container() for number in range(n_hidden + 1, newest + 1)}


def _widen(key: str) -> None:
    st.session_state[key] += WINDOW
