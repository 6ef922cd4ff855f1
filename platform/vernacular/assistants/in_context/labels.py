"""The intents and slot labels that a language model may choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """What an answer may name; in the order in which the model is told."""

    intents: tuple[str, ...]
    """At least one."""
    slots: tuple[str, ...]
    """None where no slots are wanted."""
