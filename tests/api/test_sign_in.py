from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.api.conftest import make_wiring
from vernacular import i18n
from vernacular.api import sign_in
from vernacular.people.accounts import add_person
from vernacular.people.sign_in import SIGN_IN_COOKIE, find_signed_in
from vernacular.store.database import Store
from vernacular.wiring import Wiring

PASSWORD = "correct horse battery"
OURS = {"Sec-Fetch-Site": "same-origin"}


class Page(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def find(self, tag: str, **wanted: str) -> dict[str, str | None]:
        found = [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == wanted[key] for key in wanted)
        ]
        assert len(found) == 1, (tag, wanted, found)
        return found[0]


def _make_client(wiring: Wiring) -> TestClient:
    return TestClient(Starlette(routes=sign_in.routes(wiring)), follow_redirects=False)


@pytest.fixture
def wiring(sqlite_store: Store) -> Iterator[Wiring]:
    made = make_wiring(sqlite_store.url)
    with made.store.writing() as db:
        add_person(db, "amina", "Amina", PASSWORD)
    yield made
    made.close()


@pytest.fixture
def client(wiring: Wiring) -> TestClient:
    return _make_client(wiring)


def _form(**changes: str) -> dict[str, str]:
    return {"login": "amina", "password": PASSWORD, **changes}


def test_signing_in_leads_on_with_a_cookie_that_stands_for_the_person(
    client: TestClient, wiring: Wiring
) -> None:
    answer = client.post("/sign-in", data=_form(next="/judge?n=1"), headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/judge?n=1"
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={14 * 86_400}"} <= set(
        cookie.split("; ")
    )
    assert "Secure" not in cookie
    with wiring.store.reading() as db:
        person = find_signed_in(db, client.cookies[SIGN_IN_COOKIE])
    assert person is not None
    assert person.login == "amina"


def test_behind_tls_the_cookie_needs_it(wiring: Wiring) -> None:
    client = _make_client(make_wiring(wiring.store.url, secure_cookies=True))
    answer = client.post("/sign-in", data=_form(), headers=OURS)
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_whoever_is_signed_in_is_led_on_at_once(client: TestClient) -> None:
    client.post("/sign-in", data=_form(), headers=OURS)
    answer = client.get("/sign-in?next=/judge")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/judge")


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_nobody_is_led_elsewhere(client: TestClient, next_path: str) -> None:
    answer = client.post("/sign-in", data=_form(next=next_path), headers=OURS)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "form", [{"login": "amina", "password": "wrong"}, {"login": "nobody", "password": PASSWORD}, {}]
)
def test_a_failure_says_so_and_keeps_what_was_typed(
    client: TestClient, form: dict[str, str]
) -> None:
    answer = client.post("/sign-in", data={**form, "next": "/judge"}, headers=OURS)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    page = Page(answer.text)
    assert page.find("p", id="error")["role"] == "alert"
    assert page.find("input", name="next")["value"] == "/judge"
    assert page.find("input", name="login")["value"] == form.get("login", "")
    assert page.find("input", name="login")["aria-describedby"] == "error"
    assert "value" not in page.find("input", name="password")
    # The cursor waits where something has to be typed again.
    assert "autofocus" in page.find("input", id="password" if form else "login")
    assert "do not belong together" in answer.text


