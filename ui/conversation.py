"""The conversation of a live session: its last turns, and where the next one is typed or spoken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import streamlit as st

import address
import backend
import goals
import outbox
import parts
import saying
import state
import turns
import unsent
from backend import Person, Said, SessionView, TurnView
from language import translate as _
from outbox import Message, Place

WINDOW = 10
"""Turns shown at first; a page with all of a long session grows slower with every turn."""

STEP = 5
"""So many turns leave the window together: those that keep their place cost a browser little."""

MOMENT_SECONDS = 0.2
"""An answer that comes sooner is drawn at once: what is drawn before it costs a browser as much."""

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
"""Brings the newest answer onto the screen, with what could not be sent and what to try next below
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
    done = [] if session is None else backend.list_tasks_done(session)
    task = goals.suggestion(place, done)
    hears = backend.hears(place.release)
    saying.field(state.LIVE_INPUT, place.locale, hears, _take, (place, task))


def _take(place: Place, task: str | None) -> None:
    text, recordings = saying.sent(state.LIVE_INPUT)
    if place.session_id is None:
        # Drawn before the session was there; the address knows one that was started since.
        place = Place(address.number("session"), place.locale, place.release, place.goal)
    outbox.add(place, text, recordings, task)


def _put_all(person: Person, session: SessionView | None) -> SessionView | None:
    """Sends what waits, in order; returns the session on screen, which may be new by then."""
    # What stands above was drawn before there was a session, or while it was paused; who speaks
    # goes on with it.
    is_stale = session is None or session.paused_at is not None
    for message in list(outbox.messages()):
        session = _put(person, session, message)
    if is_stale and session is not None and not outbox.messages():
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
        st.session_state[state.LIVE_ANSWERED] = _ask(person, place.session_id, message, said)
        outbox.drop(message)
        return session
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    unsent.keep(message, outbox.drop)
    return session


def _ask(person: Person, session_id: int, message: Message, said: Said) -> TurnView:
    """Asks the assistant, and shows what is on its way where that takes more than a moment."""
    # Asked beside this thread, which alone can draw. However this run ends, it waits for the turn:
    # the next one must not ask for the same a second time meanwhile.
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(
            backend.ask, person, session_id, message.client_key, said, message.task
        )
        if not wait([asked], MOMENT_SECONDS).done:
            on_its_way = st.empty()
            with on_its_way.container():
                unsent.show(message)
                with st.spinner(_("Asking the assistant…")):
                    wait([asked])
            on_its_way.empty()
        return asked.result()


def _list_turns(person: Person, session: SessionView) -> None:
    window = st.session_state.setdefault(state.LIVE_WINDOW, WINDOW)
    answered = _just_answered(session)
    newest = answered or next(iter(backend.list_turns(session, 1)), None)
    if newest is None:
        return
    n_hidden = -(-max(0, newest.number - window) // STEP) * STEP
    if n_hidden:
        st.button(
            _("Show earlier turns"),
            key=state.LIVE_EARLIER,
            icon=":material/expand_less:",
            on_click=_show_earlier,
        )
    places = {number: st.container() for number in range(n_hidden + 1, newest.number + 1)}
    # First and by itself: it is what she waits for, and a browser draws what has come so far.
    with places.pop(newest.number):
        turns.show(person, session, newest, speaks_now=newest == answered)
    for turn in backend.list_turns(session, window):
        if turn.number in places:
            with places[turn.number]:
                turns.show(person, session, turn)
    waiting = outbox.messages()
    if answered is not None or waiting:
        # A browser does not run the very same script again in the same place.
        shown = waiting[-1].client_key if waiting else newest.id
        st.html(f'<i data-shown="{shown}"></i>{_SCROLL}', unsafe_allow_javascript=True)


def _just_answered(session: SessionView) -> TurnView | None:
    """Returns the turn that this run is for, once."""
    turn: TurnView | None = st.session_state.pop(state.LIVE_ANSWERED, None)
    return turn if turn is not None and turn.session_id == session.id else None


def _show_earlier() -> None:
    st.session_state[state.LIVE_WINDOW] += WINDOW
