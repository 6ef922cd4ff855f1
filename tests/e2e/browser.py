"""Finds a Chromium and opens pages in it the way a person's browser would."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that phones home waits for a network that tests must not need.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


MICROPHONE_HZ = 48_000
"""What Chromium wants of a file that it plays as a microphone: WAV, mono, at this rate."""


@contextmanager
def open_browser(microphone: Path | None = None) -> Iterator[Browser]:
    """Starts Chromium: ``CHROMIUM``, else the system's, else the one Playwright installed.

    Its microphone plays the file ``microphone`` over and over, from the moment it is opened.
    """
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        flags = list(FLAGS)
        if microphone is not None:
            flags += [
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}",
            ]
        browser = playwright.chromium.launch(executable_path=named, args=flags)
        yield browser
        browser.close()


def choose(page: Page, key: str, name: str, *, exact: bool = True) -> None:
    """Chooses from a list what is called so, on a page that stands still before and after."""
    app = page.get_by_test_id("stApp")
    # A list that is drawn again while it is open closes, and the click finds nothing.
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    field = page.locator(f".st-key-{key} input")
    field.click()
    field.fill(name)
    page.get_by_role("option", name=name, exact=exact).first.click()
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
