"""Goals: what a session sets out to do, and what could be said next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import streamlit as st

import backend
import language
import parts
import state
from backend import Goal, Person
from language import translate as _

FREE_TALK = ""
"""Stands for no goal; no goal's key is empty."""

_IN_ADDRESS = "task"
"""What the address calls the task to go on from, once something was passed over."""


class Aim(Protocol):
    """A session, or what one is to be: in which locale, and what for."""

    @property
    def goal(self) -> str | None: ...
    @property
    def locale(self) -> str: ...


def choose(person: Person, locale: str) -> str | None:
    """Asks what a session is to be about; returns the goal's key, or None for free talk."""
    goals = {goal.key: goal for goal in backend.list_goals(locale, person.ui_language)}
    names = {FREE_TALK: _("Free talk"), **{key: _title(goal) for key, goal in goals.items()}}
    chosen = st.pills(
        _("What would you like to do?"),
        list(names),
        default=FREE_TALK,
        format_func=lambda key: parts.plain(names[key]),
        key=state.LIVE_GOAL,
    )
    if not chosen:
        parts.muted(_("Talk about whatever you like."))
        return None
    parts.muted(
        parts.count(
            "There is {n} thing to try, with a suggestion.",
            "There are {n} things to try, suggested one at a time.",
            len(goals[chosen].tasks),
        )
    )
    return chosen


def suggestion(aim: Aim, tasks_done: Collection[str], since: str | None = None) -> str | None:
    """Shows what to try next on the way to a goal, if there is one.

    Args:
        aim: the session; before its first turn, what it is to be.
        tasks_done: keys of what was tried in it already.
        since: key of what was suggested last as far as that is stored. What was passed over since
            then is in the address, so that a reload does not bring it back.

    Returns:
        The key of what is suggested, to be stored with the next turn; None where nothing is.
    """
    goal = backend.find_goal(aim.goal, aim.locale, language.current())
    if goal is None:
        return None
    task = backend.next_task(goal, tasks_done, st.query_params.get(_IN_ADDRESS, since))
    if task is None:
        with st.container(key="suggestion"):
            _all_done(goal)
        return None
    left = [one for one in goal.tasks if one.key not in tasks_done]
    with st.container(key="suggestion"):
        done = _("{n} of {total} tried").format(
            n=len(goal.tasks) - len(left), total=len(goal.tasks)
        )
        parts.muted(parts.joined([_title(goal), done]))
        st.html(f'<div class="v-prompt">{parts.marked(task.text, task.language, ())}</div>')
        following = backend.next_task(goal, [*tasks_done, task.key], task.key)
        # Where nothing else is left, passing over would bring back the same.
        if following is not None:
            st.button(
                _("Suggest something else"),
                key=state.SKIP_TASK,
                icon=":material/skip_next:",
                type="tertiary",
                on_click=_skip,
                args=(following.key,),
            )
    return task.key


def _all_done(goal: Goal) -> None:
    st.success(
        _("{goal}: you have tried all of it. Talk on freely, or end the session.").format(
            goal=parts.plain(_title(goal))
        ),
        icon=":material/flag:",
    )


def _title(goal: Goal) -> str:
    """Returns a goal's title, isolated: it may run in another direction than the page."""
    return f"{parts.FIRST_STRONG}{goal.title}{parts.POP}"


def _skip(following: str) -> None:
    st.query_params[_IN_ADDRESS] = following
