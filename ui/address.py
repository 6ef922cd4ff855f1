"""Choices that live in the page's address, so that a link opens the same view again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import streamlit as st

import state
from language import translate as _

NOTHING: Final = "-"
"""Stands for no choice, in widgets and in the address; no release or locale is called that."""


def take(key: str, name: str, options: Sequence[str], default: str) -> None:
    """Sets a widget from the address before it is drawn.

    It does where the widget has no valid choice yet, or where somebody went to another address: by
    a link within the page, or back in the browser's history.
    """
    asked = st.query_params.get(name)
    has_moved = _has_moved(key, asked)
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else default
    elif has_moved and (asked is None or asked in options):
        st.session_state[key] = asked or default


def take_number(key: str, name: str) -> None:
    """Sets a widget of a whole number or none as ``take`` does."""
    has_moved = _has_moved(key, st.query_params.get(name))
    if has_moved or key not in st.session_state:
        st.session_state[key] = number(name)


def _has_moved(key: str, asked: str | None) -> bool:
    """True if the address says something else than when the widget was drawn last."""
    seen = state.of_address(key)
    before = st.session_state.get(seen, asked)
    st.session_state[seen] = asked
    return bool(before != asked)


def put(key: str, name: str, *forgotten: str) -> None:
    """Writes a widget's choice to the address; a widget's callback.

    Args:
        key: the widget's.
        name: what the choice is called there.
        forgotten: other names that belonged to the choice before.
    """
    st.query_params[name] = str(st.session_state[key])
    for other in forgotten:
        st.query_params.pop(other, None)


def number(name: str) -> int | None:
    """Returns a whole number from the address, or None where it is missing or none."""
    value = st.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def take_some(key: str, name: str, options: Sequence[str], default: Sequence[str]) -> None:
    """Sets a widget of several choices as ``take`` does; they are joined by commas there."""
    chosen, written = st.session_state.get(key), st.query_params.get(name)
    has_moved = _has_moved(key, written)
    if has_moved or chosen is None or not set(chosen) <= set(options):
        asked = [one for one in (written or "").split(",") if one in options]
        # An empty value says that none was chosen; only a missing one leaves it open.
        st.session_state[key] = asked if asked or written == "" else list(default)


def put_some(key: str, name: str) -> None:
    """Writes the choices of a widget to the address; a widget's callback."""
    st.query_params[name] = ",".join(st.session_state[key])


def of(page: str, **query: str) -> str:
    """Returns the address of a view on another page."""
    return f"{page}?{urlencode(query)}"


def copy_link(**chosen: str) -> None:
    """Offers the whole address of the view on screen.

    It names every choice that the view rests on, also those nobody made: what is usual today is
    something else once there is another release.

    Args:
        chosen: the choices by their names in the address.
    """
    query = {**st.query_params.to_dict(), **chosen}
    with st.popover(_("Copy link"), icon=":material/link:"):
        st.caption(_("It opens this very view for everybody who can sign in here."))
        st.code(f"{st.context.url or ''}?{urlencode(query)}", language=None, wrap_lines=True)