def test_what_somebody_typed_cannot_become_markup(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    answer = client.post("/sign-in", data=_form(login=evil, next=f"/{evil}"), headers=OURS)
    assert answer.status_code == 403
    assert "<script" not in answer.text
    assert Page(answer.text).find("input", name="login")["value"] == evil


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_a_form_of_another_page_does_nothing(
    client: TestClient, wiring: Wiring, path: str, headers: dict[str, str]
) -> None:
    client.post("/sign-in", data=_form(), headers=OURS)
    token = client.cookies[SIGN_IN_COOKIE]
    answer = client.post(path, data=_form(), headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert Page(answer.text).find("a")["href"] == "/sign-in"
    with wiring.store.reading() as db:
        assert find_signed_in(db, token) is not None


def test_a_browser_that_only_sends_origin_can_sign_in(client: TestClient) -> None:
    answer = client.post("/sign-in", data=_form(), headers={"Origin": "http://testserver"})
    assert answer.status_code == 303


def test_signing_out_ends_the_sign_in_itself_not_just_the_cookie(
    client: TestClient, wiring: Wiring
) -> None:
    client.post("/sign-in", data=_form(), headers=OURS)
    token = client.cookies[SIGN_IN_COOKIE]
    answer = client.post("/sign-out", headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert SIGN_IN_COOKIE not in client.cookies
    with wiring.store.reading() as db:
        assert find_signed_in(db, token) is None


def test_too_many_attempts_on_a_login_have_to_wait_even_with_the_password(
    client: TestClient,
) -> None:
    for _ in range(sign_in.ATTEMPTS_PER_LOGIN):
        answer = client.post("/sign-in", data=_form(password="wrong"), headers=OURS)
        assert answer.status_code == 403
    # The login is the same however it is capitalised.
    answer = client.post("/sign-in", data=_form(login="AMINA"), headers=OURS)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= sign_in.WINDOW_SECONDS
    assert "Wait 5 minutes" in answer.text


def test_one_address_cannot_try_every_login(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "ATTEMPTS_PER_ADDRESS", 3)
    client = _make_client(wiring)
    for number in range(3):
        form = _form(login=f"guess{number}")
        assert client.post("/sign-in", data=form, headers=OURS).status_code == 403
    assert client.post("/sign-in", data=_form(), headers=OURS).status_code == 429


def test_who_signs_in_often_is_not_throttled(client: TestClient) -> None:
    for _ in range(sign_in.ATTEMPTS_PER_LOGIN + 2):
        answer = client.post("/sign-in", data=_form(), headers=OURS)
        assert answer.status_code == 303


def test_the_page_needs_nothing_from_elsewhere_and_allows_nothing(client: TestClient) -> None:
    answer = client.get("/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert {"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert "http" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    page = Page(answer.text)
    assert not [tag for tag, _ in page.elements if tag in ("script", "link", "img", "iframe")]
    assert not [attributes for _, attributes in page.elements if "style" in attributes]


def test_every_field_has_its_label(client: TestClient) -> None:
    page = Page(client.get("/sign-in").text)
    for name in ("login", "password"):
        page.find("label", **{"for": str(page.find("input", name=name)["id"])})
    assert page.find("input", name="login")["autocomplete"] == "username"
    assert page.find("input", name="password")["autocomplete"] == "current-password"
    assert page.find("meta", name="viewport")["content"] == "width=device-width, initial-scale=1"


@pytest.fixture
def with_arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of this test's own, so that it says nothing about the real one's progress."""
    file = tmp_path / "i18n" / "ar" / "LC_MESSAGES" / "vernacular.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Sign in to Vernacular"\nmsgstr "تسجيل الدخول"\n',
        "utf-8",
    )
    monkeypatch.setattr(i18n, "find_folder", lambda _name: tmp_path)
    i18n._catalogue_files.cache_clear()
    i18n._load_catalogue.cache_clear()
    yield
    i18n._catalogue_files.cache_clear()
    i18n._load_catalogue.cache_clear()


@pytest.mark.parametrize(
    ("address", "accepted", "language", "direction"),
    [
        ("/sign-in", "", "en", "ltr"),
        ("/sign-in", "ar-EG,en;q=0.5", "ar", "rtl"),
        ("/sign-in", "tlh, en", "en", "ltr"),
        ("/sign-in?lang=ar", "en", "ar", "rtl"),
        ("/sign-in?lang=en", "ar", "en", "ltr"),
        ("/sign-in?lang=%22%3E", "ar", "ar", "rtl"),
    ],
)
def test_the_page_is_in_the_language_that_was_asked_for(
    client: TestClient,
    with_arabic: None,
    address: str,
    accepted: str,
    language: str,
    direction: str,
) -> None:
    answer = client.get(address, headers={"Accept-Language": accepted})
    html = Page(answer.text).find("html")
    assert (html["lang"], html["dir"]) == (language, direction)
    title = re.search("<title>(.*)</title>", answer.text)
    assert title is not None
    assert title[1] == {"en": "Sign in to Vernacular", "ar": "تسجيل الدخول"}[language]


def test_the_language_survives_a_failure(client: TestClient, with_arabic: None) -> None:
    form = _form(password="wrong", lang="ar")
    answer = client.post("/sign-in", data=form, headers=OURS)
    assert Page(answer.text).find("html")["lang"] == "ar"


def test_the_page_offers_every_language_in_its_own_name(
    client: TestClient, with_arabic: None
) -> None:
    answer = client.get("/sign-in?next=/judge?a=1%26b=2")
    arabic = Page(answer.text).find("a", lang="ar")
    assert arabic["href"] == "/sign-in?lang=ar&next=%2Fjudge%3Fa%3D1%26b%3D2"
    assert arabic["dir"] == "rtl"
    assert "العربية" in answer.text
    assert Page(answer.text).find("a", lang="en")["aria-current"] == "true"


@pytest.mark.parametrize("body", [b"login=" + b"x" * 20_000, b"\xff", b"a=1&" * 50])
def test_a_body_that_is_no_small_form_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/sign-in", content=body, headers=OURS).status_code == 403
