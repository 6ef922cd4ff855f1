"""What a session can set out to do, and what there is to try on the way."""

from __future__ import annotations

from backend.connection import store
from vernacular.live import goals
from vernacular.live.goals import Goal, next_task
from vernacular.live.sessions import SessionView
from vernacular.store import session_facts

__all__ = ["find_goal", "list_goals", "list_tasks_done", "next_task"]


def list_goals(locale: str, language: str) -> tuple[Goal, ...]:
    """Returns every goal, told in the locale or else in the language of the page."""
    return goals.list_goals(locale, language)


def find_goal(key: str | None, locale: str, language: str) -> Goal | None:
    """Returns a goal; None for free talk, and where the goal is known no more."""
    return None if key is None else goals.find_goal(key, locale, language)


def list_tasks_done(session: SessionView) -> list[str]:
    """Returns the keys of what was tried in a session that was found as the person's own."""
    if session.goal is None:
        return []
    with store().reading() as db:
        return session_facts.list_tasks_done(db, session.id)
