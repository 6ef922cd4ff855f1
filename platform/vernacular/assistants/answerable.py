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
    if request.audio is None and request.text is not None:
        return _find_unreadable(request.text)
    if request.audio is None or request.text is not None:
        return InvalidInput("a request is either text or audio")
    if not hears:
        return InvalidInput("this release takes text only: it does not hear")
    fault = find_fault(request.audio)
    return None if fault is None else InvalidInput(fault, field="audio")


def _find_unreadable(text: str) -> InvalidInput | None:
    if len(text) > MAX_TEXT:
        return InvalidInput(
            f"has {len(text):,} characters, at most {MAX_TEXT:,} are read", field="text"
        )
    if any("\ud800" <= one <= "\udfff" for one in text):
        return InvalidInput("holds half a character (a lone surrogate)", field="text")
    return None
