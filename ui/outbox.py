"""Messages on their way to whom they were said, each with the session it was said in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

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
    """

    client_key: str
    place: Place
    said: Said | None
    recording: bytes = b""
    task: str | None = None

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
        for recording in recordings:
            message = Message(uuid.uuid4().hex, where, None, recording, task)
            listed.append(message)
            # Where it fails the message stays in the list, and what draws the list says why.
            parts.quietly(message.keep)
        if text.strip():
            listed.append(Message(uuid.uuid4().hex, where, Said(text), task=task))

    def drop(self, message: Message) -> None:
        """Takes a message off the list: it is stored, or given up."""
        if message in self.messages():
            self.messages().remove(message)

    def begin_again(self, message: Message) -> None:
        """Lets a new session be started for a message, and for all that was said where it was."""
        ended = message.place
        anew = Place(None, ended.locale, ended.release, ended.goal)
        for one in self.messages():
            if one.place.session_id == ended.session_id:
                one.place = anew

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


LIVE = Outbox(state.SUBMITTED)
BLIND = Outbox(state.BLIND_SUBMITTED)
