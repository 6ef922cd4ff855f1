"""What is in reach and in one piece where only a browser can tell: on a telephone, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open

pytestmark = pytest.mark.browser

MIXED = "شغل قائمة myrock playlist"


def bottom_of_field(page: Page) -> float:
    """Returns how far down the screen the field to talk ends, in pixels."""
    box = page.get_by_test_id("stChatInput").bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844)])
def test_the_field_to_talk_is_on_a_telephones_screen_before_the_first_turn(
    sign_in: Open, width: int, height: int
) -> None:
    page = sign_in("layla", width=width)
    page.set_viewport_size({"width": width, "height": height})
    expect(page.get_by_test_id("stChatInput")).to_be_in_viewport(ratio=1)
    assert bottom_of_field(page) <= height
    # The choices are all there, above it, on a page that scrolls.
    goals = page.get_by_test_id("stButtonGroup").last
    goals.scroll_into_view_if_needed()
    expect(goals).to_be_in_viewport()


def test_who_goes_through_the_pages_by_keyboard_sees_where_she_is(sign_in: Open) -> None:
    page = sign_in("sam")
    link = page.get_by_test_id("stSidebarNavLink").first
    expect(link).to_be_visible()
    page.locator("body").press("Tab")
    for _ in range(10):
        if link.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")


def test_a_latin_value_in_arabic_is_marked_in_one_piece_beside_its_name(sign_in: Open) -> None:
    page = sign_in("layla", width=390)
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(MIXED)
    field.press("Enter")
    mark = page.locator(".v-slot", has_text="myrock playlist").first
    expect(mark).to_be_visible()
    assert mark.evaluate("one => one.getClientRects().length") == 1
    copied = page.locator(".v-marked").first.evaluate(
        "one => { getSelection().selectAllChildren(one); return getSelection().toString() }"
    )
    assert copied == MIXED
