"""Live messages on their way to the assistant, each with the session it was said in."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import state


@dataclass(eq=False)
class Place:
    """Where messages belong; those said before their session is there share one place.

    Attributes:
        session_id: None until the session is started.
        locale: what is spoken, and what a session is started with.
        release: whom a session is started with.
        is_followed: False once the person has chosen to look at another session.
    """

    session_id: int | None
    locale: str
    release: str
    is_followed: bool = True


@dataclass(eq=False)
class Message:
    """What was said, and the key that makes it one turn however often it is sent."""

    client_key: str
    text: str
    place: Place


def messages() -> list[Message]:
    """Returns the messages that are not known to be stored, the first said first."""
    listed: list[Message] = st.session_state.setdefault(state.SUBMITTED, [])
    return listed


def add(client_key: str, text: str, session_id: int | None, locale: str, release: str) -> None:
    """Takes a message into the list."""
    listed = messages()
    place = listed[-1].place if listed else None
    is_joining = (
        # Said while the session of the one before it is only being started: it belongs there too.
        session_id is None
        and place is not None
        and place.is_followed
        and (place.locale, place.release) == (locale, release)
    )
    if place is None or not is_joining:
        place = Place(session_id, locale, release)
    listed.append(Message(client_key, text, place))


def drop(message: Message) -> None:
    """Takes a message off the list: it is stored, or given up."""
    if message in messages():
        messages().remove(message)


def look_elsewhere() -> None:
    """Lets the page stay where the person goes now, while her messages go where they were said."""
    for message in messages():
        message.place.is_followed = False
