"""What a session found, short enough to be read at its end."""

from __future__ import annotations

from html import escape

import streamlit as st

import backend
import language
import parts
import wording
from backend import Person, SessionSummary, SessionView
from language import translate as _


def show(person: Person, session: SessionView) -> None:
    """Shows what was found in a session of this person."""
    found = backend.summarise(session)
    with st.container(border=True, key="summary"):
        st.subheader(_("What you found"), anchor=False)
        if not found.n_turns:
            parts.muted(_("Nothing was said in this session."))
            return
        with st.container(horizontal=True, gap="medium"):
            for number, words in _figures(found):
                _figure(number, words)
        lines = _lines(person, session, found)
        st.html("".join(f'<div class="v-line">{line}</div>' for line in lines))
        if not found.n_corrected:
            parts.muted(
                _(
                    "You can still say below what was right and what was not. Only then can the"
                    " next release be held against it."
                )
            )


def _figure(number: str, words: str) -> None:
    st.html(
        f'<div class="v-number">{escape(number)}</div><div class="v-muted">{escape(words)}</div>',
        width="content",
    )


def _figures(found: SessionSummary) -> list[tuple[str, str]]:
    figures = [
        (str(found.n_turns), _("turns in all")),
        (str(found.n_all_right), _("all correct")),
        (str(found.n_put_right), _("put right by you")),
    ]
    if found.n_failed:
        figures.append((str(found.n_failed), _("without an answer")))
    if found.n_inaudible:
        figures.append((str(found.n_inaudible), _("with nothing to hear")))
    if found.mean_rating is not None:
        mean = parts.left_to_right(f"{found.mean_rating:.1f} / {backend.MAX_RATING}")
        figures.append(
            (mean, parts.count("rating of {n} turn", "rating of {n} turns", found.n_rated))
        )
    return figures


def _lines(person: Person, session: SessionView, found: SessionSummary) -> list[str]:
    """Returns the HTML of what there is to say beside the figures, one line each."""
    lasted = backend.duration(found.seconds_talked, person.ui_language)
    how = [
        parts.count("{n} spoken", "{n} spoken", found.n_spoken),
        parts.count("{n} typed", "{n} typed", found.n_typed),
        _("{duration} of talking").format(duration=lasted),
    ]
    lines = [escape(parts.joined(how))]
    goal = backend.find_goal(session.goal, session.locale, language.current())
    if goal is not None:
        keys = {task.key for task in goal.tasks}
        tried = _("{n} of {total} tried").format(
            n=len(keys.intersection(found.tasks_done)), total=len(keys)
        )
        lines.append(f"{parts.isolated(goal.title)} · {escape(tried)}")
    wrong = [
        (found.n_misheard, parts.count("{n} misheard", "{n} misheard", found.n_misheard)),
        (
            found.n_wrong_intent,
            parts.count("{n} misunderstood", "{n} misunderstood", found.n_wrong_intent),
        ),
        (
            found.n_wrong_slots,
            parts.count("{n} with a wrong detail", "{n} with wrong details", found.n_wrong_slots),
        ),
    ]
    said = [words for number, words in wrong if number]
    if said:
        lines.append(escape(parts.joined(said)))
    if found.hearing.rate is not None:
        lines.append(escape(_misheard(found)))
    if found.tags:
        lines.append(escape(parts.joined(map(_issue, *zip(*found.tags, strict=True)))))
    return lines


def _misheard(found: SessionSummary) -> str:
    hearing = found.hearing
    sentence = (
        _("Of {total} words in what you corrected, {n} went wrong in hearing ({share}).")
        if hearing.unit == "word"
        else _("Of {total} characters in what you corrected, {n} went wrong in hearing ({share}).")
    )
    share = parts.left_to_right(f"{100 * (hearing.rate or 0):.0f} %")
    return sentence.format(total=hearing.n_units, n=hearing.edits, share=share)


def _issue(tag: str, number: int) -> str:
    return f"{_(wording.ISSUES.get(tag) or wording.spoken(tag))}: {number}"
