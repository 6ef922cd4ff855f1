"""The page in a real browser: it asks the network for nothing, filters, prints, fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.e2e.browser import open_browser
from tests.reports.made_reports import HOSTILE, a_flip, a_report, flips_of
from vernacular.reports.comparison.write import write_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    other = a_flip("niamshe saa tatu", "sw-KE", expected_slots=(), item=9)
    flips = (flips_of(a_flip(), a_flip(HOSTILE, item=8)), flips_of(other))
    write_report(path, a_report(flips=flips))
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, and that nothing was asked for or complained of while a test used it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    asked, said = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.goto(address)
    yield opened
    assert asked == [address]
    assert said == []
    context.close()


def swahili(page: Page) -> Locator:
    """Returns the one utterance of a locale that passed."""
    return page.locator(".said", has_text="niamshe saa tatu")


def rows(page: Page) -> list[str]:
    """Returns the locales that the heat map shows."""
    return [text.split()[0] for text in page.locator(".heat tbody tr:visible th").all_inner_texts()]


def test_a_locale_is_found_by_its_own_name(page: Page) -> None:
    assert rows(page) == ["ar-SA", "am-ET", "th-TH", "sw-KE"]
    page.locator("#find").fill("العربية")
    page.get_by_text("Filtered: 1 of 4 locales").wait_for()
    assert rows(page) == ["ar-SA"]
    page.get_by_role("button", name="Clear").click()
    page.locator(".heat tbody tr").nth(3).wait_for(state="visible")
    assert len(rows(page)) == 4


def test_an_utterance_is_found_and_its_locale_opened(page: Page) -> None:
    assert not swahili(page).is_visible(), "what passed is folded"
    page.locator("#find").fill("NIAMSHE")
    swahili(page).wait_for(state="visible")
    assert page.locator("details:visible").count() == 1


def test_verdicts_filter(page: Page) -> None:
    page.get_by_label("REGRESSED").check()
    page.get_by_text("Filtered: 1 of 4 locales").wait_for()
    assert rows(page) == ["ar-SA"]


def test_the_filter_is_reached_and_used_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("sw-KE")
    page.get_by_text("Filtered: 1 of 4 locales").wait_for()


def test_a_field_of_the_map_leads_to_the_utterances(page: Page) -> None:
    page.locator(".heat").get_by_role("link", name="sw-KE").click()
    swahili(page).wait_for(state="visible")


def test_arabic_runs_from_right_to_left_in_a_page_that_does_not(page: Page) -> None:
    said = page.locator('.said bdi[lang="ar-SA"]').first
    assert said.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_printed_all_is_open_and_there_is_no_filter(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert swahili(page).is_visible()
    assert not page.locator("#filter").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator("details").nth(1).evaluate("element => element.open")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_does_not_scroll_sideways(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened = context.new_page()
    opened.goto(address)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_without_script_everything_can_be_read(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert swahili(opened).is_visible()
    assert not opened.locator("#filter").is_visible()
    context.close()
