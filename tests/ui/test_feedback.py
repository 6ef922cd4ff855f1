from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.pages import Visitor, html, keys, open_page, read
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.item import NewFeedback
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


def send(wiring: Wiring, number: int, locale: str = "sw-KE", **values: object) -> None:
    """Stores one item with a text that names its number."""
    item = NewFeedback("app", f"event-{number}", locale, f"ombi la {number}.", **values)  # type: ignore[arg-type]
    with wiring.store.writing() as db:
        record_feedback(db, item, None)


def texts(at: AppTest) -> list[str]:
    return html(at, "v-said")


def test_without_items_the_page_shows_how_to_send_one(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(role="engineer")
    shown = read(open_page("feedback"))
    assert "No feedback has come in yet." in shown
    assert "curl -X POST" in shown and "/v1/feedback" in shown
    assert "vernacular keys create" in shown


def test_the_newest_comes_first_and_older_ones_are_a_page_away(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in(role="engineer")
    for number in range(25):
        send(wiring, number)
    at = open_page("feedback")
    assert len(texts(at)) == 20 and "ombi la 24." in texts(at)[0]
    at.button(key="feedback.older").click().run()
    assert len(texts(at)) == 5 and "ombi la 4." in texts(at)[0]
    assert "feedback.older" not in keys(at, "button")
    at.button(key="feedback.newest").click().run()
    assert "ombi la 24." in texts(at)[0]


def test_exactly_one_page_of_items_has_no_next_page(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(role="engineer")
    for number in range(20):
        send(wiring, number)
    assert "feedback.older" not in keys(open_page("feedback"), "button")


def test_one_locale_can_be_chosen_and_stays_in_the_address(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(role="engineer")
    send(wiring, 1)
    send(wiring, 2, locale="ar-SA")
    at = open_page("feedback")
    at.selectbox(key="feedback.locale").set_value("ar-SA").run()
    assert len(texts(at)) == 1 and 'dir="rtl" lang="ar-SA"' in texts(at)[0]
    assert at.query_params["locale"] == "ar-SA"
    assert len(texts(open_page("feedback", locale="sw-KE"))) == 1


def test_another_locale_begins_at_its_newest_item(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(role="engineer")
    for number in range(25):
        send(wiring, number)
    send(wiring, 25, locale="ar-SA")
    at = open_page("feedback")
    at.button(key="feedback.older").click().run()
    assert "before" in at.query_params
    at.selectbox(key="feedback.locale").set_value("ar-SA").run()
    assert len(texts(at)) == 1 and "ombi la 25." in texts(at)[0]
    assert "before" not in at.query_params


def test_what_was_understood_and_meant_is_in_the_readers_words(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in(language="ar", locales=("sw-KE",))
    send(wiring, 1, intent="alarm_query", expected_intent="alarm_set", rating=2, comment="No <b>")
    shown = read(open_page("feedback"))
    assert "السؤال عن المنبّهات" in shown and "ضبط منبّه" in shown
    assert "التقييم 2 من 5" in shown
    assert "No &lt;b&gt;" in shown


def test_a_broken_store_is_explained(
    wiring: Wiring, sign_in: SignIn, broken_store: Callable[[str], None]
) -> None:
    sign_in(role="engineer")
    broken_store("list_feedback")
    at = open_page("feedback")
    assert "Something went wrong on our side." in at.error[0].value and not at.exception
