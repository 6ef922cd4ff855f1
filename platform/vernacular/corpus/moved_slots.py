"""Takes slots along when the text they were marked in is corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from vernacular.corpus.annotation import check_slots
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput


def move_slots(before: str, after: str, slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Returns the slots of ``before`` as spans of ``after``, from left to right.

    A slot is kept whose value stands in ``after`` word for word, where several do the one nearest
    to where the slot's neighbourhood has moved. One whose value was misheard goes with the words
    that took its place, and one whose words are gone is left out, as is any that would cut a
    character in two or overlap another.
    """
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    moved: list[Slot] = []
    for slot in sorted(slots, key=lambda one: one.start):
        span = _find_value(before, after, slot, blocks) or _cover(after, slot, blocks)
        if span is None or (moved and span[0] < moved[-1].end):
            continue
        candidate = [*moved, Slot(slot.label, *span)]
        try:
            check_slots(after, candidate)
        except InvalidInput:
            continue
        moved = candidate
    return tuple(moved)


Opcodes = Sequence[tuple[str, int, int, int, int]]


def _find_value(before: str, after: str, slot: Slot, blocks: Opcodes) -> tuple[int, int] | None:
    """Returns where the slot's own words stand now, as whole words."""
    value = before[slot.start : slot.end]
    expected = _moved_place(slot.start, blocks)
    found = []
    at = after.find(value)
    while at >= 0:
        if _is_whole(after, at, at + len(value)):
            found.append(at)
        at = after.find(value, at + 1)
    if not found:
        return None
    start = min(found, key=lambda place: abs(place - expected))
    return start, start + len(value)


def _moved_place(place: int, blocks: Opcodes) -> int:
    for _, first, last, new_first, new_last in blocks:
        if first <= place < last:
            return min(new_first + place - first, new_last)
    return blocks[-1][4] if blocks else 0


def _cover(after: str, slot: Slot, blocks: Opcodes) -> tuple[int, int] | None:
    """Returns the whole words of ``after`` that stand where the slot's words stood."""
    places = [
        (new_first, new_last)
        if kind != "equal"
        else (
            new_first + max(slot.start - first, 0),
            new_last - max(last - slot.end, 0),
        )
        for kind, first, last, new_first, new_last in blocks
        if first < slot.end and slot.start < last and new_first < new_last
    ]
    if not places:
        return None
    start, end = places[0][0], places[-1][1]
    while start > 0 and not after[start - 1].isspace() and not after[start].isspace():
        start -= 1
    while end < len(after) and not after[end].isspace() and not after[end - 1].isspace():
        end += 1
    value = after[start:end]
    start, end = start + len(value) - len(value.lstrip()), end - len(value) + len(value.rstrip())
    return (start, end) if start < end else None


def _is_whole(text: str, start: int, end: int) -> bool:
    """False inside a word of ASCII letters; not all other scripts part words from each other."""
    return not any(
        0 < edge < len(text)
        and text[edge - 1 : edge + 1].isascii()
        and text[edge - 1 : edge + 1].isalnum()
        for edge in (start, end)
    )
