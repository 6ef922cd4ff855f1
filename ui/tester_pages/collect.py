"""Collect: say what one would say in a situation, in one's own words, and aloud if one likes."""

from __future__ import annotations

import uuid
from functools import partial
from html import escape

import streamlit as st

import backend
import markup
import parts
import recording
import sounds
import state
import wording
from backend import Person, Prompt, StoredClip, Submission
from language import translate as _


def show(person: Person) -> None:
    """Shows one situation at a time, and what the person has said so far."""
    st.title(_("Collect"), anchor=False)
    locale = parts.locale_select(person, state.COLLECT_LOCALE, _("I speak"))
    prompt, submit_key = _current(person, locale)
    _situation(prompt)
    _write(person, locale, prompt, submit_key)
    parts.outcome(state.COLLECT_OUTCOME)
    _skip(person, locale, prompt, submit_key)
    _so_far(person, locale)


def _current(person: Person, locale: str) -> tuple[Prompt, str]:
    """Returns the prompt on screen; it stays until it is answered or passed over.

    Each locale has its own, so that looking at another one loses nothing.
    """
    kept: dict[str, tuple[Prompt, str]]
    kept = st.session_state.setdefault(state.COLLECT_PROMPTS, {})
    if locale not in kept:
        kept[locale] = (backend.next_prompt(person, locale), uuid.uuid4().hex)
    return kept[locale]


def _situation(prompt: Prompt) -> None:
    direction = backend.text_direction(prompt.language)
    st.html(
        f'<div class="v-prompt" dir="{direction}">'
        f"{markup.text(prompt.text, prompt.language, direction)}</div>"
    )


def _write(person: Person, locale: str, prompt: Prompt, submit_key: str) -> None:
    key = state.of_draft(submit_key)
    if key not in st.session_state:
        # Back from another page or locale, where the field was not drawn.
        st.session_state[key] = _drafts().get(submit_key, "")
    with st.container(key=parts.write_in(locale, "collect")):
        st.text_area(
            _("What would you say?"),
            key=key,
            on_change=_keep,
            args=(submit_key,),
            max_chars=backend.MAX_TYPED_LENGTH,
            height=100,
        )
    _record(submit_key, _("Say it aloud too, if you like"))
    duplicates = st.session_state.get(state.COLLECT_DUPLICATES, {}).get(submit_key)
    if duplicates:
        st.warning(
            _("The same or nearly the same is there already. Say it differently if you can:")
        )
        for one in duplicates:
            parts.said(one.text, locale)
    with st.container(horizontal=True, key="collect-actions"):
        st.button(
            _("Save"),
            key="collect.save",
            type="primary",
            icon=":material/save:",
            on_click=_save,
            args=(person, locale, prompt, submit_key, False),
        )
        if duplicates:
            st.button(
                _("Save it all the same"),
                key="collect.save_duplicate",
                on_click=_save,
                args=(person, locale, prompt, submit_key, True),
            )


def _drafts() -> dict[str, str]:
    drafts: dict[str, str] = st.session_state.setdefault(state.COLLECT_DRAFTS, {})
    return drafts


def _keep(submit_key: str) -> None:
    _drafts()[submit_key] = st.session_state[state.of_draft(submit_key)]


def _record(name: str, label: str) -> None:
    """Asks for a recording, and shows the newest one under this name."""
    clip = _recordings().get(name)
    if clip is not None:
        with st.container(key=f"recorded-{name}"):
            recording.listen(clip)
            if not backend.is_audible(clip):
                parts.muted(
                    _("It is kept, but what you save has no recording unless you record again.")
                )
            st.button(
                _("Leave the recording out"),
                key=state.of_recorder(name, "leave_out"),
                type="tertiary",
                icon=":material/delete:",
                on_click=_leave_out,
                args=(name,),
            )
        label = _("Record it again; the newest recording counts")
    recording.recorder(name, label, partial(_keep_recording, name))


def _recordings() -> dict[str, StoredClip]:
    recordings: dict[str, StoredClip]
    recordings = st.session_state.setdefault(state.COLLECT_RECORDINGS, {})
    return recordings


def _keep_recording(name: str, clip: StoredClip) -> None:
    _recordings()[name] = clip


def _leave_out(name: str) -> None:
    _recordings().pop(name, None)


def _audible(name: str) -> str | None:
    """Returns the recording to be saved under this name, if something is heard in it."""
    clip = _recordings().get(name)
    return clip.content_hash if clip is not None and backend.is_audible(clip) else None


