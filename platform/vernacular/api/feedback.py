"""Routes of feedback."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from vernacular.api import problems
from vernacular.api.authentication import Wired, find_reader, find_writer
from vernacular.api.feedback_shapes import FeedbackPageShape, FeedbackShape, StoredFeedbackShape
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.reading import MAX_ID, find_feedback, list_feedback
from vernacular.store.tables.people import ApiKey

MAX_PAGE = 200

router = APIRouter(prefix="/v1", tags=["feedback"])

_WRONG_KEY = "this API key is wrong or revoked: ask an administrator for one"
_MAY_NOT_WRITE = "this needs the scope feedback:write; the key 1f0c66ab has feedback:read"
_MAY_NOT_READ = "this needs the scope feedback:read; the key 90d1e2aa has feedback:write"
_WRONG_LIMIT = problems.FieldProblem(
    location="query", field="limit", detail="Input should be less than or equal to 200"
)
_NO_LOCALE = problems.FieldProblem(location="body", field="locale", detail="Field required")
_WRONG_ID = problems.FieldProblem(
    location="path", field="item_id", detail="Input should be a valid integer"
)
_LOCATION = {"Location": {"description": "the item's address", "schema": {"type": "string"}}}
_REPLAYED = {"description": "`true`", "schema": {"type": "string", "enum": ["true"]}}


@router.post(
    "/feedback",
    summary="Send a feedback item",
    description="Needs the scope `feedback:write`. The same event may be sent any number of times: "
    "it is stored once, by `source` and `event_id`.",
    status_code=201,
    response_description="It is new, and stored now",
    responses={
        201: {"headers": _LOCATION},
        200: {
            "model": StoredFeedbackShape,
            "description": "It was stored before; the answer shows it as it was stored then",
            "headers": {**_LOCATION, "Idempotent-Replayed": _REPLAYED},
        },
        **problems.problem_responses(
            {
                problems.NOT_AUTHENTICATED: _WRONG_KEY,
                problems.FORBIDDEN: _MAY_NOT_WRITE,
                problems.INVALID: _NO_LOCALE,
                problems.MALFORMED: "the body is not JSON: Expecting value, at position 11",
                problems.CONFLICT: "source 'support-app' already sent another event with the event "
                "id '8f14e45f', stored as feedback item 41: give each event an id of its own",
                problems.TOO_LARGE: "a request has up to 262144 bytes: send less, or in several "
                "parts",
            }
        ),
    },
)
def send_feedback(
    shape: FeedbackShape,
    key: Annotated[ApiKey, Depends(find_writer)],
    wiring: Wired,
    request: Request,
    response: Response,
) -> StoredFeedbackShape:
    with wiring.store.writing() as db:
        item, is_new = record_feedback(db, shape.to_item(), key.id)
    # Not request.url_for: beside the UI the outer router is Streamlit's, which knows no such route.
    response.headers["Location"] = request.app.url_path_for("read_feedback", item_id=item.id)
    if not is_new:
        response.status_code = 200
        response.headers["Idempotent-Replayed"] = "true"
    return StoredFeedbackShape.model_validate(item)


@router.get(
    "/feedback/{item_id}",
    summary="Read one feedback item",
    description="Needs the scope `feedback:read`.",
    dependencies=[Depends(find_reader)],
    responses=problems.problem_responses(
        {
            problems.NOT_AUTHENTICATED: _WRONG_KEY,
            problems.FORBIDDEN: _MAY_NOT_READ,
            problems.NOT_FOUND: "there is no feedback item 41",
            problems.INVALID: _WRONG_ID,
        }
    ),
)
def read_feedback(item_id: int, wiring: Wired) -> StoredFeedbackShape:
    with wiring.store.reading() as db:
        return StoredFeedbackShape.model_validate(find_feedback(db, item_id))


@router.get(
    "/feedback",
    summary="List feedback items",
    description="Needs the scope `feedback:read`. Items come in the order they arrived; give "
    "`next` of one page as `after` of the next.",
    dependencies=[Depends(find_reader)],
    responses=problems.problem_responses(
        {
            problems.NOT_AUTHENTICATED: _WRONG_KEY,
            problems.FORBIDDEN: _MAY_NOT_READ,
            problems.INVALID: _WRONG_LIMIT,
        }
    ),
)
def list_items(
    wiring: Wired,
    locale: Annotated[str | None, Query(max_length=35, examples=["sw-KE"])] = None,
    after: Annotated[int, Query(ge=0, le=MAX_ID, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="items per page")] = 50,
) -> FeedbackPageShape:
    with wiring.store.reading() as db:
        # One more than asked for tells whether there is another page.
        found = list_feedback(db, locale, after, limit + 1)
    items = [StoredFeedbackShape.model_validate(item) for item in found[:limit]]
    return FeedbackPageShape(items=items, next=items[-1].id if len(found) > limit else None)
