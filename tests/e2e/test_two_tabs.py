"""One session in two tabs, and a long one that is opened by its link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.platform import Served
from tests.e2e.turns import turns_of, wait_until

pytestmark = pytest.mark.browser

# What a browser does where another tab comes in front of this one, or goes; Playwright keeps all
# of its pages in front.
_TURN = """state => {
  Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def say(page: Page, text: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(text)
    field.press("Enter")
    expect(page.get_by_test_id("stChatMessage").get_by_text(text).last).to_be_visible()


def said(page: Page, text: str) -> Locator:
    return page.get_by_test_id("stChatMessage").get_by_text(text)


def test_a_tab_that_comes_back_in_front_shows_what_was_said_and_ended_in_the_other(
    sign_in: Open,
) -> None:
    one = sign_in("sam")
    say(one, "wake me up at five")
    expect(one.locator(".st-key-live-end")).to_be_visible()
    other = one.context.new_page()
    other.goto(one.url)
    expect(said(other, "wake me up at five")).to_be_visible()
    other.evaluate(_TURN, "hidden")
    say(one, "wake me up at six")
    other.evaluate(_TURN, "visible")
    expect(said(other, "wake me up at six")).to_be_visible()
    other.evaluate(_TURN, "hidden")
    one.locator(".st-key-live-end button").click()
    expect(one.get_by_text("This session has ended.")).to_be_visible()
    other.evaluate(_TURN, "visible")
    expect(other.get_by_text("This session has ended.")).to_be_visible()


def test_what_is_said_in_a_tab_whose_session_has_ended_goes_on_in_a_new_one(
    served: Served, sign_in: Open
) -> None:
    one = sign_in("sam")
    say(one, "wake me up at five")
    expect(one.locator(".st-key-live-end")).to_be_visible()
    other = one.context.new_page()
    other.goto(one.url)
    expect(said(other, "wake me up at five")).to_be_visible()
    one.locator(".st-key-live-end button").click()
    expect(one.get_by_text("This session has ended.")).to_be_visible()
    field = other.get_by_test_id("stChatInputTextArea")
    field.fill("play some quiet music")
    field.press("Enter")
    expect(other.get_by_text("The session in which you said this has ended")).to_be_in_viewport()
    other.get_by_role("button", name="Start a new session with it").click()
    wait_until(lambda: turns_of(served, "sam")[-1].text == "play some quiet music")
    expect(other.get_by_test_id("stChatMessage").nth(1)).to_contain_text("music")
    old, new = turns_of(served, "sam")[-2:]
    assert new.session_id != old.session_id
    other.wait_for_url(f"**session={new.session_id}*")


def test_a_long_session_opens_by_its_link_at_its_newest_turn(sign_in: Open) -> None:
    page = sign_in("sam")
    for number in ("one", "two", "three", "four", "five", "six", "seven"):
        say(page, f"wake me up at {number}")
    page.goto(page.url)
    expect(said(page, "wake me up at seven")).to_be_in_viewport()
    expect(said(page, "wake me up at one")).not_to_be_in_viewport()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_in_viewport()
