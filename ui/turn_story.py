"""The live turn an utterance comes from: what was answered, and what people said of it since."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import answer
import heard
import language
import markup
import parts
import wording
from backend import TurnCorrection, TurnStory, TurnVerdict, UtteranceStory
from language import translate as _
from wording import mark

_REPLY = {
    "is_appropriate": (mark("fits our customs"), mark("does not fit our customs")),
    "has_right_formality": (
        mark("the right tone"),
        mark("too formal or too familiar"),
    ),
    "would_offend": (mark("would offend"), mark("would offend nobody")),
    "is_understandable": (
        mark("the speech can be understood"),
        mark("the speech cannot be understood"),
    ),
}
"""What is said of a reply, where the answer is yes and where it is no."""


def show(found: UtteranceStory, turn: TurnStory) -> None:
    """Shows the turn that the utterance comes from."""
    st.subheader(_("The live turn it comes from"), anchor=False)
    parts.muted(parts.joined(_facts(turn)))
    if turn.tester is None:
        parts.muted(
            _("Who said it and what was noted are shown to engineers and to that person only.")
        )
    if turn.clip is not None and turn.clip != found.clip:
        heard.player(turn.clip)
    answer.show(found, turn.answer)
    if turn.speech is not None:
        heard.player(turn.speech, _("Spoken reply"))
    _judgments(turn.judgments)
    _corrections(found, turn.corrections)
    if turn.replays:
        st.subheader(_("What it was answered in replays"), anchor=False)
        for one in turn.replays:
            answer.show(found, one)


def _facts(turn: TurnStory) -> list[str]:
    facts = [_("Session {session}, turn {turn}").format(session=turn.session_id, turn=turn.number)]
    if turn.tester is not None:
        facts.append(_("by {name}").format(name=turn.tester))
    if turn.goal is not None:
        facts.append(_("goal: {goal}").format(goal=wording.spoken(turn.goal)))
    if turn.task is not None:
        facts.append(_("suggested: {task}").format(task=wording.spoken(turn.task)))
    return facts


def _judgments(judgments: Sequence[TurnVerdict]) -> None:
    if not judgments:
        parts.muted(_("Nobody has judged the turn."))
        return
    # All are by whoever held the session: only she can judge its turns.
    *earlier, newest = judgments
    _table_heading(_("Judgment of the turn"))
    _judgment_table(_("Judgment of the turn"), [newest])
    if not earlier:
        return
    changes = parts.count("Changed {n} time", "Changed {n} times", len(earlier))
    first = _("first given {moment}").format(moment=answer.day(earlier[0].created_at))
    parts.muted(parts.joined([changes, first]))
    with st.expander(_("Earlier judgments of the turn")):
        _judgment_table(_("Earlier judgments of the turn"), earlier[::-1])


def _judgment_table(name: str, judgments: Sequence[TurnVerdict]) -> None:
    columns = [_("When"), _("Rating"), _("What was wrong?"), _("Reply"), _("Note")]
    st.html(markup.table(name, [*map(escape, columns)], map(_judgment, judgments)))


def _table_heading(words: str) -> None:
    st.html(f"<strong>{escape(words)}</strong>")


def _judgment(one: TurnVerdict) -> list[str]:
    tags = [_(wording.ISSUES.get(tag) or wording.spoken(tag)) for tag in one.tags]
    rating = "" if one.rating is None else _("{rating} of 5").format(rating=one.rating)
    note = f'<bdi dir="auto">{escape(one.note)}</bdi>' if one.note else ""
    return [
        parts.isolated(answer.day(one.created_at)),
        parts.isolated(rating),
        language.enumeration([*map(parts.isolated, tags)]),
        language.enumeration([*map(parts.isolated, _said_of_reply(one))]),
        note,
    ]


def _said_of_reply(one: TurnVerdict) -> list[str]:
    said = []
    for name, (yes, no) in _REPLY.items():
        value = getattr(one.reply, name)
        if value is not None:
            said.append(_(yes if value else no))
    return said


def _corrections(found: UtteranceStory, corrections: Sequence[TurnCorrection]) -> None:
    if not corrections:
        return
    _table_heading(_("Corrections of the turn"))
    columns = [_("When"), _("Author"), _("Text"), _("Expected"), _("Misheard")]
    rows = [_correction(found, one, is_newest=one is corrections[-1]) for one in corrections]
    st.html(markup.table(_("Corrections of the turn"), [*map(escape, columns)], rows))


def _correction(found: UtteranceStory, one: TurnCorrection, *, is_newest: bool) -> list[str]:
    counts = f' <span class="v-muted">{escape(_("this one counts"))}</span>' if is_newest else ""
    return [
        f"{parts.isolated(answer.day(one.created_at))}{counts}",
        parts.isolated(one.author or ""),
        parts.marked(one.text, found.locale, one.slots),
        parts.judged_intent(one.intent, None),
        parts.isolated(_misheard(one)),
    ]


def _misheard(one: TurnCorrection) -> str:
    # Words where the locale's errors are counted in words, else characters.
    if one.n_words:
        return _("{edits} of {n} words").format(edits=one.word_edits, n=one.n_words)
    if one.n_chars:
        return _("{edits} of {n} characters").format(edits=one.char_edits, n=one.n_chars)
    return ""
