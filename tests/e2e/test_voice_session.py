"""People speak with a release, in a real browser whose microphone plays a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect
from scipy.signal import correlate
from sqlalchemy import select

from tests.clips.recordings import record
from tests.e2e.browser import MICROPHONE_HZ, choose, open_browser
from tests.e2e.conftest import Open
from tests.e2e.platform import HEARING, SEED, SPEAKING, Served
from tests.e2e.turns import turns_of, wait_until
from vernacular.clips.audio import SAMPLE_RATE_HZ
from vernacular.clips.decode import decode_audio
from vernacular.clips.folder import ClipFolder
from vernacular.store.tables import (
    BlindTurn,
    Clip,
    Correction,
    Preference,
    Recording,
    Suite,
    Turn,
    TurnJudgment,
    Utterance,
    UtteranceRevision,
)
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.sessions import TurnStatus

pytestmark = pytest.mark.browser

ARABIC = "أيقظني في الخامسة صباحا"


@pytest.fixture(scope="module")
def spoken() -> tuple[str, NDArray[np.float32]]:
    """What a synthetic voice says, and its sound at 16 kHz."""
    rows = map(json.loads, (SEED / "voice" / "manifest.jsonl").read_text().splitlines())
    clear = next(
        row
        for row in rows
        if row["locale"] == "en-US" and row["noise_db"] is None and not row["is_reverberant"]
    )
    return clear["id"], decode_audio((SEED / "voice" / clear["audio"]).read_bytes()).audio.samples


@pytest.fixture(scope="module")
def browser(
    tmp_path_factory: pytest.TempPathFactory, spoken: tuple[str, NDArray[np.float32]]
) -> Iterator[Browser]:
    """A browser into whose microphone somebody speaks, half a second after it is opened."""
    rate = MICROPHONE_HZ // SAMPLE_RATE_HZ
    sound = np.repeat(spoken[1], rate)
    pause = np.zeros(MICROPHONE_HZ // 2, np.float32)
    silence = np.zeros(10 * MICROPHONE_HZ, np.float32)
    file = tmp_path_factory.mktemp("microphone") / "speech.wav"
    file.write_bytes(
        record(rate_hz=MICROPHONE_HZ, channels=np.concatenate([pause, sound, silence])[None])
    )
    with open_browser(microphone=file) as opened:
        yield opened


def choose_release(page: Page, served: Served) -> None:
    page.context.grant_permissions(["microphone"], origin=served.url)
    choose(page, "live-release", SPEAKING)


def speak(page: Page, seconds: float) -> None:
    page.get_by_test_id("stChatInputMicButton").click()
    page.wait_for_timeout(1000 * seconds)
    page.get_by_test_id("stChatInputApproveButton").click()
    page.locator("[data-testid=stChatMessage]").nth(1).wait_for()


def newest_turn(served: Served, login: str) -> Turn:
    return turns_of(served, login)[-1]


def newest_correction(served: Served, turn_id: int) -> Correction:
    with served.store.reading() as db:
        query = select(Correction).where(Correction.turn_id == turn_id)
        return db.scalars(query.order_by(Correction.id.desc()).limit(1)).one()


def judgments_of(served: Served, turn_id: int) -> list[TurnJudgment]:
    with served.store.reading() as db:
        return list(db.scalars(select(TurnJudgment).where(TurnJudgment.turn_id == turn_id)))


def likeness(said: NDArray[np.float32], kept: NDArray[np.float32]) -> float:
    """Returns the highest normalised cross-correlation of a sound with any part of another."""
    found = correlate(kept, said, mode="valid", method="fft")
    energy = np.convolve(kept**2, np.ones(len(said)), mode="valid").clip(1e-9)
    return float(np.max(np.abs(found) / np.sqrt(energy * np.sum(said**2))))


def test_what_is_spoken_is_heard_corrected_judged_and_frozen(
    served: Served, sign_in: Open, spoken: tuple[str, NDArray[np.float32]]
) -> None:
    page = sign_in("sam")
    choose_release(page, served)
    speak(page, len(spoken[1]) / SAMPLE_RATE_HZ + 1)
    turn = newest_turn(served, "sam")
    assert turn.status is TurnStatus.ANSWERED and turn.clip is not None and turn.text
    assert [stage["stage"] for stage in turn.trace or []] == ["asr", "nlu", "reply", "tts"]
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text("Heard:")
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text("Loud and clear")

    with served.store.reading() as db:
        clip = db.get(Clip, turn.clip)
        assert clip is not None and clip.problem is None
    kept = ClipFolder(served.clips).read(turn.clip).samples
    assert likeness(spoken[1], kept) > 0.8

    assert turn.speech is not None and ClipFolder(served.clips).read(turn.speech).seconds > 0.3
    spoken_reply = page.locator("audio.v-player").nth(1)
    assert spoken_reply.get_attribute("src") == f"/clips/{turn.speech}"
    player = page.locator("audio.v-player").first
    player.evaluate("e => e.play()")
    page.wait_for_function("document.querySelector('audio.v-player').currentTime > 0.2")

    page.locator(f".st-key-turn-{turn.id}-open label").first.click()
    field = page.locator(f".st-key-turn-{turn.id}-said textarea")
    really = f"{turn.text} please"
    field.fill(really)
    page.locator(f".st-key-turn-{turn.id}-save_said button").click()
    n_words = len(really.split())
    expect(page.locator(".v-corrected")).to_contain_text(f"1 of {n_words} words heard wrong")
    expect(page.locator(".v-saved[role=status]")).to_be_visible()
    page.locator(f".st-key-turn-{turn.id}-rating button").nth(1).click()
    wait_until(lambda: bool(judgments_of(served, turn.id)))

    with served.store.reading() as db:
        correction = db.scalars(select(Correction).where(Correction.turn_id == turn.id)).one()
        assert (correction.text, correction.n_words, correction.word_edits) == (really, n_words, 1)
        assert [one.rating for one in judgments_of(served, turn.id)] == [2]
        utterance = db.scalars(
            select(Utterance).where(Utterance.external_id == f"turn-{turn.id}")
        ).one()
        recording = db.scalars(
            select(Recording).where(Recording.utterance_id == utterance.id)
        ).one()
        assert recording.clip == turn.clip

    page.locator(".st-key-live-freeze button").first.click()
    page.locator(".st-key-live-freeze-voice button").click()
    expect(page.get_by_text(f"session-{turn.session_id}-voice")).to_be_visible()
    with served.store.reading() as db:
        suite = db.scalars(select(Suite).where(Suite.name.endswith("-voice"))).one()
        assert suite.n_items == 1


def test_an_arabic_speaker_writes_down_what_was_misheard(
    served: Served, sign_in: Open, spoken: tuple[str, NDArray[np.float32]]
) -> None:
    page = sign_in("layla", width=390)
    choose_release(page, served)
    speak(page, len(spoken[1]) / SAMPLE_RATE_HZ + 1)
    turn = newest_turn(served, "layla")
    assert turn.clip is not None
    page.locator(f".st-key-turn-{turn.id}-open label").first.click()
    field = page.locator(f".st-key-turn-{turn.id}-said textarea")
    assert field.evaluate("e => getComputedStyle(e).direction") == "rtl"
    field.fill(ARABIC)
    choose(page, f"turn-{turn.id}-intent", "ضبط منبّه")
    expect(page.locator(".v-corrected")).to_contain_text(ARABIC)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # The text was saved when she left its field, and the intent is a correction of its own.
    wait_until(lambda: newest_correction(served, turn.id).intent == "alarm_set")
    correction = newest_correction(served, turn.id)
    assert correction.text == ARABIC
    assert (correction.n_words, correction.normaliser) == (4, "vernacular-norm/1")
    assert correction.word_edits is not None and correction.word_edits >= 4
    with served.store.reading() as db:
        texts = db.scalars(
            select(UtteranceRevision.text)
            .join(Utterance, Utterance.id == UtteranceRevision.utterance_id)
            .where(Utterance.external_id == f"turn-{turn.id}")
        ).all()
    assert ARABIC in texts


def test_a_chosen_file_is_a_turn_too(served: Served, sign_in: Open, tmp_path: Path) -> None:
    page = sign_in("ida")
    choose_release(page, served)
    sound = tmp_path / "said.ogg"
    sound.write_bytes(next((SEED / "voice" / "clips" / "en-US").glob("*.ogg")).read_bytes())
    page.get_by_test_id("stChatInput").locator("input[type=file]").set_input_files(sound)
    page.get_by_text("said.ogg").wait_for()
    page.get_by_test_id("stChatInputSubmitButton").click()
    page.locator("[data-testid=stChatMessage]").nth(1).wait_for()
    turn = newest_turn(served, "ida")
    assert turn.clip is not None and turn.status is TurnStatus.ANSWERED
    assert ClipFolder(served.clips).read_original(turn.clip)[0] == sound.read_bytes()


def test_a_blind_vote_is_cast_on_what_was_spoken_and_shows_the_names_afterwards(
    served: Served, sign_in: Open, spoken: tuple[str, NDArray[np.float32]]
) -> None:
    page = sign_in("sam", "/blind")
    page.context.grant_permissions(["microphone"], origin=served.url)
    choose(page, "blind-release", HEARING)
    choose(page, "blind-rival", SPEAKING)
    page.locator(".st-key-blind-begin button").click()
    page.get_by_test_id("stChatInputMicButton").click()
    page.wait_for_timeout(1000 * (len(spoken[1]) / SAMPLE_RATE_HZ + 1))
    page.get_by_test_id("stChatInputApproveButton").click()
    turn = page.locator("[class*='st-key-blind-turn-']").first
    vote = turn.get_by_role("button", name="A is better")
    expect(vote).to_be_visible()
    assert HEARING not in turn.inner_text()
    vote.click()
    expect(turn).to_contain_text(HEARING)
    with served.store.reading() as db:
        stored, preference = db.execute(
            select(BlindTurn, Preference).join(Preference, Preference.turn_id == BlindTurn.id)
        ).one()
    assert preference.choice is Choice.A
    assert stored.clip is not None and stored.status is TurnStatus.ANSWERED
    assert likeness(spoken[1], ClipFolder(served.clips).read(stored.clip).samples) > 0.8
