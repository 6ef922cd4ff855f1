"""What the rest of Vernacular knows of an utterance, whichever format it was read from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A named value: the half-open code-point span ``text[start:end]`` of the text as stored."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judgment:
    """One person's verdict on one utterance, on the scales of MASSIVE 1.1."""

    worker_id: str
    intent_score: int
    """0 the text does not match the intent, 1 it does, 2 it is a sensible reading of it."""

    slots_score: int
    """0 the values do not fit their labels, 1 they do, 2 there are none."""

    grammar_score: int
    """0 nonsense to 4 natural."""

    spelling_score: int
    """0 more than two errors, 1 one or two, 2 none."""

    language_identification: str
    """Any of ``target``, ``english`` and ``other``, joined by ``|``."""


@dataclass(frozen=True, slots=True)
class AnnotatedUtterance:
    """One request in one locale, with the domain, intent and slots that are expected of it."""

    external_id: str
    """Its id where it came from; the same request in another locale carries the same one."""

    locale: str
    partition: str
    domain: str
    intent: str

    text: str
    """Exactly as received: never normalised, never stripped."""

    slots: tuple[Slot, ...]
    """From left to right, disjoint."""

    worker_id: str | None = None
    slot_methods: tuple[tuple[str, str], ...] = ()
    """How the translator treated each slot: (label, method) in the order of the source."""

    judgments: tuple[Judgment, ...] = ()

    annotation: str | None = None
    """The bracket form as received, only where its spacing is not the usual one."""


def content_hash(locale: str, text: str, domain: str, intent: str, slots: Iterable[Slot]) -> str:
    """Returns the SHA-256 (hex) of what is tested: two utterances that differ in it differ.

    The canonical form is a JSON array in ASCII, so no two contents share one; slots enter in the
    order of their spans.
    """
    spans = sorted((slot.start, slot.end, slot.label) for slot in slots)
    canonical = json.dumps([locale, text, domain, intent, spans], separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
