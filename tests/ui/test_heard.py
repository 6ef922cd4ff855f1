"""The voice side of an utterance: its recording, what was heard of it, and what the text gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.clips.recordings import record, sine
from tests.evaluation.voice_situations import ListeningAssistant, write_list
from tests.ui.pages import Visitor, html, open_page, read
from tests.ui.spoken import prepare, run_by_voice
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_clips import import_clips
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def spoken(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> Path:
    """Four utterances in two locales: 2 is misheard, 3 is wrong as text, too."""
    sign_in()
    clips = prepare(wiring, tmp_path)
    assistant = ListeningAssistant(lambda _tag, number: number == 3, mishears=(2,))
    run_by_voice(wiring.store, clips, "ears", assistant)
    return tmp_path


def story(item: int, suite: str = "spoken") -> AppTest:
    return open_page("utterance", suite=suite, item=str(item))


def player(at: AppTest) -> str:
    (found,) = at.get("audio")
    return str(found.proto.url)


def test_the_recording_can_be_listened_to(spoken: Path) -> None:
    at = story(1)
    assert player(at).endswith(".wav")
    assert "Recording\u2069 · \u20660.5 seconds" in read(at)


def test_a_misheard_intent_is_laid_at_the_door_of_hearing(spoken: Path) -> None:
    (answer,) = html(story(2), "v-heard")
    assert "<del>habari yako</del> <ins>la la</ins> <del>2</del>" in answer
    assert "✗ Play music" in answer
    assert "Given the text: " in answer and "✓ Greet" in answer
    assert "Lost by hearing: right when the text is given." in answer


def test_what_is_wrong_as_text_too_is_lost_by_understanding(spoken: Path) -> None:
    (answer,) = html(story(3), "v-heard")
    assert answer.count("✗ Play music") == 2
    assert "Lost by understanding" in answer


def test_what_is_right_says_how_sure_and_how_fast(spoken: Path) -> None:
    (answer,) = html(story(1), "v-heard")
    assert "sure of what it heard: \u206650.0" in answer
    assert "hearing <bdi>3.0 ms</bdi>" in answer and "understanding <bdi>1.0 ms</bdi>" in answer
    assert "Lost by" not in answer
    # The slot is marked twice: in what was heard, and in the text.
    assert answer.count("<mark") == 2


def test_a_recording_that_is_gone_is_explained(spoken: Path, sign_in: SignIn) -> None:
    for path in spoken.glob("clips/*/*.original.wav"):
        path.unlink()
    at = story(1)
    assert not at.get("audio") and not at.error
    assert "The recording is gone" in at.warning[0].value
    sign_in(login="layla", language="ar")
    assert "لم يعد التسجيل موجودًا" in story(1).warning[0].value


def test_a_damaged_recording_is_explained(spoken: Path) -> None:
    for path in spoken.glob("clips/*/*.original.wav"):
        path.write_bytes(b"RIFF")
    at = story(1)
    assert not at.get("audio")
    assert "The recording was damaged since it was stored." in at.warning[0].value


def test_a_recording_that_never_decoded_is_explained(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    clips = prepare(wiring, tmp_path, n=1)
    (tmp_path / "noise.wav").write_bytes(b"no sound at all")
    rows = [{"id": "noise", "locale": "sw-KE", "audio": "noise.wav", "text": "habari"}]
    listed = write_list(tmp_path, rows)
    import_clips(wiring.store, clips, listed, source="noise", keep_bad=True)
    with wiring.store.writing() as db:
        freeze(db, "noise", select_utterances(db, source="noise", by_voice=True))
    at = story(1, "noise")
    assert not at.get("audio")
    assert "This recording cannot be decoded" in at.warning[0].value


def test_what_browsers_cannot_play_is_played_as_it_was_decoded(
    wiring: Wiring, tmp_path: Path
) -> None:
    import backend  # noqa: PLC0415 - the UI's folder is on the path only in its tests

    clips = ClipFolder(tmp_path)
    wiring.__dict__["clips"] = clips
    kept = clips.add(record("ogg", "libopus", 48_000, channels=sine(0.5, 48_000)[None]))
    sound = backend.read_sound(kept.content_hash)
    assert (sound.media_type, sound.data[:4], sound.problem) == ("audio/flac", b"fLaC", None)


def test_the_same_utterance_elsewhere_is_one_click_away(spoken: Path, wiring: Wiring) -> None:
    with wiring.store.writing() as db:
        freeze(db, "written", select_utterances(db, source="massive-1.1"))
    at = story(1, "written")
    assert not at.get("audio")
    (answer,) = html(at, "v-heard")
    assert '<a href="utterance?suite=spoken&amp;item=1"><bdi>in spoken, number 1</bdi>' in answer
    assert "also in spoken, number 1" in read(at)


def test_a_suite_says_how_long_its_clips_last(spoken: Path, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    at = story(1)
    (name,) = at.selectbox(key="utterance.suite").options
    assert "spoken" in name and "مدة الكلام: \u20674 ثوان" in name


def test_a_flip_shows_what_the_text_would_have_given(spoken: Path, wiring: Wiring) -> None:
    run_by_voice(wiring.store, wiring.clips, "keen", ListeningAssistant())
    at = open_page("releases", release="keen", baseline="ears", cell="ar-SA intent_acc")
    first = html(at, "v-flip")[0]
    assert first.count("Given the text:") == 2
    assert "✓ Greet" in first
