"""Widgets and sentences that several pages share."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st

import backend
import language
import markup
import state
import wording
from backend import Person
from language import translate as _
from language import translate_count

_log = logging.getLogger("vernacular.ui")

# Every sign that can begin or end something in Streamlit's Markdown.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~$:]")

# Isolates for texts that cannot hold HTML (Unicode annex 9).
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT ISOLATE}"
FIRST_STRONG = "\N{FIRST STRONG ISOLATE}"
POP = "\N{POP DIRECTIONAL ISOLATE}"

SAVED = "\N{CHECK MARK}"
"""Kept instead of a sentence where an action went well."""


def signed_in() -> Person:
    """Returns the person in front of the screen; ``app.py`` has found her before any page runs."""
    person: Person = st.session_state[state.PERSON]
    return person


def check_signed_in() -> None:
    """Raises ``Forbidden`` where the person's sign-in has ended since ``app.py`` found her.

    Callbacks and fragments run without ``app.py``, so what they do has to be asked for here.
    """
    token = st.context.cookies.get(backend.SIGN_IN_COOKIE, "")
    backend.check_signed_in(st.session_state.get(state.PERSON), token)


@contextmanager
def failures() -> Iterator[None]:
    """Shows what goes wrong inside as a sentence in the person's language; the log keeps the rest.

    One of the edges where every exception is caught: half a page with a sentence that says what to
    do helps a tester more than none.
    """
    try:
        yield
    except Exception as error:
        show_failure(error)


def show_failure(error: Exception) -> bool:
    """Shows and logs a failure; returns True, so that Streamlit adds nothing of its own."""
    _log.error("a page failed: %s", error, exc_info=error)
    st.error(_(backend.explain(error)), icon=":material/error:")
    return True


def attempt(place: str, action: Callable[[], object]) -> bool:
    """Does what a widget's callback asks for and keeps how it went, for ``outcome`` to show.

    A callback runs before the page is drawn, so it has nowhere of its own to say so.
    """
    try:
        check_signed_in()
        action()
    except Exception as error:
        _log.error("an action failed: %s", error, exc_info=error)
        advise(place, _(backend.explain(error)))
        return False
    st.session_state[place] = SAVED
    return True


def quietly(action: Callable[[], object]) -> bool:
    """Does something that will be tried again where it fails, and is explained then."""
    try:
        check_signed_in()
        action()
    except Exception as error:
        _log.warning("put off: %s", error)
        return False
    return True


def advise(place: str, sentence: str) -> None:
    """Keeps a sentence for ``outcome`` to show."""
    st.session_state[place] = sentence


def outcome(place: str) -> None:
    """Shows how the last action here went, once."""
    sentence = st.session_state.pop(place, None)
    if sentence == SAVED:
        saved()
    elif sentence is not None:
        st.error(sentence, icon=":material/error:")


def saved(message: str | None = None) -> None:
    """Says that the last action is stored, and stays until the next one."""
    st.html(f'<div class="v-saved" role="status">✓ {escape(message or _("Saved"))}</div>')


def plain(words: str) -> str:
    """Returns words as they are for a label, where Streamlit would read Markdown into them."""
    return _MARKDOWN.sub(r"\\\g<0>", words)


def empty(message: str, advice: str) -> None:
    """Says that there is nothing yet, and how there will be something."""
    st.info(f"**{message}**\n\n{advice}", icon=":material/info:")


def muted(message: str) -> None:
    """Shows a side remark."""
    st.html(f'<div class="v-muted">{escape(message)}</div>')


def said(text: str, locale: str, slots: Sequence[markup.Span] = ()) -> None:
    """Shows what somebody said, in its own direction, with its slots marked."""
    st.html(f'<div class="v-said">{marked(text, locale, slots)}</div>')


def marked(text: str, locale: str, slots: Sequence[markup.Span]) -> str:
    """Returns the HTML of an utterance with its slots, named in the person's language."""
    direction = backend.locale_direction(locale)
    return markup.marked_text(text, slots, locale, direction, slot_name, language.direction())


def locale_name(tag: str) -> str:
    """Returns a locale's name for the person, followed by its own name where that differs."""
    name, own = backend.locale_names(tag, language.current())
    return name if name == own else f"{name} · {FIRST_STRONG}{own}{POP}"


