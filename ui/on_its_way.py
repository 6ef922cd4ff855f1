"""Takes the answers to what was said, which stands on screen until they are there.

No run of the script waits for an assistant: what is sent during a run waits for its end, and may be
lost (`one_by_one.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from html import escape
from typing import Any

import streamlit as st

import unsent
from outbox import Message, Outbox

MOMENT_SECONDS = 0.2
"""An answer that comes sooner is drawn at once: what is drawn before it costs a browser as much."""

LOOK_SECONDS = 0.2
"""So often the page looks whether a slower answer is there."""

_SCROLL = """<script>
setTimeout(() => {
  const shown = document.querySelector('[class*=st-key-on-its-way-]');
  if (!shown) return;
  // Above the field, which covers the end of the screen.
  shown.style.scrollMarginBottom = '7rem';
  shown.scrollIntoView({block: 'end'});
}, 50);
</script>"""
"""Brings what was said onto the screen: below a long answer it would stand under its end. Nobody's
words stand in it."""


def is_to_send(message: Message, others: list[Message]) -> bool:
    """True for a message that nobody asks for yet.

    What has failed is tried again too, but only while no other message is on its way: the page runs
    again for each answer, and two that fail would keep it running for ever.

    Args:
        message: one of the outbox.
        others: what was on its way when this run began.
    """
    return message.asked is None or (message.has_failed and not others)


def send(outbox: Outbox, message: Message, asking: Callable[[], object]) -> None:
    """Lets a message be asked for, and gives it a moment where none is before it."""
    is_first = not outbox.on_their_way()
    outbox.send(message, asking)
    if is_first and message.asked is not None:
        wait([message.asked], MOMENT_SECONDS)


def take(message: Message) -> Any | None:
    """Returns what came of asking; None while it is on its way. Raises what asking raised."""
    if message.asked is None or not message.asked.done():
        return None
    try:
        return message.asked.result()
    except Exception:
        message.has_failed = True
        raise


def show(outbox: Outbox, words: str) -> None:
    """Shows the messages that are on their way, in order, until something came of the first.

    Args:
        outbox: where they wait.
        words: what is said beneath them meanwhile.
    """
    waiting = outbox.on_their_way()
    if not waiting:
        return
    newest = waiting[-1].client_key
    with st.container(key=f"on-its-way-{newest}"):
        for message in waiting:
            unsent.show(message)
        st.html(f'<div class="v-asking" role="status">{escape(words)}</div>')
        # A browser does not run the very same script again in the same place.
        shown = f'<i data-shown="{newest}-{len(waiting)}"></i>'
        st.html(shown + _SCROLL, unsafe_allow_javascript=True)
    _look(waiting[0])


@st.fragment(run_every=LOOK_SECONDS)
def _look(message: Message) -> None:
    if message.asked is None or message.asked.done():
        st.rerun()
