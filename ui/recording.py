"""Lets a person record what she says, and tells her at once what is wrong with the recording."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

import streamlit as st

import backend
import parts
import sounds
import state
from backend import StoredClip
from language import translate as _
from wording import mark

ADVICE = {
    "undecodable": mark(
        "This recording cannot be read: the file is damaged, or it holds no sound. Record it again "
        "or choose another file."
    ),
    "too_short": mark(
        "This recording is too short for a word. Begin to record, speak, and stop after the last "
        "word."
    ),
    "silent": mark(
        "Nothing can be heard in this recording. See whether the microphone is on and is the right "
        "one, then record it again."
    ),
    "incomplete": mark(
        "A part of this recording is missing. Listen to it, and record it again if words are cut "
        "off."
    ),
    "faint": mark(
        "This recording is very quiet. If you can, come closer to the microphone and record it "
        "again."
    ),
    "clipped": mark(
        "This recording is so loud that it rattles. If you can, move away from the microphone a "
        "little and record it again."
    ),
}
"""What to do about each thing that can be wrong with a recording."""

_ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

_MAX_FILE_MIB = 128


def advice(clip: StoredClip) -> None:
    """Says what is wrong with a recording and what to do about it, or that it is good."""
    problems = backend.advise_on(clip)
    for problem in problems:
        st.warning(_(ADVICE[problem]), icon=":material/hearing:")
    if not problems:
        parts.saved(_("Loud and clear enough"))


def kept(clip: StoredClip, *between: str) -> str:
    """Returns the HTML of a recording in a list: its player, pieces of HTML, and the verdict."""
    player = sounds.player(clip.content_hash, _("What you said")) if clip.problem is None else ""
    return "".join([player, *between, _verdict(clip)])


def _verdict(clip: StoredClip) -> str:
    """Returns the HTML of what ``advice`` says, small."""
    problems = backend.advise_on(clip)
    if not problems:
        return f'<div class="v-muted">{escape(_("Loud and clear enough"))}</div>'
    said = " ".join(_(ADVICE[problem]) for problem in problems)
    return f'<div class="v-wrong">⚠ {escape(said)}</div>'


def has_microphone() -> bool:
    """False where no browser gives a page a microphone: at an http address of another machine."""
    address = urlsplit(st.context.url or "")
    host = address.hostname or ""
    is_here = host in _ON_THIS_MACHINE or host.endswith(".localhost")
    return address.scheme != "http" or is_here


def microphone_hint() -> None:
    """Says why there is no microphone and what to do, where that is so."""
    if not has_microphone():
        st.info(
            _(
                "Your browser gives this page no microphone, because its address begins with http. "
                "Ask the people who run this platform for an address that begins with https."
            ),
            icon=":material/mic_off:",
        )


def listen(clip: StoredClip) -> None:
    """Shows a player for what was recorded, and what is to be said of it."""
    if clip.problem is None:
        st.html(sounds.player(clip.content_hash, _("Your recording")))
    advice(clip)


def recorder(name: str, label: str, kept: Callable[[StoredClip], None]) -> None:
    """Asks for a recording or a file with one; each is kept before ``kept`` gets it.

    Args:
        name: what is recorded, for keys.
        label: what stands above it.
        kept: is given each recording.
    """
    # Another widget for each, so that the next recording does not begin as the last one.
    number = _counts().get(name, 0)
    spoken, chosen = (state.of_recorder(name, f"{kind}.{number}") for kind in ("mic", "file"))
    if has_microphone():
        st.audio_input(label, key=spoken, on_change=_take, args=(name, spoken, kept))
    else:
        st.html(f"<div>{escape(label)}</div>")
        microphone_hint()
        parts.muted(_("Until then, record with another app and choose the file here."))
    with st.expander(
        _("Choose a file with a recording"),
        icon=":material/upload_file:",
        expanded=not has_microphone(),
    ):
        st.file_uploader(
            _("Choose a file with a recording"),
            type=list(backend.RECORDING_SUFFIXES),
            key=chosen,
            on_change=_take,
            args=(name, chosen, kept),
            max_upload_size=_MAX_FILE_MIB,
            label_visibility="collapsed",
        )
    parts.outcome(state.of_recorder(name, "outcome"))
    for key in (spoken, chosen):
        # What was taken has another widget in its place, so this one could not be kept.
        if st.session_state.get(key) is not None:
            st.button(
                _("Try again"),
                key=state.of_recorder(name, "again"),
                icon=":material/refresh:",
                on_click=_take,
                args=(name, key, kept),
            )


def _take(name: str, key: str, kept: Callable[[StoredClip], None]) -> None:
    sound = st.session_state[key]
    if sound is None:
        return
    place = state.of_recorder(name, "outcome")
    if parts.attempt(place, lambda: kept(backend.keep_recording(sound.getvalue()))):
        # "Saved" is what she will be told when she saves.
        del st.session_state[place]
        _counts()[name] = _counts().get(name, 0) + 1


def _counts() -> dict[str, int]:
    counts: dict[str, int] = st.session_state.setdefault(state.RECORDERS, {})
    return counts
