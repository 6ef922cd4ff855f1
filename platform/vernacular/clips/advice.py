"""What to tell a person of the recording she has just made, before she goes on."""

from __future__ import annotations

import enum

from vernacular.clips.contract import StoredClip
from vernacular.clips.level import MIN_SECONDS, SILENCE_DBFS

FAINT_DBFS = -30.0
"""A clip whose loudest sample lies below this is faint: conversational speech at a close
microphone peaks between -20 and -6 dBFS."""

MAX_CLIPPED_SHARE = 0.001
"""Of samples at full scale. A single loud sound touches it; a microphone set too loud stays there:
16 samples a second, enough to be heard as a rattle."""


class Advice(enum.StrEnum):
    """What can be wrong with a recording, the worst first."""

    UNDECODABLE = "undecodable"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    INCOMPLETE = "incomplete"
    FAINT = "faint"
    CLIPPED = "clipped"


INAUDIBLE = frozenset({Advice.UNDECODABLE, Advice.TOO_SHORT, Advice.SILENT})
"""With these there is nothing for an assistant to hear."""


def advise(clip: StoredClip) -> tuple[Advice, ...]:
    """Returns what is wrong with a recording, the worst first; nothing where it is good."""
    level, seconds = clip.level, clip.audio_seconds
    if clip.problem is not None or level is None or seconds is None:
        return (Advice.UNDECODABLE,)
    if seconds < MIN_SECONDS:
        return (Advice.TOO_SHORT,)
    if level.peak_dbfs < SILENCE_DBFS:
        return (Advice.SILENT,)
    found = []
    if clip.is_incomplete:
        found.append(Advice.INCOMPLETE)
    if level.peak_dbfs < FAINT_DBFS:
        found.append(Advice.FAINT)
    if level.clipped_share > MAX_CLIPPED_SHARE:
        found.append(Advice.CLIPPED)
    return tuple(found)
