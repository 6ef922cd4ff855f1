"""People record what they say, in a real browser whose microphone plays a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from tests.clips.recordings import loudest_hz, record, sine
from tests.e2e import browser as browsers
from tests.e2e.conftest import Open
from tests.e2e.platform import Served, serve
from vernacular.clips.folder import ClipFolder
from vernacular.evaluation.suites import select_utterances
from vernacular.store.tables import Clip, Person, Recording, Utterance, UtteranceRevision

pytestmark = pytest.mark.browser

SPEECH_SECONDS = 2.0
TONE_HZ = 440.0
RATE_HZ = 48_000
"""What Chromium wants of a file that it plays as a microphone."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recording")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VERNACULAR_CLIPS_FOLDER", str(folder / "clips"))
        with serve(folder) as platform:
            yield platform


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    """A browser that hears a tone."""
    tone = folder / "tone.wav"
    sound = sine(30.0, RATE_HZ, frequency_hz=TONE_HZ, amplitude=0.4)
    tone.write_bytes(record(rate_hz=RATE_HZ, channels=sound[None]))
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={tone}",
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(browsers, "FLAGS", (*browsers.FLAGS, *flags))
        with browsers.open_browser() as opened:
            yield opened


def test_what_is_said_aloud_is_stored_with_what_is_written_and_can_be_frozen(
    served: Served, sign_in: Open, folder: Path
) -> None:
    page = sign_in("sam", "/collect")
    page.context.grant_permissions(["microphone"], origin=served.url)
    page.locator("textarea").first.fill("wake me up before the early bus")
    recorder = page.get_by_test_id("stAudioInput").first
    recorder.get_by_role("button", name="Record", exact=True).click()
    stop = recorder.get_by_role("button", name="Stop recording")
    expect(stop).to_be_visible()
    page.wait_for_timeout(SPEECH_SECONDS * 1000)
    stop.click()
    expect(page.get_by_text("Loud and clear enough")).to_be_visible()
    with served.store.reading() as db:
        kept = db.scalars(select(Clip)).one()
        assert db.scalars(select(Recording)).all() == []
    player = page.locator("audio.v-player").first
    player.evaluate("e => e.play()")
    page.wait_for_function("document.querySelector('audio.v-player').currentTime > 0.2")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".v-line")).to_contain_text("wake me up before the early bus")
    expect(page.locator(".v-line audio")).to_be_visible()
    with served.store.reading() as db:
        sam = db.scalars(select(Person.id).where(Person.login == "sam")).one()
        recording = db.scalars(select(Recording)).one()
        utterance, text = db.execute(
            select(Utterance, UtteranceRevision.text)
            .join(UtteranceRevision)
            .where(Utterance.id == recording.utterance_id)
        ).one()
        frozen = select_utterances(db, source="collected", by_voice=True)
    assert (recording.clip, recording.person_id) == (kept.content_hash, sam)
    assert (text, utterance.source, utterance.person_id) == (
        "wake me up before the early bus",
        "collected",
        sam,
    )
    assert [one.clip for one in frozen.items] == [kept.content_hash]
    heard = ClipFolder(folder / "clips").read(kept.content_hash)
    assert heard.seconds == pytest.approx(SPEECH_SECONDS, abs=1.0)
    assert loudest_hz(np.asarray(heard.samples)) == pytest.approx(TONE_HZ, abs=5)
