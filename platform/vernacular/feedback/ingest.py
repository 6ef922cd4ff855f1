"""Takes in what production systems report, each event once however often it is sent."""

from __future__ import annotations

from vernacular.errors import Conflict
from vernacular.feedback.item import NewFeedback, check_item, hash_payload
from vernacular.store import feedback as rows
from vernacular.store.database import Db
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.feedback import FeedbackItem


def record_feedback(db: Db, item: NewFeedback, api_key_id: int | None) -> tuple[FeedbackItem, bool]:
    """Returns the stored item, and whether it is new; the same event again gives the first one.

    Raises:
        InvalidInput: a value does not fit; its ``field`` names it.
        Conflict: another event is stored under this source and event id.
    """
    checked = check_item(item)
    payload_hash = hash_payload(checked)
    stored, is_new = rows.insert_if_new(
        db,
        {
            "source": checked.source,
            "event_id": checked.event_id,
            "payload_hash": payload_hash,
            "api_key_id": api_key_id,
            "locale": checked.locale,
            "text": checked.text,
            "release": checked.release,
            "intent": checked.intent,
            "expected_intent": checked.expected_intent,
            "reply": checked.reply,
            "rating": checked.rating,
            "comment": checked.comment,
            "attributes": dict(checked.attributes),
            "occurred_at": checked.occurred_at,
            "received_at": utc_now(),
        },
    )
    if stored.payload_hash != payload_hash:
        raise Conflict(
            f"source {checked.source!r} already sent another event with the event id "
            f"{checked.event_id!r}, stored as feedback item {stored.id}: "
            "give each event an id of its own"
        )
    return stored, is_new
