"""How a tester puts a turn right: what she really said, what she wanted, and its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

import backend
import markup
import measures
import parts
import state
from backend import Expected, Person, SessionView, Slot, TurnView
from language import translate as _
from turn_judging import act


def show(person: Person, session: SessionView, turn: TurnView) -> None:
    """Asks what was said and meant, with what was understood as the first proposal."""
    known = backend.expected(turn)
    if turn.clip is not None:
        _correct_text(person, session, turn, known)
    if known.intent and known.text:
        st.button(
            _("All of it is correct"),
            key=state.of_turn(turn.id, "confirm"),
            icon=":material/check:",
            on_click=_save,
            args=(person, session, turn),
        )
    intents = parts.named(backend.list_intents(known.intent), parts.intent_name)
    st.selectbox(
        _("What was meant?"),
        list(intents),
        index=list(intents).index(known.intent) if known.intent in intents else None,
        placeholder=_("Choose"),
        format_func=intents.__getitem__,
        key=state.of_turn(turn.id, "intent"),
        on_change=_change_intent,
        args=(person, session, turn),
        filter_mode="contains",
    )
    if known.intent and known.text:
        _remove_slots(person, session, turn, known)
        _add_slot(person, session, turn, known)


def corrected(session: SessionView, turn: TurnView) -> str:
    """Returns the HTML of the newest correction of a turn, with what was misheard in it."""
    correction = turn.correction
    assert correction is not None
    if backend.is_confirmed(turn):
        return f'<div class="v-corrected">✓ {escape(_("You said: all correct"))}</div>'
    intent = f"<strong>{escape(parts.intent_name(correction.intent))}</strong>"
    text = parts.marked(correction.text, session.locale, correction.slots)
    return (
        f'<div class="v-corrected">✓ {escape(_("You corrected:"))} {intent}<br>{text}'
        f"{_misheard(session, turn)}</div>"
    )


def _misheard(session: SessionView, turn: TurnView) -> str:
    """Returns the HTML of what was heard laid over what was said, and how much of it was wrong."""
    assert turn.correction is not None
    if turn.clip is None or turn.correction.text == turn.text:
        return ""
    found = backend.align(turn.correction.text, turn.text, session.locale)
    counts = found.counts
    if counts.rate is None:
        return ""
    said = (
        _("{edits} of {n} words heard wrong ({rate})")
        if found.unit == "word"
        else _("{edits} of {n} characters heard wrong ({rate})")
    )
    facts = said.format(edits=counts.edits, n=counts.n_ref, rate=measures.percent(counts.rate))
    direction = backend.locale_direction(session.locale)
    return (
        f"<div>{escape(_('Heard:'))} {markup.aligned(found, session.locale, direction)}</div>"
        f'<div class="v-muted">{escape(facts)}</div>'
    )


def _correct_text(person: Person, session: SessionView, turn: TurnView, known: Expected) -> None:
    key = state.of_turn(turn.id, "said")
    draft: str | None = st.session_state.get(state.of_turn(turn.id, "draft"))
    if not st.session_state.get(key):
        # Not as the field's own value, which would not come where the turn was heard only since.
        st.session_state[key] = known.text if draft is None else draft
    with st.container(key=parts.write_in(session.locale, f"said-{turn.id}")):
        st.text_area(
            _("What did you really say?"),
            max_chars=backend.MAX_TYPED_LENGTH,
            key=key,
            height=80,
            on_change=_change_text,
            args=(person, session, turn),
        )
    if draft is not None:
        parts.muted(_("Not saved yet."))
    if known.intent:
        st.button(
            _("Save what I said"),
            key=state.of_turn(turn.id, "save_said"),
            icon=":material/hearing:",
            on_click=_save,
            args=(person, session, turn),
        )
    else:
        parts.muted(_("Then choose what you meant; both are saved together."))


def _change_text(person: Person, session: SessionView, turn: TurnView) -> None:
    """Stores what was typed as soon as she leaves its field; what cannot be stored is a draft."""
    known = backend.expected(_now(turn))
    st.session_state.pop(state.of_turn(turn.id, "draft"), None)
    if _text(turn, known) == known.text:
        return
    # A text that was stored half typed may have lost values that the whole one has again.
    marked, left = st.session_state.get(state.of_turn(turn.id, "marked"), (known, known))
    if (left.text, left.slots) != (known.text, known.slots):
        marked = known
    if known.intent and _record(person, session, turn, replace(marked, intent=known.intent)):
        left = backend.expected(_now(turn))
        st.session_state[state.of_turn(turn.id, "marked")] = (marked, left)
    else:
        typed = st.session_state[state.of_turn(turn.id, "said")]
        st.session_state[state.of_turn(turn.id, "draft")] = typed


def _change_intent(person: Person, session: SessionView, turn: TurnView) -> None:
    chosen = st.session_state[state.of_turn(turn.id, "intent")]
    if chosen is not None:
        _record(person, session, turn, replace(backend.expected(_now(turn)), intent=chosen))


def _save(person: Person, session: SessionView, turn: TurnView) -> None:
    _record(person, session, turn, backend.expected(_now(turn)))


def _remove_slots(person: Person, session: SessionView, turn: TurnView, known: Expected) -> None:
    for slot in known.slots:
        value = known.text[slot.start : slot.end]
        name = parts.slot_name(slot.label)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(parts.marked(value, session.locale, [Slot(slot.label, 0, len(value))]))
            st.button(
                _("Remove {slot}").format(slot=name),
                key=state.of_turn(turn.id, f"remove.{slot.start}"),
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(person, session, turn, known.text, slot),
            )


def _remove(person: Person, session: SessionView, turn: TurnView, drawn: str, slot: Slot) -> None:
    known = backend.expected(_now(turn))
    # Leaving the field for this very click may have stored another text than was drawn.
    removed = backend.move_slots(drawn, known.text, [slot], session.locale)
    slots = tuple(one for one in known.slots if one not in removed)
    _record(person, session, turn, replace(known, slots=slots))


def _add_slot(person: Person, session: SessionView, turn: TurnView, known: Expected) -> None:
    words = backend.split_words(known.text, session.locale)
    direction = backend.locale_direction(session.locale)
    with st.container(key=f"words-{direction}-{turn.id}"):
        st.pills(
            _("Choose the words of one value"),
            list(range(len(words))),
            selection_mode="multi",
            format_func=lambda place: parts.plain(known.text[slice(*words[place])]),
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
            args=(person, session, turn, known.text, words),
        )


def _mark(
    person: Person,
    session: SessionView,
    turn: TurnView,
    drawn: str,
    words: Sequence[tuple[int, int]],
) -> None:
    chosen = st.session_state[state.of_turn(turn.id, "words")]
    label = st.session_state[state.of_turn(turn.id, "label")]
    spans = [words[place] for place in chosen]
    added: tuple[Slot, ...] = ()
    known = backend.expected(_now(turn))
    if spans and label:
        slot = backend.slot_over(label, spans)
        added = backend.move_slots(drawn, known.text, [slot], session.locale)
    if not added:
        parts.advise(
            state.of_turn(turn.id, "outcome"),
            _("Choose the words first, then what they are."),
        )
        return
    if _record(person, session, turn, replace(known, slots=(*known.slots, *added))):
        st.session_state[state.of_turn(turn.id, "words")] = []
        st.session_state[state.of_turn(turn.id, "label")] = None


def _record(person: Person, session: SessionView, turn: TurnView, right: Expected) -> bool:
    """Stores what is right: with it the text as it stands in its field, saved or not.

    The slots are spans of the text they come with, and go along to that in the field.
    """
    text = _text(turn, backend.expected(_now(turn)))
    if turn.clip is not None and backend.is_wordless(text, session.locale):
        parts.advise(
            state.of_turn(turn.id, "outcome"),
            _("There is no word in what you wrote. Write the words that you said."),
        )
        return False
    slots: Sequence[Slot] = right.slots
    if text != right.text:
        slots = backend.move_slots(right.text, text, slots, session.locale)
    is_stored = act(
        person, turn, lambda: backend.record_correction(person, turn.id, right.intent, slots, text)
    )
    if is_stored:
        st.session_state.pop(state.of_turn(turn.id, "draft"), None)
    return is_stored


def _text(turn: TurnView, known: Expected) -> str:
    """Returns the text as it stands in its field; where nobody can change it, as it is known."""
    typed: str = st.session_state.get(state.of_turn(turn.id, "said"), known.text).strip()
    # Words that are only spaced otherwise are the same words, and slots are counted in them.
    return known.text if typed == known.text.strip() else typed


def _now(turn: TurnView) -> TurnView:
    """Returns the turn as it was read last; a widget knows it as it was when that was drawn."""
    view: TurnView = st.session_state[state.of_turn(turn.id, "view")]
    return view
