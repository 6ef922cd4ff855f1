"""Tells, before any stage is asked, which requests cannot be answered whatever the release is."""

from __future__ import annotations

from vernacular.assistants.contract import MAX_TEXT, Request
from vernacular.clips.level import find_fault
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput


def find_refusal(request: Request, *, hears: bool) -> InvalidInput | None:
    """Returns why a request cannot be answered; None where it can.

    Args:
        request: the request.
        hears: whether the release takes speech.
    """
    try:
        find_locale(request.locale)
    except InvalidInput as error:
        return error
    if (request.text is None) == (request.audio is None):
        return InvalidInput("a request is either text or audio")
    if request.audio is not None:
        if not hears:
            return InvalidInput("this release takes text only: it has no 'asr' stage")
        fault = find_fault(request.audio)
        return None if fault is None else InvalidInput(fault, field="audio")
    if len(request.text or "") > MAX_TEXT:
        return InvalidInput(
            f"has {len(request.text or ''):,} characters, at most {MAX_TEXT:,} are read",
            field="text",
        )
    return None
