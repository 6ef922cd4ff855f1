from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy

import backend
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.errors import StoreUnavailable
from vernacular.people.sign_in import find_signed_in, sign_out
from vernacular.store.tables import Person
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]
MIRRORED = "html, body, .stApp { direction: rtl; }"
UI = Path(__file__).resolve().parents[2] / "ui"


def test_who_is_not_signed_in_sees_nothing_but_the_way_there(wiring: Wiring) -> None:
    at = open_page()
    assert "You are not signed in any more." in read(at)
    assert [link.proto.url for link in at.get("link_button")] == ["/sign-in"]
    assert not at.title


def test_a_sign_in_that_ended_closes_an_open_page(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = open_page()
    assert at.title
    with wiring.store.writing() as db:
        sign_out(db, visitor.token)
    assert "You are not signed in any more." in read(at.run())
    assert not at.title


def test_a_sign_in_that_ended_is_told_in_the_language_of_the_page(
    wiring: Wiring, sign_in: SignIn
) -> None:
    visitor = sign_in(language="ar")
    at = open_page()
    with wiring.store.writing() as db:
        sign_out(db, visitor.token)
    shown = read(at.run())
    assert "انتهى تسجيل الدخول" in shown and MIRRORED in shown


@pytest.mark.parametrize("is_broken", [False, True], ids=["nobody", "store failed"])
def test_before_anybody_is_known_the_browsers_language_counts(
    wiring: Wiring,
    broken_store: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    is_broken: bool,
) -> None:
    monkeypatch.setattr(ContextProxy, "locale", property(lambda _: "ar-EG"))
    if is_broken:
        broken_store("find_person")
    at = open_page()
    shown = read(at)
    assert ("حدث خطأ من جهتنا" in shown) is is_broken
    assert MIRRORED in shown and "not signed in" not in shown and not at.exception


def test_a_busy_store_is_told_without_the_advice_to_reload(
    wiring: Wiring, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in()

    def fail(*_: object) -> None:
        raise StoreUnavailable("the database does not answer")

    monkeypatch.setattr(backend, "list_talking_releases", fail)
    (error,) = open_page().error
    assert error.value == "This is not saved yet. Leave the page open and try again in a moment."


def test_the_language_is_not_changed_by_a_page_whose_sign_in_ended(
    wiring: Wiring, sign_in: SignIn
) -> None:
    visitor = sign_in()
    at = open_page()
    with wiring.store.writing() as db:
        sign_out(db, visitor.token)
    at.selectbox(key="menu.language").set_value("ar").run()
    with wiring.store.reading() as db:
        person = db.get(Person, visitor.id)
        assert person is not None and person.ui_language == "en"


def test_the_language_is_the_persons_and_stays_chosen(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = open_page()
    assert at.title[0].value == "Live session"
    at.selectbox(key="menu.language").set_value("ar").run()
    assert at.title[0].value == "جلسة مباشرة"
    with wiring.store.reading() as db:
        person = find_signed_in(db, visitor.token)
    assert person is not None and person.ui_language == "ar"


def test_only_a_right_to_left_language_mirrors_the_page(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    at = open_page()
    assert MIRRORED not in read(at)
    assert MIRRORED in read(at.selectbox(key="menu.language").set_value("ar").run())


def test_a_language_without_texts_is_shown_in_english(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(language="sw")
    at = open_page()
    assert at.title[0].value == "Live session" and not at.exception


def test_every_page_holds_what_is_said_once_its_server_is_away(
    wiring: Wiring, sign_in: SignIn
) -> None:
    sign_in()
    for page in ("live", "collect"):
        (away,) = html(open_page(page), "v-away")
        assert "The connection is lost." in away


def test_a_persons_name_is_never_markup(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(login="<script>x")
    assert "&lt;Script&gt;X" in read(open_page())


def test_the_ui_loads_no_model_library() -> None:
    heavy = "torch, transformers, tokenizers"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import serve; "
        f"print([name for name in '{heavy}'.split(', ') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(UI)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
