"""The conversation of a live session: its last turns, and where the next one is typed or spoken."""

from __future__ import annotations

from functools import partial

import streamlit as st

import address
import backend
import goals
import on_its_way
import parts
import saying
import state
import turn_window
import turns
import unsent
from backend import Person, SessionView, TurnView
from language import translate as _
from outbox import LIVE, Message, Place

_SCROLL = """<script>
setTimeout(() => {
  const last = ['.st-key-suggestion', '.st-key-waiting:has(button)', '.st-key-turns']
    .map((one) => document.querySelector(one)).find(Boolean);
  last.scrollIntoView({block: 'end'});
  // The first turn draws another page, which has lost the focus. Not on a telephone, whose keyboard
  // would cover the answer.
  if (document.activeElement === document.body && matchMedia('(hover: hover)').matches) {
    document.querySelector('[data-testid="stChatInputTextArea"]')?.focus({preventScroll: true});
  }
}, 50);
</script>"""
"""Brings the newest turn onto the screen, with what could not be sent and what to try next below
it; Streamlit does that for whole pages alone. Nobody's words stand in it."""


@st.fragment
def show(person: Person, session: SessionView | None, place: Place) -> None:
    """Shows the conversation and takes what is said next.

    A fragment: a turn runs this again, and not the whole page around it.

    Args:
        person: who talks.
        session: None before the first turn, which starts it.
        place: where the next message belongs.
    """
    shown, waiting = st.container(key="turns"), st.container(key="waiting")
    if LIVE.messages():
        with waiting:
            session = _put_all(person, session)
    newest: TurnView | None = None
    if session is not None:
        with shown, parts.failures():
            newest = _list_turns(person, session)
    else:
        st.session_state.pop(state.LIVE_OPENED, None)
    if session is None or session.ended_at is None:
        with parts.failures():
            _input(session, place, newest)


def _input(session: SessionView | None, place: Place, newest: TurnView | None) -> None:
    done = [] if session is None else backend.list_tasks_done(session)
    task = goals.suggestion(place, done, since=None if newest is None else newest.task)
    hears = backend.hears(place.release)
    saying.field(state.LIVE_INPUT, place.locale, hears, _take, (place, task))


def _take(place: Place, task: str | None) -> None:
    text, recordings = saying.sent(state.LIVE_INPUT)
    if place.session_id is None:
        # Drawn before the session was there; the address knows one that was started since.
        place = Place(address.number("session"), place.locale, place.release, place.goal)
    LIVE.add(place, text, recordings, task)


def _put_all(person: Person, session: SessionView | None) -> SessionView | None:
    """Sends what waits, in order; returns the session on screen, which may be new by then."""
    # What stands above was drawn before there was a session, or while it was paused; who speaks
    # goes on with it.
    is_stale = session is None or session.paused_at is not None
    others = LIVE.on_their_way()
    for message in list(LIVE.messages()):
        session = _put(person, session, message, others)
    on_its_way.show(LIVE, _("Asking the assistant…"))
    if is_stale and session is not None and not LIVE.messages():
        st.rerun()
    return session


def _put(
    person: Person, session: SessionView | None, message: Message, others: list[Message]
) -> SessionView | None:
    place = message.place
    with parts.failures():
        if on_its_way.is_to_send(message, others):
            _send(person, message)
        if session is None and place.is_followed:
            assert place.session_id is not None
            session = backend.find_session(person, place.session_id)
            st.query_params["session"] = str(session.id)
        try:
            answered = on_its_way.take(message)
        except backend.SessionEnded:
            _begin_again(session, message)
        else:
            if answered is not None:
                st.session_state[state.LIVE_ANSWERED] = answered
                LIVE.drop(message)
        return session
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    unsent.keep(message, LIVE.drop)
    return session


def _send(person: Person, message: Message) -> None:
    place = message.place
    parts.check_signed_in()
    said = message.keep()
    if place.session_id is None:
        # Kept at once: a click meanwhile breaks this run off, and the next one must send the
        # message to this same session.
        started = backend.start_session(person, place.release, place.locale, place.goal)
        place.session_id = started.id
    ask = partial(backend.ask, person, place.session_id, message.client_key, said, message.task)
    on_its_way.send(LIVE, message, ask)


def _begin_again(session: SessionView | None, message: Message) -> None:
    """Offers a new session for what was said in one that has ended meanwhile."""
    place = message.place
    if session is not None and session.id == place.session_id and session.ended_at is None:
        # The page still stands there as that of an open session, or it was opened again since.
        message.forget_asking()
        st.rerun()
    if unsent.goes_on(message, LIVE.drop):
        LIVE.begin_again(message)
        turn_window.begin(state.LIVE_WINDOW)
        st.query_params.clear()
        st.rerun()


def _list_turns(person: Person, session: SessionView) -> TurnView | None:
    """Shows the last turns and returns the newest one, where there is one."""
    answered, is_opened = _just_answered(session), _is_just_opened(session)
    # Stored before they are answered, but they stand among what waits.
    asked = [message.client_key for message in LIVE.on_their_way()]

    def listed(n: int) -> list[TurnView]:
        found = backend.list_turns(session, n + len(asked))
        return [turn for turn in found if turn.client_key not in asked]

    newest = answered or next(reversed(listed(1)), None)
    if newest is None:
        return None
    places = turn_window.places(newest.number, state.LIVE_WINDOW, state.LIVE_EARLIER)
    # First and by itself: it is what she waits for, and a browser draws what has come so far.
    with places.pop(newest.number):
        turns.show(person, session, newest, speaks_now=newest == answered)
    for turn in listed(len(places) + 1):
        if turn.number in places:
            with places[turn.number]:
                turns.show(person, session, turn)
    waiting = LIVE.messages()
    if not asked and (answered is not None or waiting or is_opened):
        # A browser does not run the very same script again in the same place.
        shown = waiting[-1].client_key if waiting else newest.id
        st.html(f'<i data-shown="{shown}"></i>{_SCROLL}', unsafe_allow_javascript=True)
    return newest


def _is_just_opened(session: SessionView) -> bool:
    """True once where a session comes on screen that can go on, and its newest turn with it."""
    before = st.session_state.get(state.LIVE_OPENED)
    st.session_state[state.LIVE_OPENED] = session.id
    # One that has ended begins with what was found in it, and has no field below.
    return session.id != before and session.ended_at is None


def _just_answered(session: SessionView) -> TurnView | None:
    """Returns the turn that this run is for, once."""
    turn: TurnView | None = st.session_state.pop(state.LIVE_ANSWERED, None)
    return turn if turn is not None and turn.session_id == session.id else None
