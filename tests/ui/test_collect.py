from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.pages import Visitor, html, open_page, read
from vernacular.collection.submissions import Submission, list_submissions
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
