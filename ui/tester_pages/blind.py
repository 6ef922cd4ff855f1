"""Blind comparison: one request to two releases, and which answer is better before the names."""

from __future__ import annotations

import streamlit as st

import address
import backend
import blind_conversation
import looking_again
import parts
import state
import turn_window
from backend import BlindSessionView, Person
from language import translate as _


def show(person: Person) -> None:
    """Shows the session of the address, or the choice of a new one."""
    st.set_page_config(layout="wide")
    st.title(_("Blind comparison"), anchor=False)
    wanted = address.number("blind")
    session: BlindSessionView | None = None
    if wanted is not None:
        with parts.failures():
            session = backend.find_blind(person, wanted)
        if session is None:
            _new_comparison()
            _earlier_sessions(person, None)
            return
    if session is None:
        _choose(person)
        # Said in a session that was left before it could be stored.
        blind_conversation.send(person)
    else:
        _head(person, session)
    _earlier_sessions(person, session)
    if session is not None:
        blind_conversation.show(person, session)
        looking_again.watch()


def _new_comparison() -> None:
    if st.button(_("New comparison"), key="blind.new", icon=":material/add_comment:"):
        _open(None)


def _choose(person: Person) -> None:
    releases = backend.list_talking_releases()
    if len(releases) < 2:
        parts.empty(
            _("There are not two releases to compare yet."),
            _("Whoever runs this platform adds one with `vernacular release add MANIFEST`."),
        )
        return
    st.write(
        _(
            "Two releases answer what you say, and you choose the better answer. Which is which "
            "changes each time, and you see the names after your choice."
        )
    )
    left, middle, right = st.columns(3)
    with left:
        locale = parts.locale_select(person, state.BLIND_LOCALE, _("I speak"))
    with middle:
        release = st.selectbox(_("One release"), releases, key=state.BLIND_RELEASE)
        parts.described(release)
    with right:
        others = [name for name in releases if name != release]
        rival = st.selectbox(_("The other release"), others, key=state.BLIND_RIVAL)
        parts.described(rival)
    if st.button(_("Begin"), key="blind.begin", type="primary", icon=":material/balance:"):
        _open(backend.start_blind(person, release, rival, locale).id)


def _head(person: Person, session: BlindSessionView) -> None:
    first, second = map(parts.isolated, session.releases)
    st.html(
        f'<div class="v-head">{parts.isolated(parts.locale_name(session.locale))} · '
        f"{first} · {second}</div>"
    )
    parts.muted(_("Which of the two is A and which is B changes with everything you say."))
    if not all(map(backend.hears, session.releases)):
        parts.muted(_("One of the two only reads what you write, so there is no microphone here."))
    with st.container(horizontal=True, key="blind-actions"):
        if session.ended_at is None and st.button(
            _("End comparison"), key="blind.end", icon=":material/stop_circle:"
        ):
            backend.end_blind(person, session.id)
            st.rerun()
        if session.ended_at is not None and backend.list_blind(person)[0].id == session.id:
            _take_back_end(person, session)
        _new_comparison()
    if session.ended_at is not None:
        st.info(_("This comparison has ended. You can still choose between its answers."))


def _take_back_end(person: Person, session: BlindSessionView) -> None:
    if st.button(_("Go on after all"), key="blind.reopen", icon=":material/undo:"):
        backend.reopen_blind(person, session.id)
        st.rerun()


def _earlier_sessions(person: Person, current: BlindSessionView | None) -> None:
    others = [one for one in backend.list_blind(person) if current is None or one.id != current.id]
    if not others:
        return
    with st.expander(_("Earlier comparisons"), icon=":material/history:"):
        for one in others:
            when = backend.local_time(one.started_at, st.context.timezone, person.ui_language)
            turns_said = parts.count("{n} turn", "{n} turns", one.n_turns)
            label = [when, parts.locale_name(one.locale), *one.releases, turns_said]
            if st.button(
                parts.plain(parts.joined(label)), key=f"blind.open.{one.id}", type="tertiary"
            ):
                _open(one.id)


def _open(session_id: int | None) -> None:
    turn_window.begin(state.BLIND_WINDOW)
    st.query_params.clear()
    if session_id is not None:
        st.query_params["blind"] = str(session_id)
    st.rerun()


show(parts.signed_in())
