"""Takes the pictures of the README from a running demo.

make demo                      # in one terminal
.venv/bin/python docs/screenshots.py http://127.0.0.1:8700 .demo/accounts docs/images
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.e2e.browser import open_browser

UPPER = {"x": 0, "y": 0, "width": 1200, "height": 900}


def sign_in(browser: Browser, url: str, login: str, password: str, size: tuple[int, int]) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(url)
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.locator("[data-testid=stApp]").wait_for()
    page.locator("h1").first.wait_for()
    return page


def say(page: Page, *texts: str) -> None:
    for number, text in enumerate(texts, start=1):
        field = page.get_by_test_id("stChatInputTextArea")
        field.fill(text)
        field.press("Enter")
        page.locator("[data-testid=stChatMessage]").nth(2 * number - 1).wait_for()
        page.wait_for_timeout(2500)


def main() -> None:
    url, accounts, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    target.mkdir(parents=True, exist_ok=True)
    passwords = dict(line.split()[:2] for line in accounts.read_text().splitlines())
    with open_browser() as browser:
        page = sign_in(browser, url, "sam", passwords["sam"], (1200, 1240))
        say(page, "wake me up at seven am on friday")
        page.locator("[class*=st-key-turn-][class*=-open] label").first.click()
        page.wait_for_timeout(2500)
        page.screenshot(path=target / "live.png")

        page = sign_in(browser, url, "layla", passwords["layla"], (390, 860))
        say(page, "أيقظني في الساعة السابعة صباح يوم الجمعة")
        page.screenshot(path=target / "live-arabic-narrow.png")

        page = sign_in(browser, url, "ida", passwords["ida"], (1200, 1500))
        page.goto(f"{url}/releases?release=pocket-2&baseline=pocket-1")
        page.locator(".js-plotly-plot").wait_for()
        page.wait_for_timeout(4000)
        page.screenshot(path=target / "releases.png")
        page.goto(f"{url}/releases?release=pocket-2&baseline=pocket-1&cell=de-DE+intent_acc")
        page.locator(".v-flip").first.wait_for()
        page.wait_for_timeout(2000)
        page.locator(".v-flip").nth(2).scroll_into_view_if_needed()
        page.screenshot(path=target / "flips.png")
        page.goto(f"{url}/leaderboard")
        page.locator("table").first.wait_for()
        page.wait_for_timeout(3000)
        page.screenshot(path=target / "leaderboard.png", clip=UPPER)

        page = browser.new_context(viewport={"width": 1200, "height": 1500}).new_page()
        page.goto(Path(".demo/report.html").resolve().as_uri())
        page.wait_for_timeout(1500)
        page.screenshot(path=target / "report.png")

        page = sign_in(browser, url, "sam", passwords["sam"], (1200, 860))
        page.goto(f"{url}/collect")
        page.locator("textarea").first.wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=target / "collect.png")


if __name__ == "__main__":
    main()
