"""Submissions: utterances that people make for prompts, stored as they were typed and spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from vernacular.clips.advice import INAUDIBLE, advise
from vernacular.clips.contract import check_hash
from vernacular.collection.duplicates import duplicate_key, find_duplicates
from vernacular.collection.prompts import Prompt
from vernacular.corpus.typed_input import (
    check_key,
    check_locale,
    check_typed_slots,
    check_typed_text,
)
from vernacular.corpus.utterance import Slot, content_hash
from vernacular.errors import Conflict, InvalidInput, NotFound
from vernacular.store import collected as rows
from vernacular.store.clips import NewRecording, list_clips, record_recordings
from vernacular.store.database import Db
from vernacular.store.people import find_accent, find_dialect
from vernacular.store.recordings import list_newest_clips

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
    clip: str | None = None
    """The hash of its newest recording; None where nobody has recorded it."""


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
    clip: str | None = None,
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
        clip: the hash of a clip in which she says it, which is kept already; submitted again with
            one, an utterance without a recording gets it.

    Raises:
        InvalidInput: the text, a slot, the key or the locale does not fit, or the clip is not kept
            or has nothing to be heard in it.
        Conflict: it repeats what is stored (the message names it), or the key was used for another
            text or another clip.
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
    utterance, revision = stored
    if (revision.text, revision.slots) != (text, checked):
        raise Conflict(
            f"another utterance, {revision.text!r:.80}, was submitted under the same key:"
            " submit this one under a new key"
        )
    if clip is not None:
        return record_recording(db, person_id, utterance.id, clip)
    return _view(db, stored)


def record_recording(db: Db, person_id: int, utterance_id: int, clip: str) -> Submission:
    """Stores that a person says in a clip what she submitted; the same again changes nothing.

    Raises:
        NotFound: she submitted no such utterance.
        InvalidInput: the clip is not kept, or there is nothing to be heard in it.
        Conflict: there is another recording of it.
    """
    _check_audible(db, clip)
    stored = rows.lock_collected(db, utterance_id, person_id)
    if stored is None:
        raise NotFound(f"you submitted no utterance {utterance_id}")
    submission = _view(db, stored)
    if submission.clip == clip:
        return submission
    if submission.clip is not None:
        raise Conflict(
            f"utterance {utterance_id} has another recording already, {submission.clip[:12]}"
        )
    accent = find_accent(db, person_id, submission.locale)
    origin = {"accent": accent} if accent else None
    record_recordings(db, [NewRecording(utterance_id, clip, None, origin, person_id=person_id)])
    return replace(submission, clip=clip)


def find_submission(db: Db, person_id: int, locale: str, submit_key: str) -> Submission | None:
    """Returns what a person submitted under this key, so that a retry is told from a duplicate.

    Raises:
        InvalidInput: the key or the locale does not fit.
    """
    check_key(submit_key, "submit_key")
    stored = rows.find_collected(db, check_locale(locale), _external_id(person_id, submit_key))
    return _view(db, stored) if stored is not None else None


def list_submissions(db: Db, person_id: int, locale: str, limit: int = 20) -> list[Submission]:
    """Returns what a person submitted in a locale, newest first.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    found = rows.list_collected(db, check_locale(locale), person_id, limit)
    clips = list_newest_clips(db, [utterance.id for utterance, _ in found])
    return [_view_with(row, clips.get(row[0].id)) for row in found]


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


def _check_audible(db: Db, clip: str) -> None:
    check_hash(clip)
    found = list_clips(db, [clip]).get(clip)
    if found is None:
        raise InvalidInput(f"no clip {clip} is kept: record it again", field="clip")
    faults = INAUDIBLE.intersection(advise(found))
    if faults:
        named = ", ".join(sorted(faults))
        raise InvalidInput(
            f"nothing can be heard in the clip {clip} ({named}): record it again", field="clip"
        )


def _view(db: Db, row: rows.CollectedRow) -> Submission:
    utterance_id = row[0].id
    return _view_with(row, list_newest_clips(db, [utterance_id]).get(utterance_id))


def _view_with(row: rows.CollectedRow, clip: str | None) -> Submission:
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
        clip=clip,
    )