def _save(
    person: Person, locale: str, prompt: Prompt, submit_key: str, despite_duplicates: bool
) -> None:
    text = st.session_state[state.of_draft(submit_key)]
    clip = _audible(submit_key)
    duplicates: list[backend.Duplicate] = []

    def submit() -> None:
        duplicates.extend(
            backend.submit_utterance(
                person, locale, prompt, text, submit_key, despite_duplicates, clip
            )
        )

    is_done = parts.attempt(state.COLLECT_OUTCOME, submit)
    # What was found for a text no longer holds for the next one.
    st.session_state[state.COLLECT_DUPLICATES] = {submit_key: duplicates}
    if duplicates:
        st.session_state.pop(state.COLLECT_OUTCOME, None)
    elif is_done:
        _next_prompt(locale, submit_key)


def _next_prompt(locale: str, submit_key: str) -> None:
    kept = st.session_state[state.COLLECT_PROMPTS]
    # A second click may come when the next prompt is there already, which nobody has answered.
    if locale in kept and kept[locale][1] == submit_key:
        del kept[locale]
    _drafts().pop(submit_key, None)
    _recordings().pop(submit_key, None)


def _skip(person: Person, locale: str, prompt: Prompt, submit_key: str) -> None:
    reasons = {reason: _(words) for reason, words in wording.SKIP_REASONS.items()}
    with st.popover(_("Skip this one"), icon=":material/skip_next:", key="collect.skip_open"):
        st.radio(
            _("Why?"),
            list(reasons),
            format_func=reasons.__getitem__,
            key=state.COLLECT_SKIP_REASON,
        )
        st.button(
            _("Skip"),
            key="collect.skip",
            on_click=_pass_over,
            args=(person, locale, prompt, submit_key),
        )


def _pass_over(person: Person, locale: str, prompt: Prompt, submit_key: str) -> None:
    reason = st.session_state[state.COLLECT_SKIP_REASON]
    if parts.attempt(
        state.COLLECT_OUTCOME, lambda: backend.skip_prompt(person, locale, prompt, reason)
    ):
        _next_prompt(locale, submit_key)


def _so_far(person: Person, locale: str) -> None:
    st.subheader(_("What I said so far"), anchor=False)
    submissions = backend.list_submissions(person, locale)
    if not submissions:
        parts.empty(
            _("Nothing yet in {locale}.").format(locale=parts.locale_short(locale)),
            _("Read the situation above and write what you would say at home."),
        )
    parts.outcome(state.COLLECT_RECORDED)
    for one in submissions:
        when = backend.local_time(one.created_at, st.context.timezone, person.ui_language)
        st.html(
            f'<div class="v-line">{parts.marked(one.text, locale, one.slots)} '
            f'<span class="v-muted">{parts.isolated(when)} · '
            f"{escape(parts.intent_name(one.intent))}</span>{_player(one)}</div>"
        )
        if one.clip is None:
            _record_later(person, one)


def _player(one: Submission) -> str:
    """Returns the HTML of a player, which loads nothing before it is asked to play."""
    if one.clip is None:
        return ""
    return f"<div>{sounds.player(one.clip, _('Recording of “{text}”').format(text=one.text))}</div>"


def _record_later(person: Person, one: Submission) -> None:
    """Lets a person record what she had only written; one recorder is open at a time."""
    if st.session_state.get(state.COLLECT_OPENED) != one.utterance_id:
        st.button(
            _("Add a recording"),
            key=f"collect.open.{one.utterance_id}",
            type="tertiary",
            icon=":material/mic:",
            on_click=_open,
            args=(one.utterance_id,),
        )
        return
    name = state.of_recorded(one.utterance_id)
    with st.container(border=True, key="collect-record-later"):
        _record(name, _("Say it as it stands above"))
        clip = _audible(name)
        with st.container(horizontal=True):
            st.button(
                _("Save the recording"),
                key="collect.save_recording",
                type="primary",
                icon=":material/save:",
                disabled=clip is None,
                on_click=_save_recording,
                args=(person, one.utterance_id, clip),
            )
            st.button(_("Close"), key="collect.close", on_click=_open, args=(None,))


def _open(utterance_id: int | None) -> None:
    st.session_state[state.COLLECT_OPENED] = utterance_id


def _save_recording(person: Person, utterance_id: int, clip: str) -> None:
    if parts.attempt(
        state.COLLECT_RECORDED, lambda: backend.record_recording(person, utterance_id, clip)
    ):
        _leave_out(state.of_recorded(utterance_id))
        _open(None)


show(parts.signed_in())
