"""Slot labels as MASSIVE's own published script makes them, for its leaderboard only.

``create_hf_dataset.py`` of alexa/massive reads ja-JP, zh-CN and zh-TW character by character, and
there a label leaks: it is taken back only where the closing bracket stands in a chunk that is not
pure ASCII. Of ``[device_type : wifi] を オフ`` all four words become ``device_type``. In the test
sets of MASSIVE 1.1 this touches 117 of 2,974 utterances of ja-JP, 4 of zh-CN and 42 of zh-TW. Our
own labels (`vernacular.scoring.slots`) have no such leak; whoever wants figures that can stand
beside published ones must count with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vernacular.corpus.words import split_words
from vernacular.scoring.slots import OUTSIDE, Slotlike, label_words

CHARACTER_LOCALES = frozenset({"ja-JP", "zh-CN", "zh-TW"})
"""What MASSIVE splits into characters; every other locale stays on the spaces of its text."""


@dataclass(frozen=True, slots=True)
class MassiveReference:
    """The words MASSIVE's script cuts an annotated utterance into, with a label each."""

    words: tuple[tuple[int, int], ...]
    """Half-open code-point spans, left to right."""
    labels: tuple[str, ...]
    """One for each word; ``Other`` is outside of all slots."""

    def label_hypothesis(self, slots: Sequence[Slotlike]) -> list[str]:
        """Returns the labels that the slots of an answer give to the same words.

        A word takes the label of the slot that covers most of it, as everywhere else in scoring.
        Nothing leaks: the leak comes of reading brackets, and an answer has none. An assistant
        that gets every slot right therefore misses the leaked labels, unless it learnt them, as
        MASSIVE's own models did; then it answers slots as long as they are.
        """
        return label_words(self.words, slots)


def label_as_massive(text: str, slots: Sequence[Slotlike], locale: str) -> MassiveReference:
    """Returns the words and labels of the reference as MASSIVE's script would have them.

    In ja-JP, zh-CN and zh-TW white space and the borders of slots cut the text into chunks; one of
    ASCII is a word, of any other each code point is. The label of a slot holds from its first word
    on: to its end if its last chunk is not ASCII, else until the next slot begins. In all other
    locales the script finds what we find, words between spaces and no leak.

    Both hold for brackets spaced in the usual way, as in all 859,092 utterances of MASSIVE 1.1.

    Args:
        text: the reference text as stored.
        slots: its slots, disjoint, none empty, none of white space alone.
        locale: BCP 47 tag; decides how the text is cut.
    """
    if locale not in CHARACTER_LOCALES:
        words = split_words(text, "word")
        return MassiveReference(tuple(words), tuple(label_words(words, slots)))
    spans: list[tuple[int, int]] = []
    labels: list[str] = []
    label = OUTSIDE
    for start, end, opened in _pieces(text, slots):
        label = opened or label
        is_ascii = False
        for first, after in split_words(text[start:end], "word"):
            chunk = text[start + first : start + after]
            is_ascii = chunk.isascii()
            found = _words(start + first, start + after, is_whole=is_ascii)
            spans += found
            labels += [label] * len(found)
        if opened and not is_ascii:
            label = OUTSIDE
    return MassiveReference(tuple(spans), tuple(labels))


def _pieces(text: str, slots: Sequence[Slotlike]) -> Iterator[tuple[int, int, str | None]]:
    """Returns the text cut at the borders of slots: (start, end, label of the slot or None)."""
    position = 0
    for slot in sorted(slots, key=lambda one: one.start):
        yield position, slot.start, None
        yield slot.start, slot.end, slot.label
        position = slot.end
    yield position, len(text), None


def _words(start: int, end: int, *, is_whole: bool) -> list[tuple[int, int]]:
    return [(start, end)] if is_whole else [(i, i + 1) for i in range(start, end)]
