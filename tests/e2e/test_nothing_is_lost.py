"""Processes are killed and stopped while people talk: what they said stays, and stays one turn."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.platform import Served, stopped_host
from tests.e2e.turns import turns_of, wait_until
from vernacular.store.tables.sessions import TurnStatus

pytestmark = pytest.mark.browser


def enter(page: Page, text: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(text)
    field.press("Enter")


def said(served: Served, login: str, text: str) -> list[TurnStatus]:
    return [turn.status for turn in turns_of(served, login) if turn.text == text]


def test_a_server_of_pages_that_is_killed_mid_turn_keeps_the_turn_once(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    text = "wake me up at four"
    with stopped_host(served):
        enter(page, text)
        wait_until(lambda: said(served, "sam", text) == [TurnStatus.ASKED])
        served.stop_ui()
        served.start_ui()
        (turn,) = [one for one in turns_of(served, "sam") if one.text == text]
        page.goto(f"{served.url}/?session={turn.session_id}")
        expect(page.get_by_text("The answer has not come yet.")).to_be_visible()
    page.locator(f".st-key-turn-{turn.id}-retry button").click()
    wait_until(lambda: said(served, "sam", text) == [TurnStatus.ANSWERED])
    expect(page.locator(f".st-key-turn-{turn.id}-open")).to_be_visible()


def test_a_browser_that_is_closed_mid_turn_finds_the_turn_again(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    text = "wake me up at three"
    with stopped_host(served):
        enter(page, text)
        wait_until(lambda: said(served, "sam", text) == [TurnStatus.ASKED])
        page.close()
    wait_until(lambda: said(served, "sam", text) == [TurnStatus.ANSWERED])
    again = sign_in("sam")
    again.goto(f"{served.url}/?session={turns_of(served, 'sam')[-1].session_id}")
    expect(again.locator("[data-testid=stChatMessage]").nth(1)).to_contain_text("alarm")


def test_a_host_that_hangs_is_said_in_the_persons_language_and_can_be_asked_again(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("layla")
    text = "أيقظني في الثالثة"
    # Else the page asks the host which releases answer, and warns of this one.
    page.get_by_test_id("stChatInputTextArea").wait_for()
    with stopped_host(served):
        enter(page, text)
        # The deadline of a turn, and some more for a busy machine.
        wait_until(lambda: said(served, "layla", text) == [TurnStatus.FAILED], 60)
        warning = page.locator("[data-testid=stAlert]")
        expect(warning.first).to_be_visible()
        assert any("\u0600" <= letter <= "\u06ff" for letter in warning.first.inner_text())
    turn = next(one for one in turns_of(served, "layla") if one.text == text)
    page.locator(f".st-key-turn-{turn.id}-retry button").click()
    wait_until(lambda: said(served, "layla", text) == [TurnStatus.ANSWERED])


def test_what_is_typed_while_the_server_is_away_can_be_sent_when_it_is_back(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    enter(page, "wake me up at one")
    page.locator("[data-testid=stChatMessage]").nth(1).wait_for()
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill("wake me up at two")
    served.stop_ui()
    page.wait_for_timeout(3000)
    served.start_ui()
    # The page finds its server again by itself, and what stood in the field stands there still.
    expect(field).to_be_enabled(timeout=60_000)
    wait_until(lambda: not page.get_by_test_id("stApp").evaluate("e => e.inert"))
    assert field.input_value() == "wake me up at two"
    field.press("Enter")
    wait_until(lambda: said(served, "sam", "wake me up at two") == [TurnStatus.ANSWERED])
    assert len(said(served, "sam", "wake me up at one")) == 1
