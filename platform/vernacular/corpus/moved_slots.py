"""Takes slots along when the text they were marked in is corrected.

What is kept here becomes a reference unseen, so a value that may be gone loses its slot: to mark it
again costs a person less than a wrong one costs whoever is measured by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from unicodedata import normalize

import regex
from rapidfuzz.distance import Levenshtein

from vernacular.corpus.annotation import check_slots
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import InvalidInput

NEAR = 0.5
"""From this similarity of letters on, what stands beside a word that stayed is the old value
misheard: ``jass`` for ``jazz``, ``nein`` for ``nine``."""

NEAR_ALONE = 0.7
"""The same where no word beside the value stayed, only one inside it."""

MAX_LENGTH_RATIO = 2
"""A value of other letters is taken for the old one only if neither is longer than this times."""

_PUNCTUATION = regex.compile(r"\p{P}+")

Place = tuple[int, int]
"""Some words of a text: the first, and the one after the last."""


def move_slots(before: str, after: str, slots: Iterable[Slot], locale: str) -> tuple[Slot, ...]:
    """Returns the slots of ``before`` as spans of ``after``, from left to right.

    A slot whose words stay is kept, wherever they stand now. One whose value was misheard goes to
    the words that took its place, as far as words beside it stayed and show where that is. One
    whose value is gone is left out, as is any that would cut a character in two or overlap another.

    Args:
        before: the text that the slots are spans of.
        after: the text as corrected.
        slots: disjoint, in any order.
        locale: tells whether spaces part the words; characters are aligned where they do not.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    profile = find_locale(locale)
    unit = "word" if profile.slot_unit == profile.unit == "word" else "character"
    texts = _Alignment(_Words(before, unit), _Words(after, unit))
    waiting = {slot: texts.old.covering(slot) for slot in slots}
    replaced = {slot: texts.find_replacement(place) for slot, place in waiting.items()}
    moved: list[Slot] = []

    def put(slot: Slot, found: Place | None) -> None:
        span = None if found is None else texts.span_of(slot, waiting[slot], found)
        if span is not None and _is_valid(after, [*moved, span]):
            moved.append(span)
            del waiting[slot]

    # The surest first: what is likely takes no words from what is certain.
    for slot, place in list(waiting.items()):
        put(slot, texts.find_stayed(place))
    for slot, place in list(waiting.items()):
        others = [replaced[other] for other in waiting if other != slot]
        put(slot, texts.find_elsewhere(place, [other for other in others if other is not None]))
    for slot in list(waiting):
        put(slot, replaced[slot])
    return tuple(_in_order(moved))


def _in_order(slots: Iterable[Slot]) -> list[Slot]:
    return sorted(slots, key=lambda slot: slot.start)


def _is_valid(text: str, slots: Iterable[Slot]) -> bool:
    try:
        check_slots(text, _in_order(slots))
    except InvalidInput:
        return False
    return True


