"""The JSON shapes of feedback: what is taken in, and what is given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from vernacular.feedback import item

EXAMPLE: dict[str, Any] = {
    "source": "support-app",
    "event_id": "2026-11-23/8f14e45f",
    "locale": "sw-KE",
    "text": "niamshe saa kumi na moja asubuhi",
    "release": "pocket-2",
    "intent": "alarm_query",
    "expected_intent": "alarm_set",
    "reply": "Huna kengele zozote.",
    "rating": 2,
    "comment": "Iliorodhesha kengele badala ya kuweka moja.",
    "attributes": {"app_version": "5.2.1", "is_first_turn": True},
    "occurred_at": "2026-11-23T02:11:08Z",
}
STORED_EXAMPLE = {"id": 41, **EXAMPLE, "received_at": "2026-11-23T02:11:09.412Z"}


def _require_text(value: object) -> object:
    # Pydantic would take a number for seconds since 1970, or guess that it is milliseconds.
    if not isinstance(value, str):
        raise ValueError("a timestamp is a text as in RFC 3339: 2026-11-23T02:11:08Z")
    return value


Timestamp = Annotated[AwareDatetime, BeforeValidator(_require_text)]
Scalar = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": item.MAX_ATTRIBUTE_VALUE_LENGTH},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "null"},
            ]
        }
    ),
]
"""Which values an attribute may have is decided where all feedback is checked."""


class FeedbackShape(BaseModel):
    """One event of production, as its sender tells it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    source: str = Field(
        min_length=1,
        max_length=item.MAX_SOURCE_LENGTH,
        description="the sending system; with `event_id` it names the event for ever",
    )
    event_id: str = Field(
        min_length=1,
        max_length=item.MAX_EVENT_ID_LENGTH,
        description="the sender's own id of the event; sending it again stores nothing twice",
    )
    locale: str = Field(
        min_length=2,
        max_length=item.MAX_LOCALE_LENGTH,
        description="a BCP 47 tag with its region",
    )
    text: str = Field(
        min_length=1,
        max_length=item.MAX_TEXT_LENGTH,
        description="what the user said or typed; it is stored exactly as received",
    )
    release: str | None = Field(None, max_length=item.MAX_RELEASE_LENGTH)
    intent: str | None = Field(
        None, max_length=item.MAX_INTENT_LENGTH, description="what the assistant understood"
    )
    expected_intent: str | None = Field(
        None, max_length=item.MAX_INTENT_LENGTH, description="what the user meant, where known"
    )
    reply: str | None = Field(None, max_length=item.MAX_TEXT_LENGTH)
    rating: int | None = Field(
        None,
        strict=True,
        ge=item.MIN_RATING,
        le=item.MAX_RATING,
        description="1 (bad) to 5 (good)",
    )
    comment: str | None = Field(None, max_length=item.MAX_TEXT_LENGTH)
    attributes: dict[str, Scalar] = Field(
        default_factory=dict,
        max_length=item.MAX_ATTRIBUTES,
        description="whatever else is worth keeping: a flat object",
    )
    occurred_at: Timestamp | None = Field(None, description="when it happened, with its offset")

    def to_item(self) -> item.NewFeedback:
        """Returns the event as the working room takes it."""
        return item.NewFeedback(**self.model_dump())


class StoredFeedbackShape(BaseModel):
    """A feedback item as it is stored."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [STORED_EXAMPLE]}
    )

    id: int
    source: str
    event_id: str
    locale: str
    text: str
    release: str | None
    intent: str | None
    expected_intent: str | None
    reply: str | None
    rating: int | None
    comment: str | None
    attributes: dict[str, Scalar]
    occurred_at: datetime | None = Field(description="when it happened, in UTC")
    received_at: datetime = Field(description="when it was first received, in UTC")


class FeedbackPageShape(BaseModel):
    """Some feedback items in the order they arrived."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [STORED_EXAMPLE], "next": 41}]}
    )

    items: list[StoredFeedbackShape]
    next: int | None = Field(
        description="`after` of the next page; null where there are no more items yet, in which "
        "case the last item's id is where to go on later"
    )
