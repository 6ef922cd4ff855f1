"""Live session: talk with a release, and say at once what it got wrong."""

from __future__ import annotations

import uuid

import streamlit as st

import address
import backend
import outbox
import parts
import state
import turns
from backend import Person, SessionView
from language import translate as _
from outbox import Message

# Turns shown at first; a page with all of a long session grows slower with every turn.
WINDOW = 10


def show(person: Person) -> None:
    """Shows the session of the address, or the choice of a new one."""
    st.title(_("Live session"), anchor=False)
    wanted = address.number("session")
    session = None if wanted is None else backend.find_session(person, wanted)
    if session is None:
        chosen = _choose(person)
    else:
        chosen = (session.locale, session.release_name)
        _head(person, session)
    _earlier_sessions(person, session)
    if chosen is not None:
        _talk(person, session, *chosen)


def _choose(person: Person) -> tuple[str, str] | None:
    releases = backend.list_talking_releases()
    if not releases:
        parts.empty(
            _("There is no release to talk to yet."),
            _("Whoever runs this platform adds one with `vernacular release add MANIFEST`."),
        )
        return None
    st.write(_("Choose what you speak and whom you talk to, then write as you would at home."))
    left, right = st.columns(2)
    with left:
        locale = parts.locale_select(person, state.LIVE_LOCALE, _("I speak"))
    with right:
        release = st.selectbox(_("Release"), releases, key=state.LIVE_RELEASE)
        parts.described(release)
    return locale, release


def _head(person: Person, session: SessionView) -> None:
    st.html(
        f'<div class="v-head">{parts.isolated(parts.locale_name(session.locale))} · '
        f"{parts.isolated(session.release_name)}</div>"
    )
    parts.described(session.release_name)
    with st.container(horizontal=True, key="live-actions"):
        if session.ended_at is None and st.button(
            _("End session"), key="live.end", icon=":material/stop_circle:"
        ):
            backend.end_session(person, session.id)
            st.rerun()
        if st.button(_("New session"), key="live.new", icon=":material/add_comment:"):
            _open(None)
    if session.ended_at is not None:
        st.info(_("This session has ended. You can still correct and rate its turns."))


def _earlier_sessions(person: Person, current: SessionView | None) -> None:
    others = [
        one for one in backend.list_sessions(person) if current is None or one.id != current.id
    ]
    if not others:
        return
    with st.expander(_("Earlier sessions"), icon=":material/history:"):
        for one in others:
            when = backend.local_time(one.started_at, st.context.timezone, person.ui_language)
            turns_said = parts.count("{n} turn", "{n} turns", one.n_turns)
            label = parts.joined(
                [when, parts.locale_name(one.locale), one.release_name, turns_said]
            )
            if st.button(parts.plain(label), key=f"live.open.{one.id}", type="tertiary"):
                _open(one.id)


def _open(session_id: int | None) -> None:
    outbox.look_elsewhere()
    st.session_state[state.LIVE_WINDOW] = WINDOW
    st.query_params.clear()
    if session_id is not None:
        st.query_params["session"] = str(session_id)
    st.rerun()


def _talk(person: Person, session: SessionView | None, locale: str, release: str) -> None:
    shown, waiting = st.container(key="turns"), st.empty()
    is_open = session is None or session.ended_at is None
    if is_open:
        turns.input_direction(locale)
        st.chat_input(
            _("Say something as you would at home"),
            key=state.LIVE_INPUT,
            max_chars=backend.MAX_TYPED_LENGTH,
            on_submit=_take,
            args=(None if session is None else session.id, locale, release),
        )
    if outbox.messages():
        with waiting.container():
            session = _put_all(person, session)
    if session is None:
        return
    with shown:
        _list_turns(person, session)


def _take(session_id: int | None, locale: str, release: str) -> None:
    if session_id is None:
        # Drawn before the session was there; the address knows one that was started since.
        session_id = address.number("session")
    # The key is made here, once per submit: a run of the script that is broken off and repeated
    # finds the same key, so the turn is not stored twice.
    text = st.session_state[state.LIVE_INPUT]
    outbox.add(uuid.uuid4().hex, text, session_id, locale, release)


def _put_all(person: Person, session: SessionView | None) -> SessionView | None:
    """Sends what waits, in order; returns the session on screen, which may be new by then."""
    is_new = session is None
    for message in list(outbox.messages()):
        session = _put(person, session, message)
    if is_new and session is not None and not outbox.messages():
        # What stands above was drawn before there was a session.
        st.rerun()
    return session


def _put(person: Person, session: SessionView | None, message: Message) -> SessionView | None:
    place = message.place
    with parts.failures():
        if place.session_id is None:
            # Kept at once: a click meanwhile breaks this run off, and the next one must send the
            # message to this same session.
            place.session_id = backend.start_session(person, place.release, place.locale).id
        if session is None and place.is_followed:
            session = backend.find_session(person, place.session_id)
            st.query_params["session"] = str(session.id)
        with st.spinner(_("Asking the assistant…")):
            backend.ask(person, place.session_id, message.client_key, backend.Said(message.text))
        outbox.drop(message)
        return session
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    parts.said(message.text, place.locale)
    st.button(
        _("Try again"),
        key=state.of_message(message.client_key, "again"),
        icon=":material/refresh:",
    )
    st.button(
        _("Discard"),
        key=state.of_message(message.client_key, "discard"),
        on_click=outbox.drop,
        args=(message,),
        icon=":material/delete:",
    )
    return session


def _list_turns(person: Person, session: SessionView) -> None:
    window = st.session_state.setdefault(state.LIVE_WINDOW, WINDOW)
    listed = backend.list_turns(session, window + 1)
    if len(listed) > window and st.button(
        _("Show earlier turns"), key=state.LIVE_EARLIER, icon=":material/expand_less:"
    ):
        st.session_state[state.LIVE_WINDOW] = window + WINDOW
        st.rerun()
    for turn in listed[-window:]:
        turns.show(person, session, turn)


show(parts.signed_in())