class _Words:
    """A text, the spans of its words, and what the words are compared by."""

    def __init__(self, text: str, unit: str) -> None:
        self.text, self.unit = text, unit
        self.spans = split_words(text, unit)
        self.keys = [_key(text[start:end]) for start, end in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def raw(self, number: int) -> str:
        """Returns a word as it is written."""
        return self.text[slice(*self.spans[number])]

    def covering(self, slot: Slot) -> Place:
        """Returns the words that a slot lies in."""
        inside = [
            number
            for number, (start, end) in enumerate(self.spans)
            if start < slot.end and slot.start < end
        ]
        return inside[0], inside[-1] + 1

    def compared(self, place: Place) -> str:
        """Returns what some words are compared by, in one line."""
        return (" " if self.unit == "word" else "").join(self.keys[slice(*place)])


def _key(word: str) -> str:
    """Returns a word without what a person changes when she only writes it more neatly."""
    bare = _PUNCTUATION.sub("", word) or word
    return normalize("NFC", bare).casefold()


@dataclass(frozen=True)
class _Neighbourhood:
    """Where a value can stand now: between the words around it that stayed."""

    place: Place
    has_left: bool
    """Whether the very word left of the value stayed."""
    has_right: bool


class _Alignment:
    """Which words of the old text stayed, and where they stand in the new one."""

    def __init__(self, old: _Words, new: _Words) -> None:
        self.old, self.new = old, new
        blocks = SequenceMatcher(None, old.keys, new.keys, autojunk=False).get_matching_blocks()
        self._stayed = {
            first + step: now + step for first, now, size in blocks for step in range(size)
        }

    def find_stayed(self, place: Place) -> Place | None:
        """Returns where words stand now that all stayed, next to each other as they were."""
        now = [self._stayed.get(number) for number in range(*place)]
        first = now[0]
        if first is None or now != list(range(first, first + len(now))):
            return None
        return first, first + len(now)

    def find_elsewhere(self, place: Place, without: Sequence[Place]) -> Place | None:
        """Returns where the same words stand now, the nearest to where they would be expected.

        Words that were there for something else before are not taken for them.

        Args:
            place: the words.
            without: where other values are expected, so that of "five songs at six" the time is not
                the six of "six songs at seven".
        """
        wanted = self.old.keys[slice(*place)]
        if self.old.unit == "character" and len(wanted) == 1:
            # A single character is a part of many words.
            return None
        expected = self._neighbourhood_of(place).place[0]
        belongs = {now for number, now in self._stayed.items() if number not in range(*place)}
        belongs.update(number for other in without for number in range(*other))
        found = [
            (first, first + len(wanted))
            for first in range(len(self.new) - len(wanted) + 1)
            if self.new.keys[first : first + len(wanted)] == wanted
            and belongs.isdisjoint(range(first, first + len(wanted)))
        ]
        return min(found, key=lambda one: abs(one[0] - expected), default=None)

    def find_replacement(self, place: Place) -> Place | None:
        """Returns the words that took the place of others, as far as anything shows which."""
        around = self._neighbourhood_of(place)
        first, last = around.place
        stays_inside = any(number in self._stayed for number in range(*place))
        is_beside = around.has_left or around.has_right
        if first >= last or not (is_beside or stays_inside):
            return None
        nearest, similarity = self._nearest(place, around.place)
        if similarity >= (NEAR if is_beside else NEAR_ALONE):
            return nearest
        return around.place if self._is_exchanged(place, around) else None

    def _nearest(self, place: Place, around: Place) -> tuple[Place, float]:
        """Returns what is most like the old value, and how much from 0 to 1.

        It begins or ends with its neighbourhood: the words that slipped in stand on one side.
        """
        value = self.old.compared(place)
        first, last = around
        candidates = [(first, end) for end in range(last, first, -1)]
        candidates += [(start, last) for start in range(first + 1, last)]
        similarity = {
            one: Levenshtein.normalized_similarity(value, self.new.compared(one))
            for one in candidates
        }
        n_words = place[1] - place[0]
        nearest = max(
            candidates, key=lambda one: (similarity[one], -abs(one[1] - one[0] - n_words))
        )
        return nearest, similarity[nearest]

    def _is_exchanged(self, place: Place, around: _Neighbourhood) -> bool:
        """True if a value of other letters stands in the same place of the same sentence."""
        is_first, is_last = place[0] == 0, place[1] == len(self.old)
        if not ((around.has_left or is_first) and (around.has_right or is_last)):
            return False
        lengths = len(self.old.compared(place)), len(self.new.compared(around.place))
        if max(lengths) > MAX_LENGTH_RATIO * min(lengths):
            return False
        n_stayed = sum(number not in range(*place) for number in self._stayed)
        n_old = len(self.old) - (place[1] - place[0])
        n_new = len(self.new) - (around.place[1] - around.place[0])
        return 2 * n_stayed > max(n_old, n_new)

    def _neighbourhood_of(self, place: Place) -> _Neighbourhood:
        left = max((number for number in self._stayed if number < place[0]), default=None)
        right = min((number for number in self._stayed if number >= place[1]), default=None)
        return _Neighbourhood(
            (
                0 if left is None else self._stayed[left] + 1,
                len(self.new) if right is None else self._stayed[right],
            ),
            has_left=left == place[0] - 1,
            has_right=right == place[1],
        )

    def span_of(self, slot: Slot, place: Place, found: Place) -> Slot | None:
        """Returns a slot over the words that were found, with as much of its outer words as before.

        Of an outer word that changed it takes all but the punctuation around it.
        """
        first, last = place[0], place[1] - 1
        new_first, new_last = found[0], found[1] - 1
        value = self.old.text[slot.start : slot.end]
        start, end = self.new.spans[new_first][0], self.new.spans[new_last][1]
        if self.old.raw(first) == self.new.raw(new_first):
            start += slot.start - self.old.spans[first][0]
        elif not _PUNCTUATION.match(value):
            begins = _PUNCTUATION.match(self.new.text, start, end)
            start = begins.end() if begins else start
        if self.old.raw(last) == self.new.raw(new_last):
            end -= self.old.spans[last][1] - slot.end
        elif not _PUNCTUATION.fullmatch(value[-1]):
            while end > start and _PUNCTUATION.fullmatch(self.new.text[end - 1]):
                end -= 1
        return Slot(slot.label, start, end) if start < end else None
