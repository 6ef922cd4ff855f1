"""Routes in OpenAI's shapes, so that whatever speaks to its API can speak to a release."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from vernacular.assistants.contract import Answer
from vernacular.assistants.contract import Request as Utterance
from vernacular.clips.decode import decode_audio
from vernacular.errors import InvalidInput
from vernacular.hosting.releases.loading import Hosted
from vernacular.hosting.routes.answering import Answering
from vernacular.hosting.routes.bodies import Bodies, beside, read_shape
from vernacular.hosting.routes.openai_shapes import ChatBody, make_chunks, make_completion
from vernacular.hosting.routes.predict import PlainRoute
from vernacular.hosting.routes.problems import Malformed, Unanswered
from vernacular.hosting.translating import to_wire

LOCALE_HEADER = "X-Vernacular-Locale"

_FORMATS = ("json", "text", "verbose_json")
_MAX_FIELDS = 50


def make_openai_routes(answering: Answering, bodies: Bodies) -> APIRouter:
    """Returns chat completions, transcriptions and the list of models over a host's releases."""
    router = APIRouter(prefix="/v1", include_in_schema=False, route_class=PlainRoute)

    @router.get("/models")
    async def models(_http: Request) -> Response:
        rows = [
            {"id": one.name, "object": "model", "created": int(one.since), "owned_by": "vernacular"}
            for one in answering.releases.list_all()
            if one.batcher is not None
        ]
        return JSONResponse({"object": "list", "data": rows})

    @router.post("/chat/completions")
    async def chat(http: Request) -> Response:
        async with bodies.reading(http) as body:
            posted = await read_shape(body, ChatBody)
            hosted = answering.releases.find_hosted(posted.model)
            locale = choose_locale(hosted, http.headers.get(LOCALE_HEADER) or posted.locale)
            request = await beside(len(body), lambda: posted.read_request(locale))
        answer = to_wire(await _answer_one(answering, http, posted.model, request))
        if posted.stream:
            chunks = iter(make_chunks(posted.model, answer))
            return StreamingResponse(chunks, media_type="text/event-stream")
        return JSONResponse(make_completion(posted.model, answer))

    @router.post("/audio/transcriptions")
    async def transcribe(http: Request) -> Response:
        async with bodies.reading(http) as body:
            posted = await _read_transcription(http, body)
            hosted = answering.releases.find_hosted(posted.model)
            locale = choose_locale(hosted, http.headers.get(LOCALE_HEADER) or posted.language)
            decoded = await asyncio.to_thread(decode_audio, posted.file)
        request = Utterance(None, locale, wants_reply=False, audio=decoded.audio)
        answer = await _answer_one(answering, http, posted.model, request)
        return _write_transcript(answer, posted.format, locale, decoded.audio.seconds)

    return router


def choose_locale(hosted: Hosted, given: str | None) -> str:
    """Returns the locale of a request: as given, or the release's first, of the given language.

    Raises:
        InvalidInput: none is given, and the release names none that it was trained on.
    """
    trained = () if hosted.manifest is None else hosted.manifest.trained_locales
    if not given:
        if not trained:
            raise InvalidInput(
                f"{hosted.name} names no locale of its own: say which, such as sw-KE, by the"
                f" header {LOCALE_HEADER}",
                field="locale",
            )
        return trained[0]
    same = [one for one in trained if one.lower() == given.lower()]
    related = [one for one in trained if one.lower().startswith(f"{given.lower()}-")]
    return next(iter([*same, *related]), given)


async def _answer_one(
    answering: Answering, http: Request, release: str, request: Utterance
) -> Answer:
    (answer,) = await answering.answer(http, release, [request])
    if answer.error is not None:
        raise Unanswered(answer.error)
    return answer


@dataclass(frozen=True, slots=True)
class _Transcription:
    """What a client posts to have a recording written down."""

    file: bytes
    model: str
    language: str | None
    format: str


async def _read_transcription(http: Request, body: bytes) -> _Transcription:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    if not http.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Malformed("send the recording as multipart/form-data, in the field 'file'")
    parser = MultiPartParser(http.headers, stream(), max_files=1, max_fields=_MAX_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise Malformed(f"the form cannot be read: {error}") from None
    try:
        file, given_format = form.get("file"), _text(form, "response_format") or _FORMATS[0]
        model = _text(form, "model")
        if model is None:
            raise InvalidInput("name the release that is to hear it", field="model")
        if given_format not in _FORMATS:
            expected = ", ".join(_FORMATS)
            raise InvalidInput(
                f"is one of {expected}, got {given_format!r:.80}", field="response_format"
            )
        if not isinstance(file, UploadFile):
            raise InvalidInput("send the recording in this field", field="file")
        return _Transcription(await file.read(), model, _text(form, "language"), given_format)
    finally:
        await form.close()


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) and value else None


def _write_transcript(answer: Answer, format_: str, locale: str, seconds: float) -> Response:
    text = answer.transcript or ""
    if format_ == "text":
        return PlainTextResponse(text + "\n")
    content: dict[str, Any] = {"text": text}
    if format_ == "verbose_json":
        content |= {"task": "transcribe", "language": locale, "duration": seconds, "segments": []}
        content["vernacular"] = to_wire(answer).model_dump(mode="json")
    return JSONResponse(content)
