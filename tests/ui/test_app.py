from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.ui.pages import Visitor, open_page, read
from vernacular.people.sign_in import find_signed_in, sign_out
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]
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
    mirrored = "html, body, .stApp { direction: rtl; }"
    at = open_page()
    assert mirrored not in read(at)
    assert mirrored in read(at.selectbox(key="menu.language").set_value("ar").run())


def test_a_language_without_texts_is_shown_in_english(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in(language="sw")
    at = open_page()
    assert at.title[0].value == "Live session" and not at.exception


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
