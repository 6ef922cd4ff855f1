"""Takes the pictures of the README from a running demo.

make demo                      # in one terminal
.venv/bin/python docs/screenshots.py http://127.0.0.1:8700 .demo/accounts docs/images
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.clips.recordings import record
from tests.e2e.browser import MICROPHONE_HZ, open_browser

from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.clips.decode import decode_audio

SPOKEN = Path(__file__).parents[1] / "seed_data" / "voice" / "clips" / "en-US" / "1960-steph3.ogg"
SAID = "change the light to pink color"
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


def write_microphone(folder: Path) -> tuple[Path, str]:
    """Writes what the microphone hears, a clip of the demo's voice suite; returns what is said."""
    audio = decode_audio(SPOKEN.read_bytes()).audio
    rate = MICROPHONE_HZ // SAMPLE_RATE_HZ
    sound = np.concatenate([np.repeat(audio.samples, rate), np.zeros(20 * MICROPHONE_HZ)])
    file = folder / "speech.wav"
    file.write_bytes(record(rate_hz=MICROPHONE_HZ, channels=sound[None].astype(np.float32)))
    return file, SAID


def speak_and_correct(page: Page, really: str) -> None:
    page.context.grant_permissions(["microphone"])
    page.get_by_test_id("stChatInputMicButton").click()
    page.wait_for_timeout(5000)
    page.get_by_test_id("stChatInputApproveButton").click()
    page.locator("[class*=st-key-turn-][class*=-open] label").first.click()
    page.locator("[class*=-said] textarea").fill(really)
    page.locator("[class*=-save_said] button").click()
    page.locator(".v-corrected").wait_for()
    page.wait_for_timeout(2500)
    page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, 0)")
    page.wait_for_timeout(500)


def main() -> None:
    url, accounts, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    target.mkdir(parents=True, exist_ok=True)
    passwords = dict(line.split()[:2] for line in accounts.read_text().splitlines())
    with TemporaryDirectory() as folder:
        microphone, really = write_microphone(Path(folder))
        with open_browser(microphone) as browser:
            page = sign_in(browser, url, "sam", passwords["sam"], (1200, 1280))
            speak_and_correct(page, really)
            page.screenshot(path=target / "live.png")
    with open_browser() as browser:
        page = sign_in(browser, url, "layla", passwords["layla"], (390, 860))
        say(page, "أيقظني في الساعة السابعة صباح يوم الجمعة")
        page.screenshot(path=target / "live-arabic-narrow.png")

        page = sign_in(browser, url, "ida", passwords["ida"], (1200, 1500))
        page.goto(f"{url}/releases?release=pocket-2&baseline=pocket-1")
        page.locator(".js-plotly-plot").first.wait_for()
        page.wait_for_timeout(4000)
        page.screenshot(path=target / "releases.png")
        page.goto(f"{url}/releases?release=pocket-2&baseline=pocket-1&cell=de-DE+intent_acc")
        page.locator(".v-flip").first.wait_for()
        page.wait_for_timeout(2000)
        page.locator(".v-flip").nth(2).scroll_into_view_if_needed()
        page.screenshot(path=target / "flips.png")
        page.goto(f"{url}/leaderboard?suite=massive-test")
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
