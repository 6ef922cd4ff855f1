"""Plays recordings from addresses of their own, so that a page with many of them loads none.

A page that handed their bytes to Streamlit would read, hash and hold all of them in every run.
"""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import backend
from admission import CLIPS

_HEADERS = {
    # Named by its content, so that it never changes; for this browser alone.
    "Cache-Control": "private, max-age=86400, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "none",
}


def player(content_hash: str, name: str, *, plays_now: bool = False) -> str:
    """Returns the HTML of a player, which fetches the recording when it is asked to play.

    Args:
        content_hash: the recording's.
        name: what a screen reader calls it.
        plays_now: begin at once, as somebody does who is spoken to.
    """
    loads = 'preload="auto" autoplay' if plays_now else 'preload="none"'
    return (
        f'<audio class="v-player" controls {loads} aria-label="{escape(name)}"'
        f' src="{CLIPS}/{escape(content_hash)}"></audio>'
    )


def route() -> Route:
    """Returns the route of all recordings; `admission` lets only signed-in people come here."""
    return Route(f"{CLIPS}/{{content_hash}}", endpoint=_play)


async def _play(request: Request) -> Response:
    sound = await run_in_threadpool(backend.read_sound, request.path_params["content_hash"])
    if sound.problem is not None:
        return PlainTextResponse("there is no such recording", status_code=404)
    return Response(sound.data, media_type=sound.media_type, headers=_HEADERS)
