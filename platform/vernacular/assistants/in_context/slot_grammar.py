"""What a language model may write after the intent: known labels and parts of the request, no more.

The grammar is kept in tokens. Where the model has a choice it is told which tokens may come next;
whatever has no alternative is put in without asking it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from vernacular.assistants.in_context.prompt import quote_inside
from vernacular.assistants.in_context.value_places import Span
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words

MAX_VALUE_WORDS = 24
"""Words (or characters, where slots are given to those) of one value. In MASSIVE's de-DE, en-US,
th-TH and vi-VN the longest has 14 words; in ja-JP and zh-CN one of 1,000 has more characters."""

Encode = Callable[[Sequence[str]], list[list[int]]]
"""Gives the tokens of fragments of text, as they are in the middle of a longer one."""


@dataclass(slots=True)
class _Node:
    """A place in a tree of token sequences."""

    children: dict[int, _Node] = field(default_factory=dict)
    label: str | None = None
    """The slot label that is named when this place is reached."""
    is_end: bool = False
    """Whether the list of slots is closed when this place is reached."""
    place: Span | None = None
    """Where the value that could end here stands in the request."""


class SlotGrammar:
    """The slots of any request, in the tokens of one model.

    Fragments are cut where tokenisers cut, before spaces and at the ends of values: a model that
    has seen `"}]}` as one token must not be asked whether `"}` goes on.
    """

    def __init__(self, labels: Sequence[str], encode: Encode) -> None:
        """Encodes what is the same for all requests.

        Args:
            labels: what a slot may be called.
            encode: the model's tokeniser.
        """
        self.encode = encode
        (self.opening,) = encode([' "slots":'])
        self.first = _choices(encode, " []}", " [", labels)
        self.later = _choices(encode, '"}]}', '"}, ', labels)


class SlotWriter:
    """The slots of one request as a model names them, token by token."""

    def __init__(self, grammar: SlotGrammar, text: str, locale: str, max_tokens: int) -> None:
        """Begins before the first slot.

        Args:
            grammar: of the model.
            text: the request.
            locale: of the request; its words bound the values.
            max_tokens: tokens after which no more is asked for, and an open slot is dropped.

        Raises:
            InvalidInput: ``locale`` is no language tag.
        """
        self._grammar = grammar
        self._tokens_left = max_tokens
        self._text = text
        self._words = split_words(text, find_locale(locale).slot_unit)
        # Encoded when the first slot begins, for many requests have none.
        self._values: list[tuple[Span, list[int]]] | None = None
        self._node: _Node | None = grammar.first if self._words else None
        self._label: str | None = None
        self._slots: list[Slot] = []

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots that are complete so far, from left to right."""
        return tuple(sorted(self._slots, key=lambda one: one.start))

    @property
    def allowed(self) -> list[int]:
        """The tokens of which the next must be one; none when nothing is left to say."""
        if self._node is None or self._tokens_left <= 0:
            return []
        after = self._grammar.later.children if self._node.place is not None else {}
        return list(self._node.children | after)

    def take(self, token: int) -> list[int]:
        """Returns ``token``, one of those allowed, and all that is certain to follow it."""
        written = [token]
        self._step(token)
        while len(options := self.allowed) == 1:
            written += options
            self._step(options[0])
        self._tokens_left -= len(written)
        return written

    def _step(self, token: int) -> None:
        assert self._node is not None, "nothing is taken after the end"
        following = self._node.children.get(token)
        if following is None:
            following = self._end_value(token)
        self._node = following
        if following is None or following.is_end:
            self._node = None
        elif following.label is not None:
            self._label = following.label
            if self._values is None:
                self._values = _encode_values(self._grammar.encode, self._text, self._words)
            self._node = _tree_of(self._values)

    def _end_value(self, token: int) -> _Node | None:
        """Keeps the value that ends before ``token``; None where no word is left for another."""
        assert self._node is not None, "a value ends at a place"
        assert self._node.place is not None, "a value ends at a place"
        assert self._label is not None, "a value has a label"
        assert self._values is not None, "a value is one of some"
        start, end = self._node.place
        self._slots.append(Slot(self._label, start, end))
        # No two slots share a word, so that every slot leaves less to say.
        self._values = [one for one in self._values if one[0][1] <= start or end <= one[0][0]]
        return self._grammar.later.children[token] if self._values else None


def _choices(encode: Encode, end: str, before: str, labels: Sequence[str]) -> _Node:
    """Returns the tree of ending the list and of beginning a slot with each label."""
    starts = [f'{before}{{"label": "{quote_inside(label)}", "value": "' for label in labels]
    ending, *beginnings = encode([end, *starts])
    root = _Node()
    for label, tokens in zip(labels, beginnings, strict=True):
        _reach(root, tokens).label = label
    _reach(root, ending).is_end = True
    return root


def _encode_values(
    encode: Encode, text: str, words: Sequence[Span]
) -> list[tuple[Span, list[int]]]:
    """Returns every run of words that may be a value, with its tokens."""
    places = [
        (words[first][0], words[last][1])
        for first in range(len(words))
        for last in range(first, min(first + MAX_VALUE_WORDS, len(words)))
    ]
    tokens = encode([quote_inside(text[start:end]) for start, end in places])
    return list(zip(places, tokens, strict=True))


def _tree_of(values: Iterable[tuple[Span, list[int]]]) -> _Node:
    root = _Node()
    for place, tokens in values:
        node = _reach(root, tokens)
        if node.place is None:
            # A value that is said twice is the first one until that is taken.
            node.place = place
    return root


def _reach(root: _Node, tokens: Iterable[int]) -> _Node:
    node = root
    for token in tokens:
        node = node.children.setdefault(token, _Node())
    return node
