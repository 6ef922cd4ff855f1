from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from tests.assistants.odd_server import Call, serving
from vernacular.assistants.remote.openai_understanding import RemoteUnderstander
from vernacular.assistants.stage_specs import RemoteUnderstandingStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, ModelUnavailable

LIGHT = Typed("zima taa jikoni", "sw-KE")
FOUND = {"intent": "lightoff", "slots": [{"label": "house_place", "value": "jikoni"}]}
EXAMPLES = [
    ("en-US", "lights out in the kitchen", "lightoff"),
    ("en-US", "wake me up", "alarm"),
    ("sw-KE", "zima taa zote", "lightoff"),
]


def _whole(content: object) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}


def _ask(
    behave: Callable[[Call], None],
    requests: Sequence[Typed] = (LIGHT,),
    root: Path | None = None,
    withheld: Sequence[tuple[str, str]] = (),
    **fields: Any,
) -> tuple[Any, list[Call]]:
    with serving(behave) as server:
        given = {
            "intents": ["alarm", "lightoff"],
            "slots": ["house_place"],
            "timeout_seconds": 5.0,
            "n_retries": 0,
            **fields,
        }
        spec = RemoteUnderstandingStage(
            engine="openai", url=HttpUrl(f"{server.url}/v1"), model="chat-1", **given
        )
        stage = RemoteUnderstander.load(spec, root or Path(), withheld)
        try:
            return stage.understand_batch(requests), server.calls
        finally:
            stage.close()


def _write_examples(folder: Path) -> str:
    rows = [{"locale": tag, "text": text, "intent": intent} for tag, text, intent in EXAMPLES]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "shots.jsonl").write_text(lines, encoding="utf-8")
    return "shots.jsonl"


def test_an_answer_of_the_schema_is_understood() -> None:
    found, (call,) = _ask(lambda call: call.send(_whole(FOUND)))
    assert found == [Understanding("lightoff", None, (Slot("house_place", 9, 15),))]
    schema = call.json["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["intent"]["enum"] == ["alarm", "lightoff"]
    assert call.json["messages"][-1]["role"] == "user"
    assert "zima taa jikoni" in call.json["messages"][-1]["content"]


def test_a_server_that_knows_no_schema_is_asked_without_one() -> None:
    def plain(call: Call) -> None:
        if "response_format" in call.json:
            call.send({"error": {"message": "response_format is not supported"}}, 400)
        else:
            call.send(_whole(f"<think>A lamp.</think>\n```json\n{json.dumps(FOUND)}\n```"))

    found, calls = _ask(plain, [LIGHT] * 3, n_parallel=1)
    assert [one.intent for one in found] == ["lightoff"] * 3
    assert len(calls) == 4


def test_examples_are_shown_but_for_those_that_are_withheld(tmp_path: Path) -> None:
    _, (call,) = _ask(
        lambda call: call.send(_whole(FOUND)),
        root=tmp_path,
        withheld=[("sw-KE", "Zima taa zote!")],
        examples=_write_examples(tmp_path),
        n_shots=3,
    )
    told = json.dumps(call.json["messages"])
    assert "lights out in the kitchen" in told
    assert "zima taa zote" not in told


@pytest.mark.parametrize(
    "content",
    [
        "I think they want the light off.",
        {"intent": "make_coffee", "slots": []},
        {"intent": "lightoff", "slots": [{"label": "colour", "value": "jikoni"}]},
        {"intent": "lightoff", "slots": "none"},
        '{"intent": "lightoff", "slo',
        "",
        [],
    ],
)
def test_an_answer_that_is_not_of_the_schema_fails_its_request(content: object) -> None:
    def odd_for_one(call: Call) -> None:
        is_first = "zima taa" in call.json["messages"][-1]["content"]
        call.send(_whole(content if is_first else {"intent": "alarm", "slots": []}))

    found, _ = _ask(odd_for_one, [LIGHT, Typed("niamshe", "sw-KE")])
    assert isinstance(found[0], InvalidInput)
    assert found[1] == Understanding("alarm", None, ())


def test_a_server_that_answers_no_chat_completion_fails_the_request() -> None:
    (error,), _ = _ask(lambda call: call.send("<html>"))
    assert isinstance(error, ModelUnavailable)
