"""One process serves pages, sign-in and API: tried with a real server on a free port."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.clips.recordings import record
from vernacular.clips.folder import ClipFolder
from vernacular.people.accounts import add_person
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

PASSWORD = "a long enough password"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Origin": ""}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "vernacular.db"


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """The address of a server with one person in its store."""
    url = f"sqlite:///{database}"
    store = Store(url)
    upgrade(store)
    with store.writing() as db:
        add_person(db, "amina", "Amina", PASSWORD)
    store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vernacular.cli", "serve", "ui", "--port", str(port)]
    environment = {
        **os.environ,
        "VERNACULAR_DATABASE_URL": url,
        "VERNACULAR_CLIPS_FOLDER": str(database.parent / "clips"),
    }
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        found = f"http://127.0.0.1:{port}"
        try:
            _wait(found, server)
            yield found
        finally:
            # Also where it never answered: leaving the block waits for its end.
            server.terminate()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it answered"
        try:
            if httpx.get(f"{address}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail("the server did not answer within a minute")


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    headers = {**BROWSER, "Origin": address}
    with httpx.Client(base_url=address, headers=headers) as client:
        yield client


@pytest.fixture
def broken_store(database: Path, browser: httpx.Client) -> Iterator[None]:
    """Takes the table of sign-ins away from a server that runs, after signing in."""
    sign_in(browser)
    with closing(sqlite3.connect(database)) as taken:
        taken.execute("ALTER TABLE sign_ins RENAME TO taken_away")
        yield
        taken.execute("ALTER TABLE taken_away RENAME TO sign_ins")


def sign_in(browser: httpx.Client, next_path: str = "/") -> httpx.Response:
    form = {"login": "amina", "password": PASSWORD, "next": next_path}
    return browser.post("/sign-in", data=form)


@pytest.mark.parametrize("path", ["/", "/collect", "/releases?cell=hi-IN+intent_acc"])
def test_a_page_leads_to_sign_in_and_remembers_where_to_go(
    browser: httpx.Client, path: str
) -> None:
    response = browser.get(path)
    assert response.status_code == 303
    assert response.next_request is not None
    assert response.next_request.url.path == "/sign-in"
    assert response.next_request.url.params["next"] == path


def test_a_wrong_cookie_is_no_sign_in(browser: httpx.Client) -> None:
    browser.cookies.set("vernacular_sign_in", "forged")
    assert browser.get("/").status_code == 303


def test_signing_in_opens_the_page_that_was_wanted(browser: httpx.Client) -> None:
    response = sign_in(browser, "/releases?cell=x")
    assert response.headers["location"] == "/releases?cell=x"
    assert "httponly" in response.headers["set-cookie"].lower()
    page = browser.get("/releases?cell=x")
    assert page.status_code == 200 and "<title>" in page.text


def test_signing_out_closes_the_pages_again(browser: httpx.Client) -> None:
    sign_in(browser)
    assert browser.get("/").status_code == 200
    browser.post("/sign-out")
    assert browser.get("/").status_code == 303


def test_the_api_answers_beside_the_pages_with_its_own_problems(browser: httpx.Client) -> None:
    assert browser.get("/readyz").status_code == 200
    assert "/v1/feedback" in browser.get("/openapi.json").json()["paths"]
    response = browser.get("/v1/feedback")
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


def test_what_a_page_loads_is_not_redirected(browser: httpx.Client) -> None:
    assert browser.get("/_stcore/health").status_code == 200
    assert browser.get("/static/nothing.js").status_code != 303


def test_what_a_page_plays_is_for_signed_in_people_alone(browser: httpx.Client) -> None:
    recording = "/media/0123.wav"
    assert browser.get(recording).status_code == 401
    browser.cookies.set("vernacular_sign_in", "forged")
    assert browser.get(recording).status_code == 401
    sign_in(browser)
    # Let through to where recordings are served, which has none of this name.
    assert browser.get(recording).status_code == 404


def test_a_recording_is_played_to_signed_in_people_from_its_own_address(
    browser: httpx.Client, database: Path
) -> None:
    kept = ClipFolder(database.parent / "clips").add(record())
    address = f"/clips/{kept.content_hash}"
    browser.cookies.clear()
    assert browser.get(address).status_code == 401
    sign_in(browser)
    sound = browser.get(address)
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")
    assert sound.content == record()
    assert "private" in sound.headers["cache-control"]


@pytest.mark.parametrize("name", ["0" * 64, "..%2F..%2Fvernacular.db", "ABC"])
def test_what_is_no_recording_of_ours_is_not_found(browser: httpx.Client, name: str) -> None:
    sign_in(browser)
    assert browser.get(f"/clips/{name}").status_code in (400, 404)


def test_while_the_store_fails_nothing_is_played(browser: httpx.Client, broken_store: None) -> None:
    response = browser.get("/media/0123.wav")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out")]
)
def test_while_the_store_fails_the_sign_in_pages_say_so_in_the_browsers_language(
    browser: httpx.Client, broken_store: None, method: str, path: str
) -> None:
    form = {"login": "amina", "password": PASSWORD} if method == "POST" else None
    arabic = {"Accept-Language": "ar-EG,ar;q=0.9"}
    response = browser.request(method, path, data=form, headers=arabic)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert 'dir="rtl"' in response.text and "لم يُنفَّذ شيء" in response.text
    assert "sign_ins" not in response.text


def test_while_the_store_fails_a_page_is_let_through_to_explain_itself(
    browser: httpx.Client, broken_store: None
) -> None:
    page = browser.get("/collect")
    assert page.status_code == 200 and "<title>" in page.text
