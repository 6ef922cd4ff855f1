"""From a red cell to the traces of both releases, and there again by a shared link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open

pytestmark = pytest.mark.browser

CELL = "/releases?release=pocket-2&baseline=pocket-1&suite=small&cell=da-DK+intent_acc&kind=fix"


def copied(page: Page) -> str:
    """Returns the link that the page offers."""
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_test_id("stCode").first
    expect(link).to_be_visible()
    text = link.inner_text().replace("\n", "")
    page.keyboard.press("Escape")
    return text


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def open_flip(page: Page) -> None:
    expect(page.locator(".v-flip").first).to_be_visible()
    page.get_by_role("link", name="Everything about this utterance").first.click()
    page.wait_for_url("**/utterance?*item=*")
    expect(page.locator("section.v-flip")).to_be_visible()


def test_a_cell_leads_to_both_traces_and_the_link_reopens_them_for_somebody_else(
    sign_in: Open,
) -> None:
    page = sign_in("ida", CELL)
    open_flip(page)
    expect(page.get_by_text("They first differ in understanding")).to_be_visible()
    stage = page.locator("section.v-flip").inner_text()
    assert stage.index("pocket-1") < stage.index("pocket-2")
    link, said = copied(page), page.locator(".v-said").inner_text()
    # Not signed in, she is asked who she is and then sees the very same.
    other = sign_in("sam", path_of(link))
    expect(other.locator(".v-said")).to_have_text(said)
    assert other.locator("section.v-flip").inner_text() == stage
    assert path_of(other.url) == path_of(link)


def test_the_link_of_a_list_reopens_as_many_flips_of_the_same_kind(sign_in: Open) -> None:
    page = sign_in("ida", CELL)
    expect(page.locator(".v-flip").first).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    page.wait_for_url("**shown=40*")
    # All of them are on the page now.
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    n_shown, link = page.locator(".v-flip").count(), copied(page)
    assert parse_qs(urlsplit(link).query)["kind"] == ["fix"]
    other = sign_in("sam", path_of(link))
    expect(other.locator(".v-flip")).to_have_count(n_shown, timeout=30_000)
    assert n_shown > 20


def test_the_keyboard_goes_on_to_the_next_flip_and_the_browser_back(sign_in: Open) -> None:
    page = sign_in("ida", CELL)
    open_flip(page)
    first, said = page.url, page.locator(".v-said").inner_text()
    expect(page.get_by_text("1 of ")).to_be_visible()
    page.keyboard.press("Alt+n")
    expect(page.get_by_text("2 of ")).to_be_visible()
    expect(page.locator(".v-said")).not_to_have_text(said)
    page.go_back()
    expect(page.locator(".v-said")).to_have_text(said)
    assert page.url == first
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/releases?*cell=da-DK*")
    expect(page.locator(".v-flip").first).to_be_visible()


def test_both_traces_stand_below_one_another_on_a_narrow_phone(sign_in: Open) -> None:
    page = sign_in("ida", CELL, width=390)
    open_flip(page)
    cells = page.locator("section.v-flip > div:not(.v-expected)")
    first, second = (cells.nth(place).bounding_box() for place in (0, 1))
    assert first is not None and second is not None
    assert second["y"] >= first["y"] + first["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
