"""Routes of the sign-in pages, served beside the UI so that its pages find the cookie."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from vernacular.api.forms import is_from_here, list_accepted, local_path, read_form
from vernacular.api.sign_in_page import PAGE_HEADERS, render_refusal, render_sign_in
from vernacular.errors import Forbidden
from vernacular.i18n import choose_language, ngettext, translator
from vernacular.people.accounts import fold_login
from vernacular.people.sign_in import (
    SIGN_IN_COOKIE,
    check_password,
    find_signed_in,
    record_sign_in,
    sign_out,
)
from vernacular.people.throttle import Throttle
from vernacular.wiring import Wiring

log = logging.getLogger(__name__)

WINDOW_SECONDS = 300
ATTEMPTS_PER_LOGIN = 10
# An office or a reverse proxy shares one address, so it gets more.
ATTEMPTS_PER_ADDRESS = 50
RETRY_AFTER_SECONDS = 5


def routes(wiring: Wiring) -> list[Route]:
    """Returns ``/sign-in`` and ``/sign-out``, to be mounted at the root beside the UI."""
    pages = _SignInPages(wiring)
    return [
        Route("/sign-in", pages.show_sign_in, methods=["GET"]),
        Route("/sign-in", pages.receive_sign_in, methods=["POST"]),
        Route("/sign-out", pages.receive_sign_out, methods=["POST"]),
    ]


def answer_store_failure(request: Request, error: Exception) -> Response:
    """Returns the page that says, in the browser's language, that the store does not answer.

    An exception handler for ``StoreUnavailable``, for the application that has the routes.
    """
    # The driver's own words may hold the database's address: they are for the log alone.
    log.error("%s", error)
    language = _find_language(request, request.query_params)
    sentence = translator(language)(
        "Vernacular cannot reach what it stores now, so nothing was done. "
        "Wait a few seconds, then try again."
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return _page(render_refusal(language, sentence), 503, headers)


class _SignInPages:
    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._by_login = Throttle(ATTEMPTS_PER_LOGIN, WINDOW_SECONDS)
        self._by_address = Throttle(ATTEMPTS_PER_ADDRESS, WINDOW_SECONDS)

    def show_sign_in(self, request: Request) -> Response:
        next_path = local_path(request.query_params.get("next", "/"))
        with self._wiring.store.reading() as db:
            person = find_signed_in(db, request.cookies.get(SIGN_IN_COOKIE, ""))
        if person is not None:
            return _redirect(next_path)
        language = _find_language(request, request.query_params)
        return _page(render_sign_in(language, next_path))

    async def receive_sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        if form is None or not is_from_here(request):
            return _refuse(request)
        return await run_in_threadpool(partial(self._sign_in, request, form))

    async def receive_sign_out(self, request: Request) -> Response:
        form = await read_form(request)
        if form is None or not is_from_here(request):
            return _refuse(request)
        return await run_in_threadpool(partial(self._sign_out, request))

    def _sign_in(self, request: Request, form: Mapping[str, str]) -> Response:
        language = _find_language(request, form)
        login, password = form.get("login", ""), form.get("password", "")
        page = partial(render_sign_in, language, local_path(form.get("next", "/")), login[:80])
        login_key = fold_login(login[:80])
        address_key = request.client.host if request.client else ""
        # An address that has to wait must not use up the attempts of somebody's login.
        wait = self._by_address.take(address_key) or self._by_login.take(login_key)
        if wait > 0:
            headers = {"Retry-After": str(math.ceil(wait))}
            return _page(page(error=_say_wait(language, wait)), 429, headers)
        store = self._wiring.store
        days = self._wiring.settings.sign_in_days
        try:
            with store.reading() as db:
                person = check_password(db, login, password)
        except Forbidden:
            return _page(page(error=_say_wrong(language)), 403)
        with store.writing() as db:
            token, _ = record_sign_in(db, person, password, days)
        self._by_login.forget(login_key)
        self._by_address.give_back(address_key)
        response = _redirect(local_path(form.get("next", "/")))
        self._set_cookie(response, token, days * 86_400)
        return response

    def _sign_out(self, request: Request) -> Response:
        with self._wiring.store.writing() as db:
            sign_out(db, request.cookies.get(SIGN_IN_COOKIE, ""))
        response = _redirect("/sign-in")
        self._set_cookie(response, "", 0)
        return response

    def _set_cookie(self, response: Response, token: str, seconds: int) -> None:
        response.set_cookie(
            SIGN_IN_COOKIE,
            token,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._wiring.settings.secure_cookies,
        )


def _find_language(request: Request, given: Mapping[str, str]) -> str:
    """Returns the language that was chosen, else the first the browser asks for."""
    chosen = [given["lang"]] if given.get("lang") else []
    return choose_language(chosen + list_accepted(request.headers.get("accept-language", "")))


def _say_wrong(language: str) -> str:
    return translator(language)(
        "Login and password do not belong together. Check both and try again; "
        "whoever gave you your login can give you a new password."
    )


def _say_wait(language: str, seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    message = ngettext(
        language,
        "That was too many attempts. Wait %(minutes)d minute, then try again.",
        "That was too many attempts. Wait %(minutes)d minutes, then try again.",
        minutes,
    )
    # Named, because languages with a dual say two minutes without a number.
    return message % {"minutes": minutes}


def _refuse(request: Request) -> Response:
    language = _find_language(request, request.query_params)
    error = translator(language)(
        "This form was not sent from a page of Vernacular, so nothing was done. "
        "Open the sign-in page and try again there."
    )
    return _page(render_refusal(language, error), 403)


def _page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(html, status, {**PAGE_HEADERS, **(headers or {})})


def _redirect(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
