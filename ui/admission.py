"""Sends whoever opens a page without being signed in to the sign-in page, and back afterwards.

Recordings are for signed-in people alone, wherever their addresses are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from backend import StoreUnavailable

SIGN_IN = "/sign-in"
_STREAMLIT = ("/_stcore", "/static", "/component")
CLIPS = "/clips"
"""Where recordings are played from, under their hashes."""
_SOUNDS = ("/media", CLIPS)
"""The first is where Streamlit serves what a page plays, under the hash of its content."""


class SignInFirst:
    """ASGI middleware. Every run of a page checks the sign-in itself; this shows the way to it.

    What a page plays is fetched without any page, so that it is checked here.

    Args:
        cookie: the name of the sign-in cookie.
        is_signed_in: whether its value stands for somebody.
        open_paths: what is not for browsers' pages, each with all that lies below.
    """

    def __init__(
        self,
        app: ASGIApp,
        cookie: str,
        is_signed_in: Callable[[str], bool],
        open_paths: Sequence[str],
    ) -> None:
        self._app = app
        self._cookie = cookie
        self._is_signed_in = is_signed_in
        self._open_paths = (*_STREAMLIT, *open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _plays_media(scope):
            await self._play(scope, receive, send)
            return
        if not self._opens_a_page(scope):
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(self._cookie, "")
        if bool(token) and await self._may_open(token):
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        response = RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}", status_code=303)
        await response(scope, receive, send)

    async def _play(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = HTTPConnection(scope).cookies.get(self._cookie, "")
        try:
            may_hear = bool(token) and await run_in_threadpool(self._is_signed_in, token)
        except StoreUnavailable:
            # Unlike a page it cannot find out by itself who asks.
            await PlainTextResponse("try again", 503, {"Retry-After": "5"})(scope, receive, send)
            return
        if may_hear:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("sign in first", 401)(scope, receive, send)

    async def _may_open(self, token: str) -> bool:
        try:
            return await run_in_threadpool(self._is_signed_in, token)
        except StoreUnavailable:
            # The page finds the same and says so in the reader's language, with nothing on it.
            return True

    def _opens_a_page(self, scope: Scope) -> bool:
        """True for a browser's navigation to a page of the UI, not for what a page loads."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        path = scope["path"]
        if any(
            path == open_path or path.startswith(f"{open_path}/") for open_path in self._open_paths
        ):
            return False
        is_file = "." in path.rsplit("/", 1)[-1]
        return not is_file and "text/html" in HTTPConnection(scope).headers.get("accept", "")


def _plays_media(scope: Scope) -> bool:
    return scope["type"] == "http" and str(scope["path"]).startswith(
        tuple(f"{place}/" for place in _SOUNDS)
    )
