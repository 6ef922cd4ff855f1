from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from tests.clips.recordings import record, sine
from tests.ui.pages import Visitor, html, keys, open_page, read
from vernacular.clips.folder import ClipFolder
from vernacular.collection.submissions import Submission, list_submissions
from vernacular.store.tables import Clip
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


def write_down(at: AppTest, text: str) -> AppTest:
    at.text_area[0].set_value(text)
    return at.button(key="collect.save").click().run()


def stored(wiring: Wiring, visitor: Visitor, locale: str = "en-US") -> list[Submission]:
    with wiring.store.reading() as db:
        return list_submissions(db, visitor.id, locale)


def prompt_shown(at: AppTest) -> str:
    (shown,) = html(at, "v-prompt")
    return shown


def test_the_situation_is_told_in_the_locale_that_is_spoken(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in(locales=("ar-SA",))
    shown = prompt_shown(open_page("collect"))
    assert 'dir="rtl" lang="ar"' in shown
    assert "ما طلبك من مساعدك؟" in shown


def test_the_text_field_runs_in_the_direction_of_the_locale(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in(locales=("ur-PK",))
    at = open_page("collect")
    assert at.get_by_key("write-rtl-collect")


def test_before_anything_is_said_the_page_says_what_to_do(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    assert "Nothing yet in English (United States)." in read(open_page("collect"))


def test_what_is_written_is_stored_as_typed_and_listed(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = open_page("collect")
    before = prompt_shown(at)
    write_down(at, " wake me  at <six>\u200d ")
    (submission,) = stored(wiring, visitor)
    assert submission.text == " wake me  at <six>\u200d "
    assert "✓ Saved" in read(at)
    assert " wake me  at &lt;six&gt;" in read(at)
    assert prompt_shown(at) != before
    assert at.text_area[0].value == ""


def test_what_is_there_already_is_named_before_it_is_saved(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = write_down(open_page("collect"), "wake me at six")
    write_down(at, "Wake me at six!")
    assert "The same or nearly the same is there already." in read(at)
    assert len(stored(wiring, visitor)) == 1
    assert at.text_area[0].value == "Wake me at six!"
    at.button(key="collect.save_duplicate").click().run()
    assert [one.text for one in stored(wiring, visitor)] == ["Wake me at six!", "wake me at six"]


def test_an_empty_text_is_answered_with_what_to_do(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = write_down(open_page("collect"), "  ")
    assert [error.value for error in at.error] == [
        "Write something first; it may have up to 2,000 characters."
    ]
    assert stored(wiring, visitor) == []


def test_a_prompt_stays_until_it_is_answered_or_skipped(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    at = open_page("collect")
    before = prompt_shown(at)
    assert prompt_shown(at.run()) == before
    at.radio(key="collect.skip_reason").set_value("no_idea")
    at.button(key="collect.skip").click().run()
    assert prompt_shown(at) != before


def test_what_is_being_written_survives_a_look_at_another_page(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    at = open_page("collect")
    before = prompt_shown(at)
    at.text_area[0].set_value("wake me at").run()
    at.switch_page("tester_pages/feedback.py").run()
    assert not at.text_area
    at.switch_page("tester_pages/collect.py").run()
    assert at.text_area[0].value == "wake me at"
    assert prompt_shown(at) == before


def test_each_locale_keeps_its_own_prompt_and_text(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in(locales=("en-US", "ar-SA"))
    at = open_page("collect")
    before = prompt_shown(at)
    at.text_area[0].set_value("wake me at").run()
    at.selectbox(key="collect.locale").set_value("ar-SA").run()
    assert at.text_area[0].value == ""
    write_down(at, "أيقظني الساعة السادسة")
    assert at.text_area[0].value == ""
    at.selectbox(key="collect.locale").set_value("en-US").run()
    assert (at.text_area[0].value, prompt_shown(at)) == ("wake me at", before)
    assert [one.text for one in stored(wiring, visitor, "ar-SA")] == ["أيقظني الساعة السادسة"]


def test_a_broken_store_is_explained_and_the_text_stays(
    wiring: Wiring, sign_in: SignIn, broken_store: Callable[[str], None]
) -> None:
    sign_in(language="ar", locales=("ar-SA",))
    at = open_page("collect")
    broken_store("submit_utterance")
    write_down(at, "أيقظني الساعة السادسة")
    assert "حدث خطأ من جهتنا" in at.error[0].value
    assert at.text_area[0].value == "أيقظني الساعة السادسة"


GOOD = record()
FAINT = record(channels=sine(amplitude=0.01)[None])
LOUD = record(channels=np.clip(sine(amplitude=4.0), -1, 1)[None])
SHORT = record(channels=sine(0.1)[None])
SILENT = record(channels=np.zeros((1, 16_000), np.float32))
NONE = b"no recording at all"


@pytest.fixture
def clips(wiring: Wiring, tmp_path: Path) -> ClipFolder:
    folder = ClipFolder(tmp_path / "clips")
    wiring.__dict__["clips"] = folder
    return folder


def speak(at: AppTest, data: bytes = GOOD) -> AppTest:
    return at.audio_input[0].set_value(("clip.wav", data, "audio/wav")).run()


def kept(wiring: Wiring) -> list[str]:
    with wiring.store.reading() as db:
        return list(db.scalars(select(Clip.content_hash).order_by(Clip.created_at)))


def test_a_recording_is_kept_at_once_and_saved_with_what_is_written(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"))
    (clip,) = kept(wiring)
    assert clips.has(clip)
    assert stored(wiring, visitor) == []
    assert "✓ Loud and clear enough" in read(at)
    assert html(at, f'src="/clips/{clip}"')
    write_down(at, "wake me at six")
    assert [(one.text, one.clip) for one in stored(wiring, visitor)] == [("wake me at six", clip)]
    (line,) = html(at, "v-line")
    assert f'src="/clips/{clip}"' in line
    assert "Loud and clear" not in read(at)


def test_a_recording_alone_is_no_utterance(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"))
    at.button(key="collect.save").click().run()
    assert "Write something first" in at.error[0].value
    assert stored(wiring, visitor) == []
    write_down(at, "wake me at six")
    assert [one.clip for one in stored(wiring, visitor)] == kept(wiring)


def test_the_newest_recording_counts(wiring: Wiring, sign_in: SignIn, clips: ClipFolder) -> None:
    visitor = sign_in()
    at = speak(speak(open_page("collect"), SILENT), GOOD)
    assert [one.label for one in at.audio_input] == ["Record it again; the newest recording counts"]
    write_down(at, "wake me at six")
    (submission,) = stored(wiring, visitor)
    assert len(kept(wiring)) == 2
    assert submission.clip == kept(wiring)[1]


def test_a_recording_that_is_left_out_is_kept_but_not_saved_with_the_text(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"))
    (leave_out,) = [key for key in keys(at, "button") if key.endswith("leave_out")]
    at.button(key=leave_out).click().run()
    write_down(at, "wake me at six")
    assert [one.clip for one in stored(wiring, visitor)] == [None]
    assert len(kept(wiring)) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SILENT, "Nothing can be heard in this recording."),
        (SHORT, "This recording is too short for a word."),
        (NONE, "This recording cannot be read"),
    ],
)
def test_a_recording_in_which_nothing_is_heard_is_kept_but_not_tied_to_the_text(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder, data: bytes, said: str
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"), data)
    assert [warning.value for warning in at.warning if warning.value.startswith(said)]
    assert "what you save has no recording unless you record again" in read(at)
    write_down(at, "wake me at six")
    assert [one.clip for one in stored(wiring, visitor)] == [None]
    assert len(kept(wiring)) == 1


@pytest.mark.parametrize(("data", "said"), [(FAINT, "very quiet"), (LOUD, "it rattles")])
def test_a_poor_recording_is_named_and_saved_all_the_same(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder, data: bytes, said: str
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"), data)
    assert said in at.warning[0].value
    write_down(at, "wake me at six")
    assert [one.clip for one in stored(wiring, visitor)] == kept(wiring)


def test_a_file_may_be_chosen_instead(wiring: Wiring, sign_in: SignIn, clips: ClipFolder) -> None:
    visitor = sign_in()
    at = open_page("collect")
    sound = record("webm", "libopus", 48_000)
    at.file_uploader[0].set_value(("voice.webm", sound, "audio/webm")).run()
    write_down(at, "wake me at six")
    (submission,) = stored(wiring, visitor)
    assert submission.clip is not None
    assert clips.read_original(submission.clip) == (sound, "webm")


def test_a_recording_survives_a_look_at_another_page(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder
) -> None:
    visitor = sign_in()
    at = speak(open_page("collect"))
    at.switch_page("tester_pages/feedback.py").run()
    at.switch_page("tester_pages/collect.py").run()
    (clip,) = kept(wiring)
    assert html(at, f'src="/clips/{clip}"')
    write_down(at, "wake me at six")
    assert [one.clip for one in stored(wiring, visitor)] == [clip]


def test_a_recording_that_cannot_be_kept_may_be_tried_again(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder, tmp_path: Path
) -> None:
    sign_in()
    at = open_page("collect")
    # No folder can be made where a file is.
    (tmp_path / "clips").write_text("in the way", encoding="utf-8")
    speak(at)
    assert at.error[0].value.startswith("This is not saved yet.")
    assert kept(wiring) == []
    (tmp_path / "clips").unlink()
    (again,) = [key for key in keys(at, "button") if key.endswith("again")]
    at.button(key=again).click().run()
    assert len(kept(wiring)) == 1
    assert "✓ Loud and clear enough" in read(at)
    assert not [key for key in keys(at, "button") if key.endswith("again")]


def test_what_was_written_earlier_is_recorded_later(
    wiring: Wiring, sign_in: SignIn, clips: ClipFolder
) -> None:
    visitor = sign_in()
    at = write_down(open_page("collect"), "wake me at six")
    (submission,) = stored(wiring, visitor)
    at.button(key=f"collect.open.{submission.utterance_id}").click().run()
    assert at.button(key="collect.save_recording").disabled
    at.audio_input[1].set_value(("clip.wav", GOOD, "audio/wav")).run()
    at.button(key="collect.save_recording").click().run()
    assert "✓ Saved" in read(at)
    assert [one.clip for one in stored(wiring, visitor)] == kept(wiring)
    assert len(at.audio_input) == 1
    assert not [key for key in keys(at, "button") if key.startswith("collect.open.")]


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        ("http://192.168.1.20:8700/collect", True),
        ("https://voices.example.org/collect", False),
        ("http://localhost:8700/collect", False),
        ("http://127.0.0.1:8700/collect", False),
        ("http://[::1]:8700/collect", False),
        (None, False),
    ],
)
def test_where_browsers_give_no_microphone_the_page_says_so(
    wiring: Wiring,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    address: str | None,
    is_told: bool,
) -> None:
    sign_in()
    monkeypatch.setattr(ContextProxy, "url", property(lambda _: address))
    at = open_page("collect")
    assert ("Your browser gives this page no microphone" in read(at)) is is_told
    assert len(at.audio_input) == (not is_told)
    assert len(at.file_uploader) == 1
