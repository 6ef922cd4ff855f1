"""While an assistant thinks, what was said to it is on the screen of a telephone."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.platform import Served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/blind"])
def test_what_was_said_stands_above_the_field_until_it_is_answered(
    served: Served, sign_in: Open, path: str
) -> None:
    page = sign_in("sam", path, width=390)
    if path == "/blind":
        page.locator(".st-key-blind-begin button").click()
    field = page.get_by_test_id("stChatInputTextArea")
    replies = page.get_by_text("Now playing jazz.")
    n_replies = 2 if path == "/blind" else 1
    for number in (1, 2):
        field.fill("play some jazz")
        field.press("Enter")
        expect(replies).to_have_count(number * n_replies)
    served.host.send_signal(signal.SIGSTOP)
    try:
        field.fill("what is the weather")
        field.press("Enter")
        expect(page.get_by_test_id("stSpinner")).to_be_visible()
        page.wait_for_function(
            """() => {
              const bounds = (one) => document.querySelector(one)?.getBoundingClientRect();
              const said = bounds('[class*=st-key-on-its-way-]');
              const field = bounds('[data-testid=stChatInput]');
              return said && said.top >= 0 && said.bottom <= field.top;
            }"""
        )
    finally:
        served.host.send_signal(signal.SIGCONT)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
