"""Asks for an answer, and lets what was said stand on screen until it is there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import streamlit as st

import unsent
from outbox import Message

T = TypeVar("T")

MOMENT_SECONDS = 0.2
"""An answer that comes sooner is drawn at once: what is drawn before it costs a browser as much."""

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


def ask(message: Message, words: str, asking: Callable[[], T]) -> T:
    """Returns what ``asking`` does, and shows the message where that takes more than a moment.

    Args:
        message: what is on its way.
        words: what is said beneath it meanwhile.
        asking: asks; it cannot draw.
    """
    # Asked beside this thread, which alone can draw. However this run ends, it waits for the turn:
    # the next one must not ask for the same a second time meanwhile.
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(asking)
        if not wait([asked], MOMENT_SECONDS).done:
            on_its_way = st.empty()
            with on_its_way.container(key=f"on-its-way-{message.client_key}"):
                unsent.show(message)
                # A browser does not run the very same script again in the same place.
                shown = f'<i data-shown="{message.client_key}"></i>'
                st.html(shown + _SCROLL, unsafe_allow_javascript=True)
                with st.spinner(words):
                    wait([asked])
            on_its_way.empty()
        return asked.result()
