"""Live session: talk with a release, by voice or in writing, and say at once what it got wrong."""

from __future__ import annotations

import streamlit as st

import address
import backend
import conversation
import fixed
import freezing
import goals
import looking_again
import parts
import state
import summary
import turn_window
from backend import Person, SessionView
from language import translate as _
from outbox import LIVE, Place


def show(person: Person) -> None:
    """Shows the session of the address, or the choice of a new one."""
    st.title(_("Live session"), anchor=False)
    wanted = address.number("session")
    session: SessionView | None = None
    if wanted is not None:
        with parts.failures():
            session = backend.find_session(person, wanted)
        if session is None:
            _new_session()
            _earlier_sessions(person, None)
            return
    place = _choose(person) if session is None else _head(person, session)
    _earlier_sessions(person, session)
    if place is not None:
        conversation.show(person, session, place)
        looking_again.watch()
    if session is None:
        with parts.failures():
            fixed.show(person)


def _new_session() -> None:
    if st.button(_("New session"), key="live.new", icon=":material/add_comment:"):
        _open(None)


def _choose(person: Person) -> Place | None:
    releases = backend.list_talking_releases()
    if not releases:
        parts.empty(
            _("There is no release to talk to yet."),
            _("Whoever runs this platform adds one with `vernacular release add MANIFEST`."),
        )
        return None
    st.write(
        _("Choose what you speak and whom you talk to, then speak or write as you would at home.")
    )
    left, right = st.columns(2)
    with left:
        locale = parts.locale_select(person, state.LIVE_LOCALE, _("I speak"))
    with right:
        release = _choose_release(releases)
    return Place(None, locale, release, goals.choose(person, locale))


def _choose_release(releases: list[str]) -> str:
    """Asks for a release, those that answer first; warns of one that does not."""
    if state.LIVE_ANSWERING not in st.session_state:
        st.session_state[state.LIVE_ANSWERING] = backend.list_answering()
    silent = set(releases).difference(st.session_state[state.LIVE_ANSWERING])
    names = {one: one for one in releases}
    names |= {one: parts.joined([one, _("does not answer now")]) for one in silent}
    chosen: str = st.selectbox(
        _("Release"),
        sorted(releases, key=silent.__contains__),
        format_func=names.__getitem__,
        key=state.LIVE_RELEASE,
    )
    if chosen in silent:
        st.warning(
            _(
                "This release does not answer now. Choose another one, or begin all the same: what "
                "you say is kept, and you can ask again later."
            ),
            icon=":material/cloud_off:",
        )
        st.button(
            _("Look again"),
            key="live.look",
            icon=":material/refresh:",
            on_click=_forget_answering,
        )
    _about(chosen)
    return chosen


def _forget_answering() -> None:
    st.session_state.pop(state.LIVE_ANSWERING, None)


def _head(person: Person, session: SessionView) -> Place:
    _forget_answering()
    st.html(
        f'<div class="v-head">{parts.isolated(parts.locale_name(session.locale))} · '
        f"{parts.isolated(session.release_name)}</div>"
    )
    _about(session.release_name)
    with st.container(horizontal=True, key="live-actions"):
        if session.ended_at is None:
            _pause(person, session)
            if st.button(_("End session"), key="live.end", icon=":material/stop_circle:"):
                backend.end_session(person, session.id)
                st.rerun()
        elif backend.list_sessions(person)[0].id == session.id:
            # Instead of a question before the end, which would cost every session a click.
            _take_back_end(person, session)
        _new_session()
        freezing.show(person, session)
    if session.ended_at is not None:
        st.info(_("This session has ended. You can still correct and rate its turns."))
        with parts.failures():
            summary.show(person, session)
    elif session.paused_at is not None:
        st.info(_("This session is paused. Go on whenever you like: everything is kept."))
    return Place(session.id, session.locale, session.release_name, session.goal)


def _about(release: str) -> None:
    parts.described(release)
    if not backend.hears(release):
        parts.muted(_("It only reads what you write, so there is no microphone here."))


def _pause(person: Person, session: SessionView) -> None:
    if session.paused_at is None:
        if st.button(_("Pause"), key="live.pause", icon=":material/pause_circle:"):
            backend.pause_session(person, session.id)
            st.rerun()
    elif st.button(_("Go on"), key="live.resume", icon=":material/play_circle:", type="primary"):
        backend.resume_session(person, session.id)
        st.rerun()


def _take_back_end(person: Person, session: SessionView) -> None:
    if st.button(_("Go on after all"), key="live.reopen", icon=":material/undo:"):
        backend.reopen_session(person, session.id)
        st.rerun()


def _earlier_sessions(person: Person, current: SessionView | None) -> None:
    others = [
        one for one in backend.list_sessions(person) if current is None or one.id != current.id
    ]
    if not others:
        return
    with st.expander(_("Earlier sessions"), icon=":material/history:"):
        for one in others:
            when = backend.local_time(one.started_at, st.context.timezone, person.ui_language)
            turns_said = parts.count("{n} turn", "{n} turns", one.n_turns)
            words = [when, parts.locale_name(one.locale), one.release_name, turns_said]
            if one.ended_at is None:
                words.append(_("paused") if one.paused_at is not None else _("still open"))
            label = parts.joined(words)
            if st.button(parts.plain(label), key=f"live.open.{one.id}", type="tertiary"):
                _open(one.id)


def _open(session_id: int | None) -> None:
    LIVE.look_elsewhere()
    turn_window.begin(state.LIVE_WINDOW)
    st.query_params.clear()
    if session_id is not None:
        st.query_params["session"] = str(session_id)
    st.rerun()


show(parts.signed_in())
