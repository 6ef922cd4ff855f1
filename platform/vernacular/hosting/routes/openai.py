"""Routes in OpenAI's shapes, so that whatever speaks to its API can speak to a release."""

from __future__ import annotations

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
from vernacular.hosting.batching.calls import Patience
from vernacular.hosting.recordings import Spoken
from vernacular.hosting.releases.loading import Hosted
from vernacular.hosting.routes.answering import Answering
from vernacular.hosting.routes.bodies import Bodies
from vernacular.hosting.routes.openai_shapes import ChatBody, make_chunks, make_completion
from vernacular.hosting.routes.patience import read_patience
from vernacular.hosting.routes.predict import PlainRoute
from vernacular.hosting.routes.problems import Malformed, Unanswered
from vernacular.hosting.translating import to_wire

LOCALE_HEADER = "X-Vernacular-Locale"
USUAL_LOCALE = "en-US"
"""What most clients mean that name none, as OpenAI's API knows no locales."""

_FORMATS = ("json", "text", "verbose_json")
_MAX_FIELDS = 50


def make_openai_routes(answering: Answering, bodies: Bodies) -> APIRouter:
    """Returns chat completions, transcriptions and the list of models over a host's releases."""
    router = APIRouter(prefix="/v1", include_in_schema=False, route_class=PlainRoute)

    @router.get("/models")
    async def models(_http: Request) -> Response:
        hosted = answering.releases.list_all()
        rows = [_describe_model(one) for one in hosted if one.batcher is not None]
        return JSONResponse({"object": "list", "data": rows})

    @router.get("/models/{name}")
    async def model(http: Request) -> Response:
        name = http.path_params["name"]
        answering.releases.find_batcher(name)
        return JSONResponse(_describe_model(answering.releases.find_hosted(name)))

    @router.post("/chat/completions")
    async def chat(http: Request) -> Response:
        patience = read_patience(http)
        async with bodies.reading(http) as body:
            posted = await bodies.read_shape(body, ChatBody)
            hosted = answering.releases.find_hosted(posted.model)
            given = http.headers.get(LOCALE_HEADER) or posted.locale or posted.language
            asked = posted.read_request(choose_locale(hosted, given))
            request = await _hear_one(answering, http, posted.model, asked, patience)
        answer = to_wire(await _answer_one(answering, http, posted.model, request, patience))
        if posted.stream:
            chunks = iter(make_chunks(posted.model, answer))
            return StreamingResponse(chunks, media_type="text/event-stream")
        return JSONResponse(make_completion(posted.model, answer))

    @router.post("/audio/transcriptions")
    async def transcribe(http: Request) -> Response:
        patience = read_patience(http)
        async with bodies.reading(http) as body:
            posted = await _read_transcription(http, body)
            hosted = answering.releases.find_hosted(posted.model)
            locale = choose_locale(hosted, http.headers.get(LOCALE_HEADER) or posted.language)
            unheard = Utterance(None, locale, wants_reply=False)
            asked = Spoken(unheard, lambda: decode_audio(posted.file).audio)
            request = await _hear_one(answering, http, posted.model, asked, patience)
        answer = await _answer_one(answering, http, posted.model, request, patience)
        seconds = 0.0 if request.audio is None else request.audio.seconds
        return _write_transcript(answer, posted.format, locale, seconds)

    return router


def choose_locale(hosted: Hosted, given: str | None) -> str:
    """Returns the locale of a request: as given, the release's first of the given language, or
    where none is given, the one that cannot but be meant.

    Raises:
        InvalidInput: none is given, and the release was trained on none or several without en-US.
    """
    trained = () if hosted.manifest is None else hosted.manifest.trained_locales
    if not given:
        if USUAL_LOCALE in trained:
            return USUAL_LOCALE
        if len(trained) == 1:
            return trained[0]
        own = f"answers in {', '.join(trained)}" if trained else "names no locale of its own"
        raise InvalidInput(
            f"{hosted.name} {own}: say which is meant, such as {next(iter(trained), 'sw-KE')}, by"
            f" the header {LOCALE_HEADER} or the field 'language'",
            field="locale",
        )
    same = [one for one in trained if one.lower() == given.lower()]
    related = [one for one in trained if one.lower().startswith(f"{given.lower()}-")]
    return next(iter([*same, *related]), given)


def _describe_model(hosted: Hosted) -> dict[str, Any]:
    created = int(hosted.since)
    return {"id": hosted.name, "object": "model", "created": created, "owned_by": "vernacular"}


async def _hear_one(
    answering: Answering,
    http: Request,
    release: str,
    asked: Utterance | Spoken,
    patience: Patience | None,
) -> Utterance:
    (heard,) = await answering.hear(http, release, [asked], patience)
    if isinstance(heard, InvalidInput):
        raise heard
    return heard


async def _answer_one(
    answering: Answering,
    http: Request,
    release: str,
    request: Utterance,
    patience: Patience | None,
) -> Answer:
    (answer,) = await answering.answer(http, release, [request], patience)
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
