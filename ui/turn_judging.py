"""How a tester judges a turn: a rating at a glance, and more where she opens it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

import backend
import parts
import reply_judgment
import state
import wording
from backend import Person, ReplyJudgment, SessionView, TurnView
from language import translate as _


def show(person: Person, turn: TurnView) -> None:
    """Asks how a turn was, and shows what was said of it before."""
    judgment = turn.judgment
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<span class="v-muted">{escape(_("How was it?"))}</span>', width="content")
        st.feedback(
            "faces",
            key=state.of_turn(turn.id, "rating"),
            default=None if judgment is None or judgment.rating is None else judgment.rating - 1,
            on_change=_record,
            args=(person, turn),
        )
        toggle(turn, _("Correct or comment"))


def show_more(person: Person, session: SessionView, turn: TurnView) -> None:
    """Asks what was wrong with a turn, and what its reply is like for somebody of the culture."""
    judgment = turn.judgment
    issues = {tag: _(wording.ISSUES.get(tag) or wording.spoken(tag)) for tag in backend.ISSUE_TAGS}
    st.pills(
        _("What was wrong?"),
        list(issues),
        selection_mode="multi",
        default=list(judgment.tags) if judgment is not None else [],
        format_func=issues.__getitem__,
        key=state.of_turn(turn.id, "tags"),
        on_change=_record,
        args=(person, turn),
    )
    if turn.reply:
        reply_judgment.show(person, session, turn, lambda reply: _record(person, turn, reply))
    st.text_input(
        _("Note"),
        value=judgment.note if judgment is not None else "",
        max_chars=backend.MAX_TYPED_LENGTH,
        key=state.of_turn(turn.id, "note"),
        on_change=_record,
        args=(person, turn),
    )


def toggle(turn: TurnView, label: str) -> None:
    """Shows what opens a turn."""
    st.toggle(label, key=state.of_turn(turn.id, "open"))


def is_open(turn: TurnView) -> bool:
    """True if the person wants to say more of a turn."""
    return bool(st.session_state.get(state.of_turn(turn.id, "open")))


def act(person: Person, turn: TurnView, action: Callable[[], object]) -> bool:
    """Does something to a turn and reads it again, so that the page shows what is stored."""
    if not parts.attempt(state.of_turn(turn.id, "outcome"), action):
        return False
    view = backend.find_turn(person, turn.session_id, turn.id)
    st.session_state[state.of_turn(turn.id, "view")] = view
    return True


def _record(person: Person, turn: TurnView, reply: ReplyJudgment | None = None) -> None:
    """Stores all that is said of a turn: what is not on screen now stays as it was."""
    # As it is now and not as the widget knew it: another one may have stored something since.
    before = st.session_state[state.of_turn(turn.id, "view")].judgment
    rating = st.session_state.get(state.of_turn(turn.id, "rating"))
    tags = st.session_state.get(state.of_turn(turn.id, "tags"), before.tags if before else ())
    note = st.session_state.get(state.of_turn(turn.id, "note"), before.note if before else "")
    if reply is None:
        reply = before.reply if before else ReplyJudgment()
    value = None if rating is None else rating + 1
    act(person, turn, lambda: backend.record_judgment(person, turn.id, value, tags, note, reply))
