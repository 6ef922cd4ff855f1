"""The tester UI: who is in front of it, in which language, and which page she is on."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

import backend
import coming_back
import language
import parts
import state
from backend import Person
from language import translate as _

UI = Path(__file__).resolve().parent
# Not "pages": Streamlit runs the files of such a folder by themselves, without this one and so
# without its sign-in, until the first visitor has come past here.
PAGES = UI / "tester_pages"


def main() -> None:
    """Finds the signed-in person and shows the page she chose."""
    st.set_page_config(page_title="Vernacular", page_icon=UI / "icon.svg")
    st.html(UI / "look.css")
    with parts.failures():
        try:
            person = _find_person()
        finally:
            # Also where the store fails: what is said about that has a direction too.
            if language.direction() == "rtl":
                st.html(UI / "look_rtl.css")
        if person is None:
            _ask_to_sign_in()
            return
        page = st.navigation(_pages())
        with st.sidebar:
            _menu(person)
        page.run()
        coming_back.watch()


def _find_person() -> Person | None:
    person = backend.find_person(st.context.cookies.get(backend.SIGN_IN_COOKIE, ""))
    if person is None:
        st.session_state.pop(state.PERSON, None)
    else:
        st.session_state[state.PERSON] = person
        language.remember(person)
    return person


def _pages() -> list[st.Page]:
    return [
        st.Page(PAGES / "live.py", title=_("Live session"), icon=":material/forum:", default=True),
        st.Page(
            PAGES / "blind.py",
            title=_("Blind comparison"),
            icon=":material/balance:",
            url_path="blind",
        ),
        st.Page(
            PAGES / "collect.py",
            title=_("Collect"),
            icon=":material/edit_note:",
            url_path="collect",
        ),
        st.Page(
            PAGES / "releases.py",
            title=_("Releases"),
            icon=":material/grid_on:",
            url_path="releases",
        ),
        st.Page(
            PAGES / "trends.py",
            title=_("Trends"),
            icon=":material/show_chart:",
            url_path="trends",
        ),
        st.Page(
            PAGES / "leaderboard.py",
            title=_("Leaderboard"),
            icon=":material/leaderboard:",
            url_path="leaderboard",
        ),
        st.Page(
            PAGES / "feedback.py",
            title=_("Feedback"),
            icon=":material/inbox:",
            url_path="feedback",
        ),
        # Reached from lists of utterances; alone in a menu it would not say of which one.
        st.Page(
            PAGES / "utterance.py",
            title=_("Utterance"),
            icon=":material/manage_search:",
            url_path="utterance",
            visibility="hidden",
        ),
    ]


def _ask_to_sign_in() -> None:
    # Reached when a sign-in ends while a page is open; a fresh page is redirected by the server.
    st.warning(_("You are not signed in any more. What you saved is kept."))
    st.link_button(_("Sign in"), "/sign-in", type="primary")


def _menu(person: Person) -> None:
    st.html(f'<bdi class="v-account">{escape(person.display_name)}</bdi>')
    names = dict(backend.list_languages())
    st.selectbox(
        _("Language"),
        list(names),
        index=list(names).index(backend.closest_language(person.ui_language)),
        format_func=names.__getitem__,
        key=state.UI_LANGUAGE,
        on_change=_change_language,
        args=(person,),
    )
    # A form and not a link: signing out changes something, so it must not happen by a GET.
    st.html(
        '<form method="post" action="/sign-out">'
        f'<button class="v-sign-out" type="submit">{escape(_("Sign out"))}</button></form>'
    )


def _change_language(person: Person) -> None:
    with parts.failures():
        parts.check_signed_in()
        backend.change_language(person, st.session_state[state.UI_LANGUAGE])


main()
