"""Reads and writes slots in brackets: ``wake me at [time : five am]``.

A span always counts code points of the text exactly as given. The bracket form has no way to escape
a bracket, so a text that holds one cannot be written in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern

from vernacular.corpus.graphemes import cuts_cluster
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


def parse_annotation(annotation: str) -> tuple[str, tuple[Slot, ...]]:
    """Returns the text without brackets and the slots, as spans of that text.

    Raises:
        InvalidInput: a bracket is nested, not closed or not opened, or holds no label or no value.
    """
    head, *parts = annotation.split("[")
    _refuse_stray_bracket(head)
    plain = [head]
    slots = []
    end = len(head)
    for n_seen, part in enumerate(parts, start=1):
        inside, closing, outside = part.partition("]")
        if not closing:
            what = "is never closed" if n_seen == len(parts) else "holds another bracket"
            raise InvalidInput(f"the bracket {_quote('[' + inside)} {what}")
        _refuse_stray_bracket(outside)
        label, value = _split_bracket(inside)
        slots.append(Slot(label, end, end + len(value)))
        plain += value, outside
        end += len(value) + len(outside)
    return "".join(plain), tuple(slots)


def align_annotation(annotation: str, text: str) -> tuple[Slot, ...]:
    """Returns the slots of ``annotation`` as spans of ``text``, which it must spell out.

    White space may differ: MASSIVE sets spaces around the brackets of ja-JP, zh-CN and zh-TW that
    the text itself lacks.

    Raises:
        InvalidInput: the brackets are wrong, the two differ in more than white space, or a span
            would cut a grapheme cluster.
    """
    plain, slots = parse_annotation(annotation)
    if plain != text:
        slots = _move_slots(plain, slots, text)
    for slot in slots:
        _refuse_cut(text, slot)
    return slots


def write_annotation(text: str, slots: Sequence[Slot], slot_unit: str = "word") -> str:
    """Returns ``text`` with its slots in brackets; `align_annotation` gives the slots back.

    Args:
        text: the utterance as stored.
        slots: its slots, from left to right.
        slot_unit: ``character`` sets spaces around each bracket, as MASSIVE does for the locales
            that it labels by character.

    Raises:
        InvalidInput: the text holds a bracket, or the slots do not fit it (see `check_slots`).
    """
    if "[" in text or "]" in text:
        raise InvalidInput(
            f"{_quote(text)} holds a bracket, which the bracket form cannot express; "
            "leave the utterance out of this export"
        )
    if not slots:
        return text
    check_slots(text, slots)
    pieces: list[str] = []
    position = 0
    for slot in slots:
        before = text[position : slot.start]
        if slot_unit == "character":
            before = _set_apart(before, is_first=not pieces)
        pieces += before, f"[{slot.label} : {text[slot.start : slot.end]}]"
        position = slot.end
    rest = text[position:]
    if slot_unit == "character" and rest and not rest[0].isspace():
        rest = " " + rest
    return "".join((*pieces, rest))


def check_slots(text: str, slots: Sequence[Slot]) -> None:
    """Accepts slots that are named, disjoint, from left to right, and cut nothing in two.

    Raises:
        InvalidInput: a label is empty or holds a bracket or colon; a span is empty, leaves the
            text, starts or ends on white space, overlaps the one before it, or would cut a grapheme
            cluster.
    """
    position = 0
    for slot in slots:
        label, start, end = slot.label, slot.start, slot.end
        if not label or label != label.strip() or any(sign in label for sign in "[]:"):
            raise InvalidInput(f"{label!r} cannot be a slot label: empty, or with space, [, ] or :")
        if not 0 <= start < end <= len(text):
            raise InvalidInput(
                f"slot {label} spans {start} to {end}, but the text has {len(text)} characters"
            )
        if start < position:
            raise InvalidInput(
                f"slot {label} starts at {start}, before the slot left of it ends at {position}"
            )
        if text[start].isspace() or text[end - 1].isspace():
            raise InvalidInput(
                f"slot {label} {_quote(text[start:end])} starts or ends on white space; shorten it"
            )
        _refuse_cut(text, slot)
        position = end


def _split_bracket(inside: str) -> tuple[str, str]:
    label, colon, value = inside.partition(":")
    label, value = label.strip(), value.strip()
    fault = (
        ("has no colon between label and value" if not colon else "")
        or ("has no label before its colon" if not label else "")
        or ("has no value after its colon" if not value else "")
    )
    if fault:
        raise InvalidInput(
            f"the bracket {_quote('[' + inside + ']')} {fault}; write [label : value]"
        )
    return intern(label), value


def _move_slots(plain: str, slots: tuple[Slot, ...], text: str) -> tuple[Slot, ...]:
    """Returns the slots over ``text``, which may differ from ``plain`` only in white space."""
    if "".join(plain.split()) != "".join(text.split()):
        raise InvalidInput(
            f"without its brackets the annotation reads {_quote(plain)}, "
            f"but the text reads {_quote(text)}"
        )
    places = [place for place, sign in enumerate(text) if not sign.isspace()]
    order = {
        place: number
        for number, place in enumerate(p for p, sign in enumerate(plain) if not sign.isspace())
    }
    return tuple(
        Slot(slot.label, places[order[slot.start]], places[order[slot.end - 1]] + 1)
        for slot in slots
    )


def _set_apart(between: str, *, is_first: bool) -> str:
    """Returns the text before a bracket with a space at each end where it touches one."""
    if not between:
        return "" if is_first else " "
    left = "" if is_first or between[0].isspace() else " "
    right = "" if between[-1].isspace() else " "
    return left + between + right


def _refuse_cut(text: str, slot: Slot) -> None:
    for offset in (slot.start, slot.end):
        if cuts_cluster(text, offset):
            raise InvalidInput(
                f"slot {slot.label} {_quote(text[slot.start : slot.end])} would cut a character "
                f"in two at {offset}; move its border to the next whole character"
            )


def _refuse_stray_bracket(outside: str) -> None:
    if "]" in outside:
        raise InvalidInput(f"a ] without its [ in {_quote(outside)}")


def _quote(text: str) -> str:
    """Returns the text for a message, shortened to a line a person can read."""
    return f"'{text}'" if len(text) <= 80 else f"'{text[:77]}...'"
