"""What became of what a person corrected: which releases since get it right."""

from __future__ import annotations

from html import escape

import streamlit as st

import backend
import parts
from backend import FixedOutcome, LaterRelease, Person, ReleaseTally, WrongTurn
from language import translate as _

SHOWN = 30
"""So many corrections are listed, the newest ones."""


def show(person: Person) -> None:
    """Shows what became of a person's corrections; nothing where she has found no mistake."""
    found = backend.find_fixed_corrections(person)
    if not found.turns:
        return
    with st.container(border=True, key="fixed"):
        st.subheader(_("What became of what you corrected"), anchor=False)
        if not found.tallies:
            parts.muted(
                parts.count(
                    "You found {n} mistake. Once there is another release, you will see here"
                    " whether it gets it right.",
                    "You found {n} mistakes. Once there is another release, you will see here"
                    " which of them it gets right.",
                    len(found.turns),
                )
            )
            return
        with st.container(horizontal=True, gap="medium"):
            for outcome, words in (
                (FixedOutcome.FIXED, _("fixed")),
                (FixedOutcome.STILL_WRONG, _("still wrong")),
                (FixedOutcome.NOT_TRIED, _("not tried again yet")),
            ):
                st.html(
                    f'<div class="v-number">{found.count(outcome)}</div>'
                    f'<div class="v-muted">{escape(words)}</div>',
                    width="content",
                )
        lines = "".join(f'<div class="v-line">{_tally(one)}</div>' for one in found.tallies)
        st.html(lines)
        with st.expander(_("Each of them"), icon=":material/checklist:"):
            st.html("".join(map(_turn, found.turns[:SHOWN])))
            if len(found.turns) > SHOWN:
                parts.muted(_("The newest {n} are shown.").format(n=SHOWN))


def _tally(one: ReleaseTally) -> str:
    n_tried = one.n_fixed + one.n_still_wrong
    if not n_tried:
        said = _("has not been tried on them yet")
    else:
        said = _("gets {n} of {total} right").format(n=one.n_fixed, total=n_tried)
    return f"<strong>{parts.isolated(one.release)}</strong> {escape(said)}"


def _turn(turn: WrongTurn) -> str:
    """Returns the HTML of one correction and its fate."""
    pieces = [
        f'<span class="v-block">{parts.marked(turn.said, turn.locale, ())}</span>',
        f'<span class="v-block v-muted">{_mistake(turn)}</span>',
        *(_later(turn, one) for one in turn.later if one.outcome is not FixedOutcome.NOT_TRIED),
    ]
    if turn.outcome is FixedOutcome.NOT_TRIED:
        waiting = _("No later release has been tried on it yet.")
        pieces.append(f'<span class="v-block v-muted">{escape(waiting)}</span>')
    return f'<div class="v-line">{"".join(pieces)}</div>'


def _mistake(turn: WrongTurn) -> str:
    release = parts.isolated(turn.release)
    if turn.heard is None:
        return f"{release}: {escape(_('no answer'))}"
    facts = []
    if "hearing" in turn.wrong:
        facts.append(f"{escape(_('Heard:'))} {parts.marked(turn.heard, turn.locale, ())}")
    if "intent" in turn.wrong:
        facts.append(
            f"{escape(_('Understood:'))} {_intent(turn.taken_for)} →"
            f" {escape(parts.intent_name(turn.meant))}"
        )
    elif "slots" in turn.wrong:
        facts.append(escape(_("A detail was wrong.")))
    return f"{release}: {' · '.join(facts)}"


def _later(turn: WrongTurn, one: LaterRelease) -> str:
    release = parts.isolated(one.release)
    if one.outcome is FixedOutcome.FIXED:
        said = parts.judged(f"{release} {escape(_('gets it right'))}", is_right=True)
        return f'<span class="v-block">{said}</span>'
    said = parts.judged(f"{release} {escape(_('gets it wrong'))}", is_right=False)
    if one.text is None:
        return f'<span class="v-block">{said} · {escape(_("no answer"))}</span>'
    facts = []
    if turn.is_spoken and one.text != turn.said:
        facts.append(parts.marked(one.text, turn.locale, ()))
    if one.intent != turn.meant:
        facts.append(_intent(one.intent))
    return f'<span class="v-block">{" · ".join([said, *facts])}</span>'


def _intent(intent: str | None) -> str:
    return escape(_("nothing") if intent is None else parts.intent_name(intent))
