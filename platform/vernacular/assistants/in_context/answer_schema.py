"""The shape of a language model's answer, for servers that constrain to it, and how it is read."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.in_context.value_places import place_values
from vernacular.assistants.stages import Typed, Understanding
from vernacular.checked_yaml import Strict
from vernacular.corpus.json_objects import parse_object
from vernacular.errors import InvalidInput

_SHOWN = 200
"""Characters of a wrong answer that its error repeats."""


class _SlotAnswer(Strict):
    label: str
    value: str


class _Answer(Strict):
    intent: str
    slots: tuple[_SlotAnswer, ...] = ()


def make_schema(labels: Labels) -> dict[str, Any]:
    """Returns the JSON schema of an answer that names these labels and no others.

    It keeps to what servers accept as a strict schema: every field is required, no other is
    allowed, and what it is silent about (that a value stands in the text) `read_answer` checks.
    """
    fields: dict[str, Any] = {"intent": {"type": "string", "enum": list(labels.intents)}}
    if labels.slots:
        slot = {
            "label": {"type": "string", "enum": list(labels.slots)},
            "value": {"type": "string"},
        }
        fields["slots"] = {"type": "array", "items": _object(slot)}
    return _object(fields)


def read_answer(content: str, request: Typed, labels: Labels) -> Understanding:
    """Returns what a model understood, without a confidence: its answer holds none.

    Values that do not stand in the request are left out, for they are no part of it.

    Args:
        content: the model's whole answer; a code fence around it, which chat models like to put
            where a server does not constrain them, is taken off.
        request: what was asked.
        labels: what may be answered.

    Raises:
        InvalidInput: it is not of the schema; the message says what came back. Or the request's
            locale is no language tag.
    """
    try:
        answer = _Answer.model_validate(parse_object(_unfence(content)))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _unusable(f"{place}: {first['msg']}", content) from error
    except InvalidInput as error:
        raise _unusable(str(error), content) from error
    if answer.intent not in labels.intents:
        known = f"none of the {len(labels.intents)} intents"
        raise _unusable(f"{answer.intent!r:.80} is {known}", content)
    for one in answer.slots:
        if one.label not in labels.slots:
            known = f"none of the {len(labels.slots)} slot labels"
            raise _unusable(f"{one.label!r:.80} is {known}", content)
    values = [(one.label, one.value) for one in answer.slots]
    return Understanding(answer.intent, None, place_values(request.text, request.locale, values))


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _unfence(content: str) -> str:
    lines = content.strip().splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```":
        return "\n".join(lines[1:-1])
    return content.strip()


def _unusable(reason: str, content: str) -> InvalidInput:
    shown = content if len(content) <= _SHOWN else f"{content[:_SHOWN]}..."
    return InvalidInput(f"the model's answer is not of the schema ({reason}); it was {shown!r}")
