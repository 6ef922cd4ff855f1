"""Feedback: what came in from production, newest first."""

from __future__ import annotations

from html import escape

import streamlit as st

import address
import backend
import parts
import state
from address import NOTHING
from backend import FeedbackItem, Person
from language import translate as _

AT_ONCE = 20


def show(person: Person) -> None:
    """Shows the newest items of one locale or of all, and older ones on request."""
    st.title(_("Feedback"), anchor=False)
    names = {NOTHING: _("All locales"), **parts.locale_options(person)}
    # Where one stood among another locale's items says nothing about this one's.
    locale = address.select(_("Locale"), names, state.FEEDBACK_LOCALE, "locale", NOTHING, "before")
    if locale is None:
        return
    before = address.number("before")
    # One more than is shown tells whether there is a page after this one.
    wanted = None if locale == NOTHING else locale
    items = backend.list_feedback(person, wanted, before, AT_ONCE + 1)
    if not items:
        _nothing(locale, before)
    for item in items[:AT_ONCE]:
        _item(person, item)
    _turn_pages(before, items)


def _nothing(locale: str, before: int | None) -> None:
    if before is not None or locale != NOTHING:
        parts.empty(
            _("There is no feedback here."), _("Choose another locale, or go to the newest.")
        )
        return
    parts.empty(
        _("No feedback has come in yet."),
        _(
            "A product sends it over the HTTP API, with a key made by "
            "`vernacular keys create NAME --scope feedback:write`:"
        ),
    )
    st.code(_example(), language="bash")


def _example() -> str:
    here = st.context.url or ""
    origin = "/".join(here.split("/")[:3]) or "http://localhost:8700"
    return (
        f"curl -X POST {origin}/v1/feedback \\\n"
        '  -H "Authorization: Bearer $VERNACULAR_KEY" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        """  -d '{"source": "support-app", "event_id": "8f14e45f", "locale": "sw-KE",\n"""
        """       "text": "niamshe saa kumi na moja", "rating": 2}'"""
    )


def _item(person: Person, item: FeedbackItem) -> None:
    with st.container(border=True):
        parts.said(item.text, item.locale)
        when = backend.local_time(item.received_at, st.context.timezone, person.ui_language)
        facts = [parts.locale_name(item.locale), when, item.source]
        if item.release:
            facts.append(item.release)
        if item.rating is not None:
            facts.append(_("rated {rating} of 5").format(rating=item.rating))
        st.html(f'<div class="v-muted">{" · ".join(map(parts.isolated, facts))}</div>')
        _intents(item)
        if item.reply:
            _labelled(_("Reply"), item.reply)
        if item.comment:
            _labelled(_("Comment"), item.comment)


def _intents(item: FeedbackItem) -> None:
    for name, intent in ((_("Understood:"), item.intent), (_("Meant:"), item.expected_intent)):
        if intent:
            st.html(
                f"<div>{escape(name)} <strong>{parts.isolated(parts.intent_name(intent))}</strong>"
                "</div>"
            )


def _labelled(name: str, text: str) -> None:
    # Comments may be in any language; the browser finds the direction from the first letter.
    st.html(f'<div>{escape(name)}: <bdi class="v-text" dir="auto">{escape(text)}</bdi></div>')


def _turn_pages(before: int | None, items: list[FeedbackItem]) -> None:
    with st.container(horizontal=True, key="feedback-pages"):
        if before is not None and st.button(
            _("Newest"), key="feedback.newest", icon=":material/first_page:"
        ):
            del st.query_params["before"]
            st.rerun()
        if len(items) > AT_ONCE and st.button(
            _("Older"), key="feedback.older", icon=":material/expand_more:"
        ):
            st.query_params["before"] = str(items[AT_ONCE - 1].id)
            st.rerun()


show(parts.signed_in())
