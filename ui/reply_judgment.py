"""What somebody of the culture says of a reply: four questions, each with yes or no."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import parts
import state
from backend import Person, ReplyJudgment, SessionView, TurnView
from language import translate as _
from wording import mark

QUESTIONS = {
    "appropriate": mark("Would one say it like this at home?"),
    "right_formality": mark("Is it as polite as it should be?"),
    "would_offend": mark("Could it offend somebody?"),
    "understandable": mark("Could you understand the voice?"),
}
"""By the key that reports and gate policies know each by."""
_FIELDS = {
    "appropriate": "is_appropriate",
    "right_formality": "has_right_formality",
    "would_offend": "would_offend",
    "understandable": "is_understandable",
}
_ANSWERS = {"yes": mark("Yes"), "no": mark("No")}


def show(
    person: Person,
    session: SessionView,
    turn: TurnView,
    record: Callable[[ReplyJudgment], None],
) -> None:
    """Asks about the reply of a turn that is open; one without a voice is not asked about it.

    Args:
        person: who answers.
        session: the turn's.
        turn: one that was replied to.
        record: stores all answers, each time one is given or taken back.
    """
    if session.locale not in person.locales:
        parts.muted(
            _(
                "{locale} is not among your own languages: what you answer is kept, but does not "
                "count as a native speaker's word."
            ).format(locale=parts.locale_short(session.locale))
        )
    for question in _asked(turn):
        st.segmented_control(
            _(QUESTIONS[question]),
            list(_ANSWERS),
            format_func=lambda answer: _(_ANSWERS[answer]),
            default=_stored(turn, question),
            key=_key(turn, question),
            on_change=_record,
            args=(turn, record),
        )


def _asked(turn: TurnView) -> list[str]:
    return [one for one in QUESTIONS if one != "understandable" or turn.speech is not None]


def _stored(turn: TurnView, question: str) -> str | None:
    answer = None if turn.judgment is None else getattr(turn.judgment.reply, _FIELDS[question])
    return None if answer is None else "yes" if answer else "no"


def _record(turn: TurnView, record: Callable[[ReplyJudgment], None]) -> None:
    chosen = {one: st.session_state.get(_key(turn, one)) for one in _asked(turn)}
    record(
        ReplyJudgment(
            **{_FIELDS[one]: None if a is None else a == "yes" for one, a in chosen.items()}
        )
    )


def _key(turn: TurnView, question: str) -> str:
    return state.of_turn(turn.id, f"reply.{question}")
