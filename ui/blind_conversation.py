"""The turns of a blind session, and where the next request is typed or spoken."""

from __future__ import annotations

import uuid

import streamlit as st

import backend
import blind_turn
import parts
import saying
import state
import unsent
from backend import BlindSessionView, Person, Said
from language import translate as _
from outbox import Message, Place

WINDOW = 10
"""Turns shown at first."""

_SCROLL = """<script>
setTimeout(() => {
  const newest = [...document.querySelectorAll('[class*=st-key-blind-turn-]')].pop();
  newest.style.scrollMarginTop = '4rem';
  newest.scrollIntoView({block: 'start'});
}, 50);
</script>"""
"""Brings the newest answers onto the screen from where they begin, so that A is read before B.
Nobody's words stand in it."""


@st.fragment
def show(person: Person, session: BlindSessionView) -> None:
    """Shows the turns and takes what is said next; a turn or a vote runs this again alone."""
    shown, waiting = st.container(key="blind-turns"), st.container()
    if session.ended_at is None:
        _input(session)
    with waiting:
        send(person)
    with shown, parts.failures():
        _list_turns(person, session)


def send(person: Person) -> None:
    """Sends what waits, in order, to the session in which it was said; what fails stays here."""
    for message in list(_messages()):
        _send(person, message)


def _input(session: BlindSessionView) -> None:
    hears = all(map(backend.hears, session.releases))
    # Its session is there already, so that no release has to start one.
    place = Place(session.id, session.locale, release="")
    saying.field(state.BLIND_INPUT, session.locale, hears, _take, (place,))


def _messages() -> list[Message]:
    listed: list[Message] = st.session_state.setdefault(state.BLIND_SUBMITTED, [])
    return listed


def _take(place: Place) -> None:
    # The keys are made here, once per submit: a run of the script that is broken off and repeated
    # finds the same key, so the turn is not stored twice.
    text, recordings = saying.sent(state.BLIND_INPUT)
    for recorded in recordings:
        message = Message(uuid.uuid4().hex, place, None, recorded)
        _messages().append(message)
        parts.quietly(message.keep)
    if text.strip():
        _messages().append(Message(uuid.uuid4().hex, place, Said(text)))


def _send(person: Person, message: Message) -> None:
    assert message.place.session_id is not None
    with parts.failures():
        parts.check_signed_in()
        said = message.keep()
        on_its_way = st.empty()
        with on_its_way.container():
            unsent.show(message)
            with st.spinner(_("Asking both…")):
                backend.ask_both(person, message.place.session_id, message.client_key, said)
        on_its_way.empty()
        st.session_state[state.BLIND_ANSWERED] = message.place.session_id
        _drop(message)
        return
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    unsent.keep(message, _drop)


def _drop(message: Message) -> None:
    if message in _messages():
        _messages().remove(message)


def _list_turns(person: Person, session: BlindSessionView) -> None:
    window = st.session_state.setdefault(state.BLIND_WINDOW, WINDOW)
    listed = backend.list_blind_turns(person, session.id, window + 1)
    if len(listed) > window:
        st.button(
            _("Show earlier turns"),
            key=state.BLIND_EARLIER,
            icon=":material/expand_less:",
            on_click=_show_earlier,
        )
    shown = listed[-window:]
    clips = backend.find_clips([turn.said.clip for turn in shown if turn.said.clip is not None])
    for turn in shown:
        with st.container(key=f"blind-turn-{turn.id}"):
            blind_turn.show(person, session, turn, clips.get(turn.said.clip or ""))
    if st.session_state.pop(state.BLIND_ANSWERED, None) == session.id:
        st.html(_SCROLL, unsafe_allow_javascript=True)


def _show_earlier() -> None:
    st.session_state[state.BLIND_WINDOW] += WINDOW
