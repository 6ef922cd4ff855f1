"""The turns of a blind session, and where the next request is typed or spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import backend
import blind_turn
import on_its_way
import parts
import saying
import state
import turn_window
import unsent
from backend import BlindSessionView, BlindTurnView, Person
from language import translate as _
from outbox import BLIND, Message, Place

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
        send(person, session)
    with shown, parts.failures():
        _list_turns(person, session)


def send(person: Person, session: BlindSessionView | None = None) -> None:
    """Sends what waits, in order, to the session in which it was said; what fails stays here.

    Args:
        person: who said it.
        session: the one on screen, which need not be that one.
    """
    others = BLIND.on_their_way()
    for message in list(BLIND.messages()):
        _put(person, session, message, others)
    on_its_way.show(BLIND, _("Asking both…"))


def _input(session: BlindSessionView) -> None:
    hears = all(map(backend.hears, session.releases))
    # Its session is there already, so that no release has to start one.
    place = Place(session.id, session.locale, release="")
    saying.field(state.BLIND_INPUT, session.locale, hears, _take, (place,))


def _take(place: Place) -> None:
    text, recordings = saying.sent(state.BLIND_INPUT)
    BLIND.add(place, text, recordings)


def _put(
    person: Person, session: BlindSessionView | None, message: Message, others: list[Message]
) -> None:
    with parts.failures():
        if on_its_way.is_to_send(message, others):
            _send(person, message)
        try:
            answered = on_its_way.take(message)
        except backend.SessionEnded:
            _begin_again(person, session, message)
        else:
            if answered is not None:
                st.session_state[state.BLIND_ANSWERED] = answered
                BLIND.drop(message)
        return
    # It could not even be stored: it stays on screen until it is, or until she gives it up.
    unsent.keep(message, BLIND.drop)


def _send(person: Person, message: Message) -> None:
    assert message.place.session_id is not None
    parts.check_signed_in()
    said = message.keep()
    ask = partial(backend.ask_both, person, message.place.session_id, message.client_key, said)
    on_its_way.send(BLIND, message, ask)


def _begin_again(person: Person, session: BlindSessionView | None, message: Message) -> None:
    """Offers a new comparison for what was said in one that has ended meanwhile."""
    ended_id = message.place.session_id
    assert ended_id is not None
    if session is not None and session.id == ended_id and session.ended_at is None:
        # The page still stands there as that of an open session, or it was opened again since.
        message.forget_asking()
        st.rerun()
    if unsent.goes_on(message, BLIND.drop):
        ended = backend.find_blind(person, ended_id)
        anew = backend.start_blind(person, *ended.releases, ended.locale)
        BLIND.begin_again(message, anew.id)
        turn_window.begin(state.BLIND_WINDOW)
        st.query_params["blind"] = str(anew.id)
        st.rerun()


def _list_turns(person: Person, session: BlindSessionView) -> None:
    answered = _just_answered(session)
    # Stored before they are answered, but they stand among what waits.
    asked = [message.client_key for message in BLIND.on_their_way()]

    def listed(n: int) -> list[BlindTurnView]:
        found = backend.list_blind_turns(person, session.id, n + len(asked))
        return [turn for turn in found if turn.client_key not in asked]

    newest = answered or next(reversed(listed(1)), None)
    if newest is None:
        return
    places = turn_window.places(newest.number, state.BLIND_WINDOW, state.BLIND_EARLIER)
    # First and by itself: it is what she waits for, and a browser draws what has come so far.
    _draw(person, session, [newest], places)
    del places[newest.number]
    _draw(person, session, listed(len(places) + 1), places)
    if answered is not None and not asked:
        # A browser does not run the very same script again in the same place.
        st.html(f'<i data-shown="{newest.id}"></i>{_SCROLL}', unsafe_allow_javascript=True)


def _draw(
    person: Person,
    session: BlindSessionView,
    listed: Sequence[BlindTurnView],
    places: Mapping[int, DeltaGenerator],
) -> None:
    """Draws those of the turns that have a place, with what was spoken in them."""
    shown = [turn for turn in listed if turn.number in places]
    clips = backend.find_clips([turn.said.clip for turn in shown if turn.said.clip is not None])
    for turn in shown:
        with places[turn.number], st.container(key=f"blind-turn-{turn.id}"):
            blind_turn.show(person, session, turn, clips.get(turn.said.clip or ""))


def _just_answered(session: BlindSessionView) -> BlindTurnView | None:
    """Returns the turn that this run is for, once."""
    turn: BlindTurnView | None = st.session_state.pop(state.BLIND_ANSWERED, None)
    return turn if turn is not None and turn.session_id == session.id else None
