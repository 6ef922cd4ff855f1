"""Situations, and what people say in them."""

from __future__ import annotations

from backend.connection import store
from vernacular.collection import prompts, submissions
from vernacular.collection.duplicates import Duplicate, find_duplicates
from vernacular.collection.prompts import Prompt
from vernacular.collection.submissions import Submission
from vernacular.people.sign_in import SignedIn as Person


def next_prompt(person: Person, locale: str) -> Prompt:
    """Returns the situation that a person should be given next."""
    with store().reading() as db:
        return prompts.next_prompt(db, locale, person.ui_language, person.person_id)


def skip_prompt(person: Person, locale: str, prompt: Prompt, reason: str) -> None:
    """Stores that a person passed over a situation, and why."""
    with store().writing() as db:
        prompts.record_skip(db, person.person_id, locale, prompt.key, reason)


def submit_utterance(
    person: Person,
    locale: str,
    prompt: Prompt,
    text: str,
    submit_key: str,
    despite_duplicates: bool,
    clip: str | None = None,
) -> list[Duplicate]:
    """Stores an utterance and its recording, or returns what it repeats and stores nothing."""
    if not despite_duplicates:
        # Searched before the write lock is taken: it reads thousands of texts.
        with store().reading() as db:
            sent = submissions.find_submission(db, person.person_id, locale, submit_key)
            # Sent again after a lost connection, it is no duplicate of itself.
            duplicates = find_duplicates(db, locale, text) if sent is None else []
        if duplicates:
            return duplicates
    with store().writing() as db:
        submissions.submit_utterance(
            db,
            person.person_id,
            locale,
            prompt,
            text,
            submit_key=submit_key,
            despite_duplicates=True,
            clip=clip,
        )
    return []


def record_recording(person: Person, utterance_id: int, clip: str) -> None:
    """Stores that a person says in a clip what she had only written."""
    with store().writing() as db:
        submissions.record_recording(db, person.person_id, utterance_id, clip)


def list_submissions(person: Person, locale: str) -> list[Submission]:
    """Returns what a person said in a locale, newest first."""
    with store().reading() as db:
        return submissions.list_submissions(db, person.person_id, locale)
