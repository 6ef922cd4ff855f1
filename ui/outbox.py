"""Messages on their way to whom they were said, each with the session it was said in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import streamlit as st

import backend
import parts
import state
from backend import Said


@dataclass(eq=False)
class Place:
    """Where messages belong; those said before their session is there share one place.

    Attributes:
        session_id: None until the session is started.
        locale: what is spoken, and what a session is started with.
        release: whom a session is started with.
        goal: what a session is started for; None for free talk.
        is_followed: False once the person has chosen to look at another session.
    """

    session_id: int | None
    locale: str
    release: str
    goal: str | None = None
    is_followed: bool = True


@dataclass(eq=False)
class Message:
    """What was typed or recorded, and the key that makes it one turn however often it is sent.

    Attributes:
        client_key: made once, when it was submitted.
        place: where it belongs.
        said: what is asked; of a recording None until it is kept.
        recording: the bytes of one, until it is kept.
        task: what was suggested to try when it was said.
        asked: what comes of asking; None until it is sent.
        has_failed: True once it is known that it could not be stored.
    """

    client_key: str
    place: Place
    said: Said | None
    recording: bytes = b""
    task: str | None = None
    asked: Future[Any] | None = None
    has_failed: bool = False

    @property
    def is_on_its_way(self) -> bool:
        """True from when it is sent until what came of it was taken."""
        return self.asked is not None and not self.has_failed

    def forget_asking(self) -> None:
        """Lets it be sent anew."""
        self.asked, self.has_failed = None, False

    def keep(self) -> Said:
        """Returns what is asked, a recording kept first.

        Raises:
            StoreUnavailable: it could not be kept; this message has it still.
        """
        if self.said is None:
            clip = backend.keep_recording(self.recording)
            self.said, self.recording = Said(clip=clip.content_hash), b""
        return self.said


@dataclass(frozen=True, slots=True)
class Outbox:
    """The messages of one kind of session that are not known to be stored.

    Attributes:
        key: under which the session state keeps them.
    """

    key: str

    def messages(self) -> list[Message]:
        """Returns the messages, the first said first."""
        listed: list[Message] = st.session_state.setdefault(self.key, [])
        return listed

    def add(
        self, where: Place, text: str, recordings: list[bytes], task: str | None = None
    ) -> None:
        """Takes in what was submitted; a recording is kept before anything else is done.

        The keys are made here, once per submit: a run of the script that is broken off and repeated
        finds the same key, so the turn is not stored twice.
        """
        listed = self.messages()
        last = listed[-1].place if listed else None
        if last is not None and _is_joining(where, last):
            where = last
        spoken = [Message(uuid.uuid4().hex, where, None, one, task) for one in recordings]
        is_new = text.strip() and not (listed and _is_sent_twice(listed[-1], where, text))
        typed = [Message(uuid.uuid4().hex, where, Said(text), task=task)] if is_new else []
        # All of it before anything that can break this run off.
        listed += [*spoken, *typed]
        for message in spoken:
            # Where it fails the message stays in the list, and what draws the list says why.
            parts.quietly(message.keep)

    def on_their_way(self) -> list[Message]:
        """Returns the messages that are sent and of which nothing is known yet."""
        return [message for message in self.messages() if message.is_on_its_way]

    def send(self, message: Message, asking: Callable[[], object]) -> None:
        """Lets a message be asked, after those that were sent before it.

        No run of the script waits for it, and it goes on where none comes back: the browser may be
        closed. The thread ends with the session state, once nothing is left to ask.

        Args:
            message: what is sent; once, until what came of it is known.
            asking: asks; it cannot draw.
        """
        one_by_one: ThreadPoolExecutor = st.session_state.setdefault(
            state.of_outbox(self.key), ThreadPoolExecutor(1)
        )
        message.forget_asking()
        message.asked = one_by_one.submit(asking)

    def drop(self, message: Message) -> None:
        """Takes a message off the list: it is stored, or given up."""
        if message in self.messages():
            self.messages().remove(message)

    def begin_again(self, message: Message, session_id: int | None = None) -> None:
        """Sends a message, and all that was said where it was, to a new session.

        Args:
            message: what was said in one that has ended.
            session_id: the new one; None where the next sending is to start it.
        """
        ended = message.place
        anew = Place(session_id, ended.locale, ended.release, ended.goal)
        for one in self.messages():
            if one.place.session_id == ended.session_id:
                one.place = anew
                one.forget_asking()

    def look_elsewhere(self) -> None:
        """Lets the page stay where the person goes, while her messages go where they were said."""
        for message in self.messages():
            message.place.is_followed = False


def _is_joining(place: Place, last: Place) -> bool:
    """True for what is said while the session of the message before it is only being started."""
    return (
        place.session_id is None
        and last.is_followed
        and (last.locale, last.release, last.goal) == (place.locale, place.release, place.goal)
    )


def _is_sent_twice(last: Message, where: Place, text: str) -> bool:
    """True for a text that a browser sent along with its look for an answer, and then by itself.

    The run for the look has taken it in and asked nobody; whoever says the same once more has had a
    run of the conversation between.
    """
    is_same = last.said == Said(text) and last.place.session_id == where.session_id
    return is_same and last.asked is None


LIVE = Outbox(state.SUBMITTED)
BLIND = Outbox(state.BLIND_SUBMITTED)
