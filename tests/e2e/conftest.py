"""One served platform for all browser tests, and a fresh browser context for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import open_browser
from tests.e2e.platform import PASSWORD, Served, serve

Open = Callable[..., Page]

# Of a claim about a page; a busy machine draws slowly, and a claim that holds costs no time.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


# Not for the session: while Playwright is open it keeps an event loop in this thread, and tests
# that run one of their own could not.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def sign_in(served: Served, browser: Browser) -> Iterator[Open]:
    """A function that signs a person in, in a browser of her own, and gives the page."""
    contexts = []

    def signed_in(login: str, path: str = "/", width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(served.url + path)
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.locator("[data-testid=stApp]").wait_for()
        return page

    yield signed_in
    for context in contexts:
        context.close()