def locale_short(tag: str) -> str:
    """Returns a locale's name for the person alone, for lists that have no room for more."""
    return backend.locale_names(tag, language.current())[0]


def described(release: str) -> None:
    """Shows what the manifest of a release says of it, where it says something."""
    shown = description(backend.release_descriptions().get(release, ""))
    if shown:
        st.html(shown)


def description(words: str) -> str:
    """Returns the HTML of a release's description.

    It is in the language of whoever wrote it, so its own letters say which way it runs.
    """
    if not words:
        return ""
    return f'<div class="v-described"><bdi dir="auto">{escape(words)}</bdi></div>'


def isolated(words: str) -> str:
    """Returns the HTML of a name that may run in another direction than what stands around it."""
    return f"<bdi>{escape(words)}</bdi>"


def locale_options(person: Person) -> dict[str, str]:
    """Returns how each locale is listed, the person's own first.

    Both names and the tag stand there, so that any of them finds it.
    """
    tags = backend.list_locales(person.locales)
    return {tag: f"{locale_name(tag)} · {tag}" for tag in tags}


def locale_select(
    person: Person, key: str, label: str, on_change: Callable[[], None] | None = None
) -> str:
    """Asks for a locale, the person's own first."""
    names = locale_options(person)
    chosen: str = st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        on_change=on_change,
        filter_mode="contains",
    )
    return chosen


def intent_name(intent: str) -> str:
    """Returns what an intent is called in the person's language."""
    return _(wording.INTENTS.get(intent) or wording.spoken(intent))


def judged(words: str, is_right: bool | None) -> str:
    """Returns HTML with a sign before it where it is right or wrong."""
    sign = {None: "", True: "✓ ", False: "✗ "}[is_right]
    look = {None: "", True: "v-right", False: "v-wrong"}[is_right]
    return f'<span class="{look}">{sign}{words}</span>'


def judged_intent(intent: str, is_right: bool | None) -> str:
    """Returns the HTML of an intent and its key, with a sign where it is right or wrong."""
    key = f'<bdi class="v-raw">{escape(intent)}</bdi>'
    return f"{judged(escape(intent_name(intent)), is_right)} {key}"


def slot_name(label: str) -> str:
    """Returns what a slot is called in the person's language."""
    return _(wording.SLOTS.get(label) or wording.spoken(label))


def named(keys: Iterable[str], name: Callable[[str], str]) -> dict[str, str]:
    """Returns keys with their names, in the order of the names."""
    names = {key: name(key) for key in keys}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def understood(intent: str | None, confidence: float | None) -> str:
    """Returns the HTML of the intent an assistant found, and how sure it is of it."""
    name = _("nothing") if intent is None else intent_name(intent)
    sure = "" if confidence is None else f' <bdi class="v-muted">{100 * confidence:.0f} %</bdi>'
    return (
        f'<div class="v-understood">{escape(_("Understood:"))} <strong>{escape(name)}</strong>'
        f"{sure}</div>"
    )


def in_page_direction(words: str) -> str:
    """Returns words that keep the page's direction, whatever their own signs and neighbours."""
    isolate = LEFT_TO_RIGHT if language.direction() == "ltr" else RIGHT_TO_LEFT
    return f"{isolate}{words}{POP}"


def joined(words: Iterable[str]) -> str:
    """Returns words of the page's language in one line, none of which can disturb another."""
    return " · ".join(map(in_page_direction, words))


def left_to_right(number: str) -> str:
    """Returns a number that is read from the left in a text of either direction."""
    # Without it a right-to-left text moves a leading sign behind the number.
    return f"{LEFT_TO_RIGHT}{number}{POP}"


def stage_bar(stages: Sequence[tuple[str, float]]) -> str:
    """Returns the HTML of how many milliseconds each stage took."""
    named = [(_(wording.STAGES.get(stage, stage)), latency_ms) for stage, latency_ms in stages]
    return markup.stage_bar(named, _("ms"))


def write_in(locale: str, name: str) -> str:
    """Returns a container key under which text fields run in the locale's direction."""
    return f"write-{backend.locale_direction(locale)}-{name}"


def count(singular: str, plural: str, number: int) -> str:
    """Returns a counted noun; both texts carry ``{n}``."""
    return translate_count(singular, plural, number).format(n=number)
