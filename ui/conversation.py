"""The conversation of a live session: its last turns, and where the next one is typed or spoken."""

from __future__ import annotations

from typing import Any

import streamlit as st

import address
import backend
import goals
import outbox
import parts
import recording
import sounds
import state
import turns
from backend import Person, SessionView
from language import translate as _
from outbox import Message, Place

WINDOW = 10
"""Turns shown at first; a page with all of a long session grows slower with every turn."""

STEP = 5
"""So many turns leave the window together: those that keep their place cost a browser little."""

_SCROLL = """<script>
setTimeout(() => document.querySelector('.st-key-turns').scrollIntoView({block: 'end'}), 50);
</script>"""
"""Brings the newest answer onto the screen; Streamlit does that for whole pages alone. Nobody's
words stand in it."""

MAX_UPLOAD_MEGABYTES = 25
"""Of one recording: an hour of compressed speech, or five minutes of a studio's."""


@st.fragment
def show(person: Person, session: SessionView | None, place: Place) -> None:
    """Shows the conversation and takes what is said next.

    A fragment: a turn runs this again, and not the whole page around it.

    Args:
        person: who talks.
        session: None before the first turn, which starts it.
        place: where the next message belongs.
    """
    shown, waiting = st.container(key="turns"), st.container()
    if outbox.messages():
        with waiting:
            session = _put_all(person, session)
    if session is not None:
        with shown, parts.failures():
            _list_turns(person, session)
    if session is None or session.ended_at is None:
        with parts.failures():
            _input(session, place)


def _input(session: SessionView | None, place: Place) -> None:
    turns.input_direction(place.locale)
    recording.microphone_hint()
    done = [] if session is None else backend.list_tasks_done(session)
    task = goals.suggestion(place, done)
    st.chat_input(
        _("Say something as you would at home"),
        key=state.LIVE_INPUT,
        max_chars=backend.MAX_TYPED_LENGTH,
        accept_audio=True,
        accept_file=True,
        file_type=list(backend.RECORDING_SUFFIXES),
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        on_submit=_take,
        args=(place, task),
    )


def _take(place: Place, task: str | None) -> None:
    submitted: Any = st.session_state[state.LIVE_INPUT]
    if place.session_id is None:
        # Drawn before the session was there; the address knows one that was started since.
        place = Place(address.number("session"), place.locale, place.release, place.goal)
    files = [*submitted.files, *([submitted.audio] if submitted.audio else [])]
    outbox.add(place, submitted.text or "", [file.getvalue() for file in files], task)


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
        parts.check_signed_in()
        said = message.keep()
        if place.session_id is None:
            # Kept at once: a click meanwhile breaks this run off, and the next one must send the
            # message to this same session.
            started = backend.start_session(person, place.release, place.locale, place.goal)
            place.session_id = started.id
        if session is None and place.is_followed:
            session = backend.find_session(person, place.session_id)
            st.query_params["session"] = str(session.id)
        on_its_way = st.empty()
        with on_its_way.container():
            _said(message)
            with st.spinner(_("Asking the assistant…")):
                turn = backend.ask(person, place.session_id, message.client_key, said, message.task)
        on_its_way.empty()
        st.session_state[state.LIVE_ANSWERED] = turn.id
        outbox.drop(message)
        return session
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    _said(message)
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


def _said(message: Message) -> None:
    """Shows what is on its way."""
    if message.said is None:
        st.audio(message.recording)
    elif message.said.clip is not None:
        st.html(sounds.player(message.said.clip, _("What you said")))
    else:
        parts.said(message.said.text, message.place.locale)


def _list_turns(person: Person, session: SessionView) -> None:
    window = st.session_state.setdefault(state.LIVE_WINDOW, WINDOW)
    listed = backend.list_turns(session, window)
    n_turns = listed[-1].number if listed else 0
    n_hidden = -(-max(0, n_turns - window) // STEP) * STEP
    if n_hidden:
        st.button(
            _("Show earlier turns"),
            key=state.LIVE_EARLIER,
            icon=":material/expand_less:",
            on_click=_show_earlier,
        )
    answered = st.session_state.pop(state.LIVE_ANSWERED, None)
    shown = [(st.container(), turn) for turn in listed if turn.number > n_hidden]
    # The newest first: it is what she waits for, and a browser draws what has come so far.
    for place, turn in reversed(shown):
        with place:
            turns.show(person, session, turn, speaks_now=turn.id == answered)
    if answered is not None:
        st.html(_SCROLL, unsafe_allow_javascript=True)


def _show_earlier() -> None:
    st.session_state[state.LIVE_WINDOW] += WINDOW
