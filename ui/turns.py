"""One turn of a live session: what was understood and answered, and what a tester says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

import backend
import parts
import state
import wording
from backend import Person, SessionView, Slot, TurnView
from language import translate as _


def input_direction(locale: str) -> None:
    """Lets the message field run in the direction of the locale that is spoken."""
    direction = backend.locale_direction(locale)
    st.html(f'<style>[data-testid="stChatInput"] textarea {{ direction: {direction}; }}</style>')


def show(person: Person, session: SessionView, turn: TurnView) -> None:
    """Shows one turn as just read from the store."""
    st.session_state[state.of_turn(turn.id, "view")] = turn
    _show(person, session, turn.id)


@st.fragment
def _show(person: Person, session: SessionView, turn_id: int) -> None:
    # A fragment: judging a turn runs only this again, not the whole page. What it was called with
    # is from the last run of the page, so the turn itself comes from where actions refresh it.
    turn: TurnView = st.session_state[state.of_turn(turn_id, "view")]
    with parts.failures():
        with st.chat_message("user"):
            parts.said(turn.text, session.locale, turn.slots)
        with st.chat_message("assistant"):
            if backend.is_answered(turn):
                _answer(session, turn)
                _judge(person, turn)
                if _is_open(turn):
                    _correct(person, session, turn)
            else:
                _failed(person, session, turn)
            parts.outcome(state.of_turn(turn_id, "outcome"))


def _act(person: Person, turn: TurnView, action: Callable[[], object]) -> bool:
    """Does something to a turn and reads it again, so that the page shows what is stored."""
    if not parts.attempt(state.of_turn(turn.id, "outcome"), action):
        return False
    view = backend.find_turn(person, turn.session_id, turn.id)
    st.session_state[state.of_turn(turn.id, "view")] = view
    return True


def _answer(session: SessionView, turn: TurnView) -> None:
    parts.understood(turn.intent, turn.intent_confidence)
    if turn.reply:
        parts.said(turn.reply, session.locale)
    parts.stage_bar([(stage.stage, stage.latency_ms) for stage in turn.stages])
    if turn.correction is not None:
        _corrected(session, turn)


def _corrected(session: SessionView, turn: TurnView) -> None:
    correction = turn.correction
    assert correction is not None
    is_same = backend.is_confirmed(turn)
    said = _("You said: all correct") if is_same else _("You corrected:")
    text = "" if is_same else parts.marked(turn.text, session.locale, correction.slots)
    intent = "" if is_same else f"<strong>{escape(parts.intent_name(correction.intent))}</strong>"
    st.html(f'<div class="v-corrected">✓ {escape(said)} {intent}<br>{text}</div>')


def _failed(person: Person, session: SessionView, turn: TurnView) -> None:
    st.warning(
        _("The assistant did not answer. What you wrote is saved; you can ask again."),
        icon=":material/cloud_off:",
    )
    if turn.error and backend.is_engineer(person):
        parts.muted(turn.error)
    if st.button(_("Try again"), key=state.of_turn(turn.id, "retry"), icon=":material/refresh:"):
        with st.spinner(_("Asking the assistant…")):
            parts.check_signed_in()
            # The same client key: the host may have answered late, and a turn is never doubled.
            again = backend.ask(person, session.id, turn.client_key, backend.said_in(turn))
        st.session_state[state.of_turn(turn.id, "view")] = again
        st.rerun()


def _judge(person: Person, turn: TurnView) -> None:
    judgment = turn.judgment
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<span class="v-muted">{escape(_("How was it?"))}</span>', width="content")
        st.feedback(
            "faces",
            key=state.of_turn(turn.id, "rating"),
            default=None if judgment is None or judgment.rating is None else judgment.rating - 1,
            on_change=_record_judgment,
            args=(person, turn),
        )
        st.toggle(_("Correct or comment"), key=state.of_turn(turn.id, "open"))
    if not _is_open(turn):
        return
    issues = {tag: _(wording.ISSUES.get(tag) or wording.spoken(tag)) for tag in backend.ISSUE_TAGS}
    st.pills(
        _("What was wrong?"),
        list(issues),
        selection_mode="multi",
        default=list(judgment.tags) if judgment is not None else [],
        format_func=issues.__getitem__,
        key=state.of_turn(turn.id, "tags"),
        on_change=_record_judgment,
        args=(person, turn),
    )
    st.text_input(
        _("Note"),
        value=judgment.note if judgment is not None else "",
        max_chars=backend.MAX_TYPED_LENGTH,
        key=state.of_turn(turn.id, "note"),
        on_change=_record_judgment,
        args=(person, turn),
    )


def _record_judgment(person: Person, turn: TurnView) -> None:
    rating = st.session_state.get(state.of_turn(turn.id, "rating"))
    # Tags and note are on screen only while the turn is open; otherwise they stay as they are.
    before = turn.judgment
    tags = st.session_state.get(state.of_turn(turn.id, "tags"), before.tags if before else ())
    note = st.session_state.get(state.of_turn(turn.id, "note"), before.note if before else "")
    value = None if rating is None else rating + 1
    _act(person, turn, lambda: backend.record_judgment(person, turn.id, value, tags, note))


def _correct(person: Person, session: SessionView, turn: TurnView) -> None:
    intent, slots = backend.expected(turn)
    st.button(
        _("All of it is correct"),
        key=state.of_turn(turn.id, "confirm"),
        icon=":material/check:",
        on_click=_record_correction,
        args=(person, turn, intent, slots),
    )
    intents = parts.named(backend.list_intents(intent), parts.intent_name)
    st.selectbox(
        _("What was meant?"),
        list(intents),
        index=list(intents).index(intent) if intent in intents else None,
        placeholder=_("Choose"),
        format_func=intents.__getitem__,
        key=state.of_turn(turn.id, "intent"),
        on_change=_change_intent,
        args=(person, turn),
        filter_mode="contains",
    )
    _remove_slots(person, session, turn, slots)
    _add_slot(person, session, turn, slots)


def _change_intent(person: Person, turn: TurnView) -> None:
    chosen = st.session_state[state.of_turn(turn.id, "intent")]
    _record_correction(person, turn, chosen, backend.expected(turn)[1])


def _remove_slots(
    person: Person, session: SessionView, turn: TurnView, slots: Sequence[Slot]
) -> None:
    for slot in slots:
        value = turn.text[slot.start : slot.end]
        name = parts.slot_name(slot.label)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(parts.marked(value, session.locale, [Slot(slot.label, 0, len(value))]))
            st.button(
                _("Remove {slot}").format(slot=name),
                key=state.of_turn(turn.id, f"remove.{slot.start}"),
                icon=":material/close:",
                type="tertiary",
                on_click=_record_correction,
                args=(
                    person,
                    turn,
                    backend.expected(turn)[0],
                    [one for one in slots if one != slot],
                ),
            )


def _add_slot(person: Person, session: SessionView, turn: TurnView, slots: Sequence[Slot]) -> None:
    words = backend.split_words(turn.text, session.locale)
    direction = backend.locale_direction(session.locale)
    with st.container(key=f"words-{direction}-{turn.id}"):
        st.pills(
            _("Choose the words of one value"),
            list(range(len(words))),
            selection_mode="multi",
            format_func=lambda place: parts.plain(turn.text[slice(*words[place])]),
            key=state.of_turn(turn.id, "words"),
        )
    labels = parts.named(backend.list_slots(), parts.slot_name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            _("What are they?"),
            list(labels),
            format_func=labels.__getitem__,
            index=None,
            key=state.of_turn(turn.id, "label"),
            placeholder=_("Choose"),
            filter_mode="contains",
        )
        st.button(
            _("Mark these words"),
            key=state.of_turn(turn.id, "mark"),
            icon=":material/ink_highlighter:",
            on_click=_mark,
            args=(person, turn, words, slots),
        )


def _mark(
    person: Person, turn: TurnView, words: Sequence[tuple[int, int]], slots: Sequence[Slot]
) -> None:
    chosen = st.session_state[state.of_turn(turn.id, "words")]
    label = st.session_state[state.of_turn(turn.id, "label")]
    spans = [words[place] for place in chosen]
    if not spans or not label:
        parts.advise(
            state.of_turn(turn.id, "outcome"),
            _("Choose the words first, then what they are."),
        )
        return
    intent, with_it = backend.expected(turn)[0], [*slots, backend.slot_over(label, spans)]
    if _act(person, turn, lambda: backend.record_correction(person, turn.id, intent, with_it)):
        st.session_state[state.of_turn(turn.id, "words")] = []
        st.session_state[state.of_turn(turn.id, "label")] = None


def _record_correction(person: Person, turn: TurnView, intent: str, slots: Sequence[Slot]) -> None:
    _act(person, turn, lambda: backend.record_correction(person, turn.id, intent, slots))


def _is_open(turn: TurnView) -> bool:
    return bool(st.session_state.get(state.of_turn(turn.id, "open")))
