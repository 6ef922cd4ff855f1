"""Collect: say what one would say in a situation, in one's own words."""

from __future__ import annotations

import uuid
from html import escape

import streamlit as st

import backend
import markup
import parts
import state
import wording
from backend import Person, Prompt
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


def _save(
    person: Person, locale: str, prompt: Prompt, submit_key: str, despite_duplicates: bool
) -> None:
    text = st.session_state[state.of_draft(submit_key)]
    duplicates: list[backend.Duplicate] = []

    def submit() -> None:
        duplicates.extend(
            backend.submit_utterance(person, locale, prompt, text, submit_key, despite_duplicates)
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
    for one in submissions:
        when = backend.local_time(one.created_at, st.context.timezone, person.ui_language)
        st.html(
            f'<div class="v-line">{parts.marked(one.text, locale, one.slots)} '
            f'<span class="v-muted">{parts.isolated(when)} · '
            f"{escape(parts.intent_name(one.intent))}</span></div>"
        )


show(parts.signed_in())
