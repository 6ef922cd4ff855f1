"""While an assistant thinks, what was said to it is on the screen of a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests.e2e.conftest import Open
from tests.e2e.platform import Served, stopped_host
from tests.e2e.turns import turns_of, wait_until
from vernacular.store.tables import BlindTurn, Turn

pytestmark = pytest.mark.browser


ASKING = ".v-asking"


def enter(page: Page, *texts: str) -> None:
    """Says one thing after the other, faster than anybody types."""
    field = page.get_by_test_id("stChatInputTextArea")
    for text in texts:
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value("")


def waiting(page: Page) -> Locator:
    return page.locator("[class*=st-key-on-its-way-]")


def turns_with(served: Served, table: type[Turn | BlindTurn], word: str) -> list[str]:
    """Returns the texts of all turns with a word in them, in order."""
    with served.store.reading() as db:
        return [*db.scalars(select(table.text).where(table.text.contains(word)).order_by(table.id))]


@pytest.mark.parametrize("path", ["/", "/blind"])
def test_three_quick_messages_to_a_slow_assistant_are_three_turns_in_order(
    served: Served, sign_in: Open, path: str
) -> None:
    table = BlindTurn if path == "/blind" else Turn
    page = sign_in("sam", path)
    if path == "/blind":
        page.locator(".st-key-blind-begin button").click()
    texts = [f"{table.__name__} wake me up at {number}" for number in ("one", "two", "three")]
    # Else the page asks the host which releases answer, and warns of this one.
    page.get_by_test_id("stChatInputTextArea").wait_for()
    with stopped_host(served):
        enter(page, *texts)
        for text in texts:
            expect(waiting(page)).to_contain_text(text)
    wait_until(lambda: turns_with(served, table, table.__name__) == texts)
    expect(page.locator(ASKING)).to_have_count(0)
    shown = page.locator("[data-testid=stChatMessage] .v-said").filter(has_text=table.__name__)
    expect(shown).to_contain_text(texts)


@pytest.mark.parametrize("button", ["live-pause", "live-new"])
def test_a_click_while_two_messages_wait_loses_none(
    served: Served, sign_in: Open, button: str
) -> None:
    page = sign_in("sam")
    texts = [f"wake me up at {number} before {button}" for number in ("nine", "ten", "six")]
    enter(page, texts[0])
    expect(page.locator(".st-key-live-end")).to_be_visible()
    with stopped_host(served):
        enter(page, *texts[1:])
        page.locator(f".st-key-{button} button").click()
        expect(page.locator(f".st-key-{button}")).to_have_count(0)
        expect(waiting(page)).to_contain_text(texts[2])
    wait_until(lambda: turns_with(served, Turn, button) == texts)
    expect(page.locator(ASKING)).to_have_count(0)
    first, *others = [turn for turn in turns_of(served, "sam") if turn.text in texts]
    assert {turn.session_id for turn in others} == {first.session_id}


def test_a_session_that_is_ended_while_two_messages_wait_leaves_the_second_on_the_page(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    texts = [f"before the end wake me up at {number}" for number in ("nine", "ten", "six")]
    enter(page, texts[0])
    expect(page.locator(".st-key-live-end")).to_be_visible()
    with stopped_host(served):
        enter(page, *texts[1:])
        wait_until(lambda: turns_with(served, Turn, "before the end") == texts[:2])
        page.locator(".st-key-live-end button").click()
        expect(page.get_by_text("This session has ended.")).to_be_visible()
    page.get_by_role("button", name="Start a new session with it").click()
    wait_until(lambda: turns_with(served, Turn, "before the end") == texts)
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text(texts[2])


def test_messages_that_wait_are_asked_also_where_the_browser_is_closed(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    texts = [f"wake me up at {number} and close" for number in ("nine", "ten")]
    page.get_by_test_id("stChatInputTextArea").wait_for()
    with stopped_host(served):
        enter(page, *texts)
        expect(waiting(page)).to_contain_text(texts[1])
        page.close()
    wait_until(lambda: turns_with(served, Turn, "and close") == texts)


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
    with stopped_host(served):
        field.fill("what is the weather")
        field.press("Enter")
        expect(page.locator(ASKING)).to_be_visible()
        page.wait_for_function(
            """() => {
              const bounds = (one) => document.querySelector(one)?.getBoundingClientRect();
              const said = bounds('[class*=st-key-on-its-way-]');
              const field = bounds('[data-testid=stChatInput]');
              return said && said.top >= 0 && said.bottom <= field.top;
            }"""
        )
    expect(page.locator(ASKING)).to_have_count(0)
