"""One turn of a live session: what was said, what was made of it, and what a tester says of it."""

from __future__ import annotations

from html import escape

import streamlit as st

import backend
import parts
import recording
import sounds
import state
import turn_correcting
import turn_judging
from backend import Person, SessionView, TurnView
from language import translate as _


def input_direction(locale: str) -> None:
    """Lets the message field run in the direction of the locale that is spoken."""
    direction = backend.locale_direction(locale)
    st.html(f'<style>[data-testid="stChatInput"] textarea {{ direction: {direction}; }}</style>')


def show(person: Person, session: SessionView, turn: TurnView, *, speaks_now: bool = False) -> None:
    """Shows one turn as just read from the store; ``speaks_now`` plays its spoken reply at once."""
    st.session_state[state.of_turn(turn.id, "view")] = turn
    _show(person, session, turn.id, speaks_now)


@st.fragment
def _show(person: Person, session: SessionView, turn_id: int, speaks_now: bool) -> None:
    # A fragment: judging a turn runs only this again, not the whole page. What it was called with
    # is from the last run of the page, so the turn itself comes from where actions refresh it.
    turn: TurnView = st.session_state[state.of_turn(turn_id, "view")]
    with parts.failures():
        with st.chat_message("user"):
            _said(session, turn)
        with st.chat_message("assistant"):
            if backend.is_answered(turn):
                st.html(_answer(session, turn, speaks_now))
                turn_judging.show(person, turn)
            else:
                _unanswered(person, session, turn)
            if turn_judging.is_open(turn):
                turn_correcting.show(person, session, turn)
                if backend.is_answered(turn):
                    turn_judging.show_more(person, session, turn)
            parts.outcome(state.of_turn(turn_id, "outcome"))


def _said(session: SessionView, turn: TurnView) -> None:
    if turn.clip is None:
        parts.said(turn.text, session.locale, turn.slots)
        return
    heard = ""
    if turn.text:
        text = parts.marked(turn.text, session.locale, turn.slots)
        heard = (
            f'<div class="v-said"><span class="v-muted">{escape(_("Heard:"))}</span> {text}</div>'
        )
    st.html(recording.kept(turn.clip, heard))


def _answer(session: SessionView, turn: TurnView, speaks_now: bool) -> str:
    """Returns the HTML of what was understood and answered: one piece, because there are many."""
    pieces = [parts.understood(turn.intent, turn.intent_confidence)]
    if turn.reply:
        reply = parts.marked(turn.reply, session.locale, ())
        pieces.append(f'<div class="v-said">{reply}</div>')
    if turn.speech is not None:
        pieces.append(sounds.player(turn.speech, _("The spoken reply"), plays_now=speaks_now))
    pieces.append(parts.stage_bar([(one.stage, one.latency_ms) for one in turn.stages]))
    if turn.correction is not None:
        pieces.append(turn_correcting.corrected(session, turn))
    return "".join(pieces)


def _unanswered(person: Person, session: SessionView, turn: TurnView) -> None:
    if turn.clip is not None and not backend.is_audible(turn.clip):
        # To ask again would change nothing, and what to do instead stands below the recording.
        parts.muted(_("There is nothing in it to answer."))
        return
    st.warning(_why(turn), icon=":material/cloud_off:")
    if turn.error and backend.is_engineer(person):
        parts.muted(turn.error)
    with st.container(horizontal=True):
        if st.button(
            _("Try again"), key=state.of_turn(turn.id, "retry"), icon=":material/refresh:"
        ):
            _ask_again(person, session, turn)
        if turn.clip is not None:
            # What was never heard can be written down all the same, and is a test of the next one.
            turn_judging.toggle(turn, _("Write what you said"))
    if turn.correction is not None:
        st.html(turn_correcting.corrected(session, turn))


def _why(turn: TurnView) -> str:
    if turn.error is None:
        return _("The answer has not come yet. What you said is saved; you can ask again.")
    if backend.is_starting(turn.error):
        return _("The assistant is just starting. What you said is saved; ask again in a minute.")
    return _("The assistant did not answer. What you said is saved; you can ask again.")


def _ask_again(person: Person, session: SessionView, turn: TurnView) -> None:
    with st.spinner(_("Asking the assistant…")):
        parts.check_signed_in()
        # The same client key: the host may have answered late, and a turn is never doubled.
        again = backend.ask(person, session.id, turn.client_key, backend.said_in(turn), turn.task)
    st.session_state[state.of_turn(turn.id, "view")] = again
    st.rerun()
