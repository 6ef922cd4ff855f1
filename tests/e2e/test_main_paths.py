"""The main paths of the platform, in a real browser against real processes."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.e2e.browser import choose
from tests.e2e.conftest import Open
from tests.e2e.platform import Served
from tests.e2e.turns import turns_of
from vernacular.store.tables import Correction, FeedbackItem
from vernacular.store.tables.sessions import TurnStatus

pytestmark = pytest.mark.browser

ENGLISH = "wake me up at five am this week"
ARABIC = "أيقظني في الساعة الخامسة صباحا يوم الجمعة"


def say(page: Page, text: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(text)
    field.press("Enter")
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text(
        text.split(maxsplit=1)[0]
    )


def test_a_wrong_password_is_answered_in_the_language_of_the_browser(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    page.context.clear_cookies()
    page.goto(f"{served.url}/sign-in?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("input[name=login]").fill("sam")
    page.locator("input[name=password]").fill("not her password")
    page.locator("input[name=password]").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    assert any("\u0600" <= letter <= "\u06ff" for letter in alert.inner_text())


def test_an_english_session_is_held_corrected_and_there_again_after_a_reload(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("sam")
    say(page, ENGLISH)
    answer = page.locator("[data-testid=stChatMessage]").nth(1)
    expect(answer).to_contain_text("alarm")
    *before, turn = turns_of(served, "sam")
    assert (turn.text, turn.status, turn.intent) == (ENGLISH, TurnStatus.ANSWERED, "alarm_set")
    assert {stage["stage"] for stage in turn.trace or []} == {"nlu", "reply"}

    page.locator(f".st-key-turn-{turn.id}-open label").first.click()
    assert turn.slots
    page.locator(f".st-key-turn-{turn.id}-remove-{turn.slots[0].start} button").click()
    expect(page.locator(".v-corrected")).to_be_visible()
    with served.store.reading() as db:
        correction = db.scalars(select(Correction).where(Correction.turn_id == turn.id)).one()
    assert correction.slots == turn.slots[1:]
    assert correction.intent == turn.intent

    page.reload()
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text("wake me up")
    expect(page.locator(".v-corrected")).to_be_visible()
    assert len(turns_of(served, "sam")) == len(before) + 1


def test_an_arabic_session_runs_right_to_left(served: Served, sign_in: Open) -> None:
    page = sign_in("layla")
    say(page, ARABIC)
    page.locator("[data-testid=stChatMessage]").nth(1).wait_for()
    turn = turns_of(served, "layla")[-1]
    assert turn.text == ARABIC
    assert turn.status == TurnStatus.ANSWERED
    app_direction = page.locator("[data-testid=stApp]").evaluate(
        "e => getComputedStyle(e).direction"
    )
    assert app_direction == "rtl"
    said = page.locator("[data-testid=stChatMessage] [dir=rtl]").first
    expect(said).to_be_visible()
    assert turn.slots
    page.locator(f".st-key-turn-{turn.id}-open label").first.click()
    page.locator(f".st-key-turn-{turn.id}-remove-{turn.slots[0].start} button").click()
    expect(page.locator(".v-corrected")).to_be_visible()
    with served.store.reading() as db:
        correction = db.scalars(select(Correction).where(Correction.turn_id == turn.id)).one()
    assert correction.slots == turn.slots[1:]
    page.reload()
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text("أيقظني")


def test_a_host_that_is_down_costs_nothing_and_a_retry_works(served: Served, sign_in: Open) -> None:
    page = sign_in("ida")
    served.stop_host()
    try:
        say(page, "play some quiet music")
        retry = page.get_by_role("button", name="Try again")
        expect(retry).to_be_visible()
        *before, turn = turns_of(served, "ida")
        assert (turn.text, turn.status) == ("play some quiet music", TurnStatus.FAILED)
    finally:
        served.start_host()
    retry.click()
    expect(page.locator(f".st-key-turn-{turn.id}-open")).to_be_visible()
    *still_before, again = turns_of(served, "ida")
    assert (again.id, again.status) == (turn.id, TurnStatus.ANSWERED)
    assert len(still_before) == len(before)


def test_a_cell_of_the_heat_map_opens_its_flips_and_the_link_reopens_them(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("ida", "/releases")
    choose(page, "releases-cell", "Danish", exact=False)
    page.wait_for_url("**cell=da-DK*")
    flips = page.locator(".v-flip")
    expect(flips.first).to_be_visible()
    link, first = page.url, flips.first.inner_text()
    assert "pocket-1" in page.content() and "pocket-2" in page.content()
    again = page.context.new_page()
    again.goto(link)
    expect(again.locator(".v-flip").first).to_be_visible()
    assert again.locator(".v-flip").first.inner_text() == first


def test_a_click_in_the_drawn_heat_map_opens_its_flips(served: Served, sign_in: Open) -> None:
    page = sign_in("ida", "/releases?release=pocket-2&baseline=pocket-1")
    # Plotly draws the fields; the points that take the click lie over them, unseen.
    field = page.locator(".scatterlayer .point").first
    field.wait_for(state="attached")
    field.click(force=True)
    page.wait_for_url("**cell=*")
    expect(page.locator(".v-flip").first).to_be_visible()


def test_a_step_of_a_trend_leads_to_its_flips_and_a_flip_to_all_about_its_utterance(
    served: Served, sign_in: Open
) -> None:
    page = sign_in("ida", "/trends")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.locator("tr", has_text="Danish").get_by_role("link").first.click()
    page.wait_for_url("**/releases?*cell=da-DK*")
    flip = page.locator(".v-flip").first
    expect(flip).to_be_visible()
    said = flip.locator(".v-expected .v-text").first.evaluate("e => e.firstChild.textContent")
    # The link of its own box: that of the second flip may be drawn before that of the first.
    box = flip.locator("xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")
    box.get_by_role("link", name="Everything about this utterance").click()
    page.wait_for_url("**/utterance?*item=*")
    expect(page.locator(".v-said")).to_contain_text(said.strip())
    link = page.url
    again = page.context.new_page()
    again.goto(link)
    expect(again.locator(".v-said")).to_contain_text(said.strip())
    expect(again.locator("[data-testid=stSidebarNav]")).not_to_contain_text("Utterance")


def test_feedback_sent_to_the_api_is_stored_once_and_shown(served: Served, sign_in: Open) -> None:
    headers = {"Authorization": f"Bearer {served.api_key}"}
    item = {"source": "speaker", "event_id": "e-1", "locale": "en-US", "text": "it woke me at six"}
    first = httpx.post(f"{served.url}/v1/feedback", json=item, headers=headers)
    again = httpx.post(f"{served.url}/v1/feedback", json=item, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    with served.store.reading() as db:
        assert len(list(db.scalars(select(FeedbackItem)))) == 1
    page = sign_in("sam", "/feedback")
    expect(page.get_by_text("it woke me at six")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/collect",
        "/releases",
        "/trends",
        "/leaderboard",
        "/utterance?suite=small&item=1",
        "/feedback",
    ],
)
@pytest.mark.parametrize("login", ["sam", "layla"])
def test_no_page_is_wider_than_a_narrow_phone(sign_in: Open, login: str, path: str) -> None:
    page = sign_in(login, path, width=390)
    expect(page.locator("h1").first).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
