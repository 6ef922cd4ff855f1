"""One turn of a blind session: two answers side by side, and the choice between them."""

from __future__ import annotations

from html import escape

import streamlit as st

import backend
import parts
import recording
import sounds
import state
from backend import BlindSessionView, BlindTurnView, Choice, Person, SideView, StoredClip
from language import translate as _
from wording import mark

CHOICES = {
    Choice.A: mark("A is better"),
    Choice.B: mark("B is better"),
    Choice.TIE: mark("Both equally good"),
    Choice.BOTH_BAD: mark("Both bad"),
}


def show(
    person: Person, session: BlindSessionView, turn: BlindTurnView, clip: StoredClip | None
) -> None:
    """Shows a turn as just read from the store; ``clip`` is what was spoken in it."""
    with st.chat_message("user"):
        if clip is None:
            parts.said(turn.said.text, session.locale)
        else:
            st.html(recording.kept(clip))
    if clip is not None and not backend.is_audible(clip) and turn.a is None and turn.b is None:
        # To ask again would change nothing, and what to do instead stands below the recording.
        parts.muted(_("There is nothing in it to answer."))
        return
    names = turn.releases or (None, None)
    # Streamlit puts columns below each other where there is no room beside each other.
    for column, letter, side, name in zip(
        st.columns(2, border=True), "AB", (turn.a, turn.b), names, strict=True
    ):
        with column:
            _head(letter, name)
            if side is None:
                parts.muted(_("No answer yet"))
            else:
                _side(session, turn, side)
    if not backend.both_answered(turn):
        _failed(person, turn)
    elif turn.choice is None:
        _vote(person, turn)
    else:
        _voted(turn)
    parts.outcome(state.of_blind_turn(turn.id, "outcome"))


def _head(letter: str, name: str | None) -> None:
    revealed = "" if name is None else f" · {parts.isolated(name)}"
    st.html(f'<div class="v-understood"><strong>{letter}</strong>{revealed}</div>')


def _side(session: BlindSessionView, turn: BlindTurnView, side: SideView) -> None:
    if side.reply:
        parts.said(side.reply, session.locale)
    else:
        parts.muted(_("It said nothing."))
    if side.speech is not None:
        st.html(sounds.player(side.speech, _("The reply, spoken")))
    st.html(parts.understood(side.intent, None))
    heard = turn.said.text if side.transcript is None else side.transcript
    label = "" if side.transcript is None else f"{escape(_('Heard:'))} "
    if label or side.slots:
        st.html(f"<div>{label}{parts.marked(heard, session.locale, side.slots)}</div>")


def _vote(person: Person, turn: BlindTurnView) -> None:
    if turn.is_alike:
        parts.muted(_("Both answered in the same words."))
    if turn.is_hushed:
        parts.muted(
            _("Only one of the two has a voice, so you hear neither before you have chosen.")
        )
    if not turn.is_counted:
        _not_counted()
    with st.container(horizontal=True):
        for choice, label in CHOICES.items():
            st.button(
                _(label),
                key=state.of_blind_turn(turn.id, f"vote.{choice.value}"),
                on_click=_record,
                args=(person, turn, choice),
            )


def _record(person: Person, turn: BlindTurnView, choice: Choice) -> None:
    parts.attempt(
        state.of_blind_turn(turn.id, "outcome"),
        lambda: backend.record_preference(person, turn.id, choice),
    )


def _voted(turn: BlindTurnView) -> None:
    assert turn.choice is not None
    said = _("You said: {choice}").format(choice=parts.in_page_direction(_(CHOICES[turn.choice])))
    st.html(f'<div class="v-corrected">{escape(said)}</div>')
    if not turn.is_counted:
        _not_counted()


def _not_counted() -> None:
    st.info(
        _("An answer gave its name away, so what you choose here is kept but not counted."),
        icon=":material/visibility:",
    )


def _failed(person: Person, turn: BlindTurnView) -> None:
    st.warning(
        _("Not both have answered. What you said is saved; you can ask again."),
        icon=":material/cloud_off:",
    )
    st.button(
        _("Try again"),
        key=state.of_blind_turn(turn.id, "retry"),
        icon=":material/refresh:",
        on_click=_ask_again,
        args=(person, turn),
    )


def _ask_again(person: Person, turn: BlindTurnView) -> None:
    place = state.of_blind_turn(turn.id, "outcome")
    # The same client key: a side that answered late is not asked twice, and no turn is doubled.
    if parts.attempt(
        place, lambda: backend.ask_both(person, turn.session_id, turn.client_key, turn.said)
    ):
        # Nothing of hers was saved by it, and what came of it is on screen.
        del st.session_state[place]
