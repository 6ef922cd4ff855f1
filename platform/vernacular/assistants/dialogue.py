"""What carries over from turn to turn: the values that were said before and still hold."""

from __future__ import annotations

from vernacular.assistants.contract import Dialogue
from vernacular.assistants.stages import Understanding


def carry_over(
    before: Dialogue | None, text: str, understood: Understanding, *, asks_back: bool
) -> Dialogue:
    """Returns what is established after a turn.

    Values said earlier hold as long as the conversation stays with one domain ("set an alarm" ...
    "for six tomorrow"), and a value said again replaces the earlier one. A turn that was doubtful,
    so that the assistant asks back, adds nothing to what was established before it.

    Args:
        before: what the turns before established; None at the start of a conversation.
        text: the request, typed or heard.
        understood: what was understood of it.
        asks_back: whether the reply will be a clarifying question.
    """
    if asks_back:
        established = before or Dialogue()
        return Dialogue(established.intent, established.values, asked_back=True)
    values = {slot.label: text[slot.start : slot.end] for slot in understood.slots}
    if before is not None and domain_of(understood.intent) == domain_of(before.intent):
        values = dict(before.values) | values
    return Dialogue(understood.intent, tuple(sorted(values.items())))


def domain_of(intent: str | None) -> str | None:
    """Returns the domain of an intent: by MASSIVE's naming what precedes its first underscore."""
    return None if intent is None else intent.partition("_")[0]
