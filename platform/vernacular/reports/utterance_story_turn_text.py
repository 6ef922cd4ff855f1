"""The live turn an utterance comes from, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from rich.console import RenderableType
from rich.text import Text

from vernacular.reports.utterance_story_turn import TurnCorrection, TurnStory, TurnVerdict


def render_turn(turn: TurnStory) -> Iterator[RenderableType]:
    """Yields who held the turn, and what people said of it since."""
    by = f", by {turn.tester}" if turn.tester else ""
    goal = f", goal {turn.goal}" if turn.goal else ""
    task = f", suggested {turn.task}" if turn.task else ""
    head = f"turn {turn.number} of session {turn.session_id}{by}{goal}{task}"
    yield Text(f"\nlive: {head}", style="bold")
    for name, clip in (("said", turn.clip), ("spoken reply", turn.speech)):
        if clip is not None:
            yield Text(f"{name}: clip {clip.content_hash[:12]}", style="dim")
    for verdict in turn.judgments:
        yield Text(f"judged {_verdict(verdict)}")
    for correction in turn.corrections:
        yield Text(f"corrected {_correction(correction)}")


def _verdict(one: TurnVerdict) -> str:
    said = [] if one.rating is None else [f"{one.rating} of 5"]
    said += one.tags
    answered = ((field.name, getattr(one.reply, field.name)) for field in fields(one.reply))
    said += [f"{name}: {'yes' if is_so else 'no'}" for name, is_so in answered if is_so is not None]
    if one.note:
        said.append(repr(one.note))
    return f"{one.created_at:%Y-%m-%d %H:%M} UTC: {', '.join(said) or 'taken back'}"


def _correction(one: TurnCorrection) -> str:
    values = ", ".join(f"{slot.label}: {one.text[slot.start : slot.end]}" for slot in one.slots)
    by = f" by {one.author}" if one.author else ""
    expected = f"{one.intent} [{values}]" if values else one.intent
    return f"{one.created_at:%Y-%m-%d %H:%M} UTC{by}: {one.text!r}, {expected}{_misheard(one)}"


def _misheard(one: TurnCorrection) -> str:
    if one.n_words:
        return f", {one.word_edits} of {one.n_words} words misheard"
    if one.n_chars:
        return f", {one.char_edits} of {one.n_chars} characters misheard"
    return ""
