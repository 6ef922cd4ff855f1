"""The route that answers utterances."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from vernacular.hosting.routes.answering import Answering
from vernacular.hosting.routes.bodies import Bodies
from vernacular.hosting.routes.patience import read_patience
from vernacular.hosting.translating import from_wire_request, has_speech, to_wire
from vernacular.hosting.wire import TIMEOUT_HEADER, PredictAnswer, PredictBody

_BODY = {
    "parameters": [
        {
            "name": TIMEOUT_HEADER,
            "in": "header",
            "schema": {"type": "number"},
            "description": "how long the client waits; what takes longer is not worked on any more",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/PredictBody"},
                "example": {
                    "release": "pocket-2",
                    "requests": [{"text": "niamshe saa kumi na moja", "locale": "sw-KE"}],
                },
            }
        },
    },
}


class PlainRoute(APIRoute):
    """A route whose function reads its request and makes its response itself.

    What FastAPI does for the others takes as long as a small model does for an utterance.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns the function as it is; FastAPI only finds and describes it."""
        return self.endpoint


def make_predict_route(answering: Answering, bodies: Bodies) -> APIRouter:
    """Returns the route that answers utterances."""
    router = APIRouter(route_class=PlainRoute)

    @router.post("/v1/predict", response_model=PredictAnswer, openapi_extra=_BODY)
    async def predict(http: Request) -> Response:
        """Answers utterances with one loaded release."""
        patience = read_patience(http)
        async with bodies.reading(http) as body:
            posted = await bodies.read_shape(body, PredictBody)
            asked = [from_wire_request(one) for one in posted.requests]
            requests = await answering.hear(http, posted.release, asked, patience)
        answers = await answering.answer(http, posted.release, requests, patience)

        def write() -> bytes:
            wire = PredictAnswer.model_construct(answers=[to_wire(one) for one in answers])
            return wire.model_dump_json().encode()

        content = await bodies.threads.run(write) if has_speech(answers) else write()
        return Response(content, media_type="application/json")

    return router
