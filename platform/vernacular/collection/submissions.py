"""Submissions: utterances that people make for prompts, stored as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from vernacular.collection.duplicates import duplicate_key, find_duplicates
from vernacular.collection.prompts import Prompt
from vernacular.corpus.typed_input import (
    check_key,
    check_locale,
    check_typed_slots,
    check_typed_text,
)
from vernacular.corpus.utterance import Slot, content_hash
from vernacular.errors import Conflict
from vernacular.store import collected as rows
from vernacular.store.database import Db
from vernacular.store.people import find_dialect

_SUBMISSIONS = UUID("6f0c3a52-5d0b-4c1e-9a57-1f8f2f6d4b0e")
_N_NAMED = 3


@dataclass(frozen=True, slots=True)
class Submission:
    """One utterance as it was submitted."""

    utterance_id: int
    external_id: str
    """32 hexadecimal digits of a UUID."""
    locale: str
    prompt: str | None
    """The key of the prompt it answers."""
    domain: str
    intent: str
    text: str
    slots: tuple[Slot, ...]
    created_at: datetime


def submit_utterance(
    db: Db,
    person_id: int,
    locale: str,
    prompt: Prompt,
    text: str,
    slots: Sequence[Slot] = (),
    *,
    submit_key: str,
    despite_duplicates: bool = False,
) -> Submission:
    """Stores an utterance for a prompt and returns it.

    Args:
        db: the open transaction.
        person_id: who made it.
        locale: the locale it is in.
        prompt: the situation it answers; gives its domain and intent.
        text: what she would say, kept exactly as typed.
        slots: the values she marked in it, from left to right.
        submit_key: a token the client makes anew for each utterance; submitting again under it
            gives the utterance stored the first time.
        despite_duplicates: store it although the same or nearly the same is there.

    Raises:
        InvalidInput: the text, a slot, the key or the locale does not fit.
        Conflict: it repeats what is stored (the message names it), or the key was used for another
            text.
    """
    tag = check_locale(locale)
    check_typed_text(text)
    check_key(submit_key, "submit_key")
    checked = check_typed_slots(text, slots)
    external_id = _external_id(person_id, submit_key)
    stored = rows.find_collected(db, tag, external_id)
    if stored is None:
        if not despite_duplicates:
            _refuse_duplicates(db, tag, text)
        digest = content_hash(tag, text, prompt.domain, prompt.intent, checked)
        stored = rows.insert_collected(
            db,
            {
                "locale": tag,
                "external_id": external_id,
                "person_id": person_id,
                "dialect": find_dialect(db, person_id, tag),
                "origin": {"prompt": prompt.key, "prompt_language": prompt.language},
            },
            {
                "text": text,
                "domain": prompt.domain,
                "intent": prompt.intent,
                "slots": checked,
                "content_hash": bytes.fromhex(digest),
                "duplicate_key": duplicate_key(tag, text),
                "author_id": person_id,
            },
        )
    submission = _view(stored)
    if (submission.text, submission.slots) != (text, checked):
        raise Conflict(
            f"another utterance, {submission.text!r:.80}, was submitted under the same key:"
            " submit this one under a new key"
        )
    return submission


def find_submission(db: Db, person_id: int, locale: str, submit_key: str) -> Submission | None:
    """Returns what a person submitted under this key, so that a retry is told from a duplicate.

    Raises:
        InvalidInput: the key or the locale does not fit.
    """
    check_key(submit_key, "submit_key")
    stored = rows.find_collected(db, check_locale(locale), _external_id(person_id, submit_key))
    return _view(stored) if stored is not None else None


def list_submissions(db: Db, person_id: int, locale: str, limit: int = 20) -> list[Submission]:
    """Returns what a person submitted in a locale, newest first.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    found = rows.list_collected(db, check_locale(locale), person_id, limit)
    return [_view(row) for row in found]


def _external_id(person_id: int, submit_key: str) -> str:
    # Made from the key, so that the table's natural key keeps a repeated submit from being stored.
    return uuid5(_SUBMISSIONS, f"{person_id} {submit_key}").hex


def _refuse_duplicates(db: Db, locale: str, text: str) -> None:
    found = find_duplicates(db, locale, text)
    if found:
        named = ", ".join(f"{one.text!r:.80}" for one in found[:_N_NAMED])
        raise Conflict(
            f"the same or nearly the same was collected before: {named};"
            " say it differently, or submit it all the same"
        )


def _view(row: rows.CollectedRow) -> Submission:
    utterance, revision = row
    return Submission(
        utterance_id=utterance.id,
        external_id=utterance.external_id,
        locale=utterance.locale,
        prompt=(utterance.origin or {}).get("prompt"),
        domain=revision.domain,
        intent=revision.intent,
        text=revision.text,
        slots=revision.slots,
        created_at=revision.created_at,
    )
