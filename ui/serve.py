"""Serves the tester UI, the sign-in pages and the HTTP API from one process and one port.

Started with ``vernacular serve ui``. This folder is no package: it lies at ``ui`` in a checkout and
at ``vernacular/_ui`` in an installation, and whoever starts it puts the folder on the module path.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.routing import Route

import backend
import parts
import sounds
from admission import SignInFirst

UI = Path(__file__).resolve().parent

OPTIONS: Final[Mapping[str, Any]] = {
    # A full garbage collection after every script run made 50 testers wait 6.5 s instead of 25 ms.
    "runner.postScriptGC": False,
    # Else a click that runs the whole page drops what was sent and waits for the run before it.
    "runner.fastReruns": False,
    "browser.gatherUsageStats": False,
    # The menu of the "viewer" mode is in English only.
    "client.toolbarMode": "minimal",
    # Otherwise a string that stands alone, such as the description of a constant, is shown.
    "runner.magicEnabled": False,
    # What went wrong is said in the person's language; the details are in the server's log.
    "client.showErrorDetails": "none",
    "server.headless": True,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "theme.baseFontSize": 18,
    "theme.primaryColor": "#0b57d0",
    # The families that show scripts follow the Latin one; what a system lacks is passed over.
    "theme.font": ", ".join(
        f"'{family}'"
        for family in (
            "Source Sans",
            "Noto Sans",
            "Noto Sans Arabic",
            "Noto Sans Hebrew",
            "Noto Sans Devanagari",
            "Noto Sans Bengali",
            "Noto Sans Tamil",
            "Noto Sans Telugu",
            "Noto Sans Kannada",
            "Noto Sans Malayalam",
            "Noto Sans Thai",
            "Noto Sans Khmer",
            "Noto Sans Myanmar",
            "Noto Sans Ethiopic",
            "Noto Sans Georgian",
            "Noto Sans Armenian",
            "Noto Sans CJK SC",
        )
    )
    + ", system-ui, sans-serif",
}
"""Set here and not in a file, so that it holds however and from wherever the server is started."""


def create_app(wiring: Any) -> st.App:
    """Returns the ASGI application: pages at ``/``, sign-in at ``/sign-in``, the API at ``/v1``."""
    backend.connect(wiring)
    api = backend.create_api(wiring)
    routes = [*backend.sign_in_routes(wiring), *_whole_paths(api)]
    sign_in_first = Middleware(
        SignInFirst,
        cookie=backend.SIGN_IN_COOKIE,
        is_signed_in=backend.is_signed_in,
        open_paths=list(dict.fromkeys(_first_part(route.path) for route in routes)),
    )
    return st.App(
        UI / "app.py",
        routes=[*routes, sounds.route()],
        middleware=[sign_in_first],
        lifespan=_warm_up(api),
        on_script_error=parts.show_failure,
        exception_handlers={backend.StoreUnavailable: backend.answer_store_failure},
    )


def run(wiring: Any, host: str, port: int) -> None:
    """Serves until interrupted."""
    options = {**OPTIONS, "server.address": host, "server.port": port}
    create_app(wiring).run(config=options)


def _whole_paths(api: Any) -> list[Route]:
    """Returns routes that hand requests to the API with their path untouched.

    A mount would cut the prefix off; a route whose endpoint is an application does not.
    """
    paths = [api.openapi_url, *api.openapi()["paths"]]
    firsts = dict.fromkeys(_first_part(path) for path in paths)
    return [
        Route(path, endpoint=api) for first in firsts for path in (first, f"{first}/{{rest:path}}")
    ]


def _first_part(path: str) -> str:
    return "/" + path.split("/")[1]


def _warm_up(api: Any) -> Any:
    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        # The API is no application of its own here, so nobody else starts what it needs.
        started: AbstractAsyncContextManager[Any] = api.router.lifespan_context(api)
        async with started:
            await to_thread.run_sync(backend.warm_up)
            yield

    return lifespan
