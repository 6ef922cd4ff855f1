"""Choices that live in the page's address, so that a link opens the same view again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import streamlit as st

import parts
import state
from language import translate as _

NOTHING: Final = "-"
"""Stands for no choice, in widgets and in the address; no release or locale is called that."""

_MAX_SHOWN: Final = 80
"""Characters of what was asked for; anybody can write an address."""


def select(
    label: str, options: Mapping[str, str], key: str, name: str, default: str, *forgotten: str
) -> str | None:
    """Asks for one of several, the one in the address unless told.

    Args:
        label: what stands above the choice.
        options: what can be chosen, with what each is called.
        key: the widget's.
        name: what the choice is called in the address.
        default: what is chosen where the address says nothing.
        forgotten: other names in the address that belonged to the choice before.

    Returns:
        The choice; None where the address says something that is not there, which is said then. A
        view of something else instead would pass for what the link was meant to show.
    """
    take(key, name, list(options), default)
    chosen: str | None = st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=put,
        args=(key, name, *forgotten),
        placeholder=_("Choose one"),
        filter_mode="contains",
    )
    if chosen is None:
        not_there([st.query_params.get(name, "")])
    return chosen


def switch(
    label: str,
    options: Mapping[str, str],
    key: str,
    name: str,
    default: str,
    *forgotten: str,
    shows_label: bool = False,
) -> str | None:
    """Asks as ``select`` does for one of a few, all of which are on screen."""
    take(key, name, list(options), default)
    chosen: str | None = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        required=True,
        label_visibility="visible" if shows_label else "collapsed",
        key=key,
        on_change=put,
        args=(key, name, *forgotten),
    )
    if chosen is None:
        not_there([st.query_params.get(name, "")])
    return chosen


def not_there(asked: Iterable[str]) -> None:
    """Says what the address asks for in vain, where that is anything."""
    for one in asked:
        st.warning(
            _(
                "The address of this page asks for “{asked}”, which is not here. Choose again."
            ).format(asked=parts.plain(f"{parts.FIRST_STRONG}{one[:_MAX_SHOWN]}{parts.POP}")),
            icon=":material/link_off:",
        )


def take(key: str, name: str, options: Sequence[str], default: str) -> None:
    """Sets a widget from the address before it is drawn; to None where that is none of its options.

    It does where the widget has no choice yet, or where somebody went to another address: by a
    link within the page, or back in the browser's history.
    """
    asked, chosen = st.query_params.get(name), st.session_state.get(key)
    has_moved = _has_moved(key, asked)
    if chosen in options and not has_moved:
        return
    if chosen is not None and not has_moved:
        # Another choice of hers has taken this one away. No link is wrong, and the address is not
        # to say what is not on screen.
        asked = None
        st.query_params.pop(name, None)
        _has_moved(key, None)
    st.session_state[key] = default if asked is None else asked if asked in options else None


def take_number(key: str, name: str) -> None:
    """Sets a widget of a whole number or none as ``take`` does; says where it is no number."""
    has_moved = _has_moved(key, st.query_params.get(name))
    if has_moved or key not in st.session_state:
        # Nothing is counted from zero.
        st.session_state[key] = number(name) or None


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


def take_some(key: str, name: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Sets a widget of several choices as ``take`` does; they are joined by commas there.

    Returns:
        What the address asks for and is not there.
    """
    chosen, written = st.session_state.get(key), st.query_params.get(name)
    has_moved = _has_moved(key, written)
    asked = [one for one in (written or "").split(",") if one]
    if has_moved or chosen is None or not set(chosen) <= set(options):
        # An empty value says that none was chosen; only a missing one leaves it open.
        known = [one for one in asked if one in options]
        st.session_state[key] = list(default) if written is None else known
    return [one for one in asked if one not in options]


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
