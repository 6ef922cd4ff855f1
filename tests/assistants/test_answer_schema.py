"""What a model may answer, and what is made of what it does answer."""

from __future__ import annotations

import json

import jsonschema
import pytest

from vernacular.assistants.in_context.answer_schema import make_schema, read_answer
from vernacular.assistants.in_context.examples import Example
from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.in_context.prompt import write_answer
from vernacular.assistants.stages import Typed, Understanding
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

LABELS = Labels(("alarm_set", "general_greet"), ("date", "time"))
WITHOUT_SLOTS = Labels(LABELS.intents, ())
REQUEST = Typed("wake me at five am", "en-US")
ANSWER = '{"intent": "alarm_set", "slots": [{"label": "time", "value": "five am"}]}'


def is_of_schema(answer: str, labels: Labels = LABELS) -> bool:
    checker = jsonschema.Draft202012Validator(make_schema(labels))
    return bool(checker.is_valid(json.loads(answer)))


def test_an_answer_is_read_with_its_spans() -> None:
    assert is_of_schema(ANSWER)
    assert read_answer(ANSWER, REQUEST, LABELS) == Understanding(
        "alarm_set", None, (Slot("time", 11, 18),)
    )


def test_the_answers_that_examples_show_are_of_the_schema_and_read_back() -> None:
    text = 'said "five [am]" <s>'
    shown = Example("en-US", text, "alarm_set", (Slot("date", 0, 4), Slot("time", 5, 16)))
    answer = write_answer(LABELS, shown)
    assert is_of_schema(answer)
    assert read_answer(answer, Typed(text, "en-US"), LABELS).slots == shown.slots
    assert is_of_schema(write_answer(WITHOUT_SLOTS, shown), WITHOUT_SLOTS)


def test_values_that_the_request_does_not_hold_are_left_out() -> None:
    answer = ANSWER.replace("five am", "six am")
    assert read_answer(answer, REQUEST, LABELS) == Understanding("alarm_set", None, ())


def test_a_code_fence_is_taken_off() -> None:
    assert read_answer(f"```json\n{ANSWER}\n```\n", REQUEST, LABELS).slots


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Sure! I set an alarm.", "broken JSON"),
        ("", "broken JSON"),
        ('["alarm_set"]', "list"),
        ('{"intent": "play_music", "slots": []}', "'play_music' is none of the 2 intents"),
        (ANSWER.replace('"time"', '"place"'), "'place' is none of the 2 slot labels"),
        ('{"intent": null, "slots": []}', "intent: "),
        (ANSWER.replace("}]", ', "start": 3}]'), r"slots\.0\.start: "),
        ('{"slots": []}', "intent: Field required"),
        ('{"intent": "alarm_set", "intent": "alarm_set"}', "given twice"),
    ],
)
def test_what_is_not_of_the_schema_is_refused_and_shown(answer: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=rf"not of the schema \(.*{reason}") as raised:
        read_answer(answer, REQUEST, LABELS)
    assert repr(answer)[1:-1] in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        '{"intent": "play_music", "slots": []}',
        ANSWER.replace('"time"', '"place"'),
        ANSWER.replace("}]", ', "start": 3}]'),
        '{"intent": "alarm_set"}',
    ],
)
def test_the_schema_lets_nothing_else_through(answer: str) -> None:
    assert not is_of_schema(answer)
