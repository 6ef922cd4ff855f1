from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from transformers import GenerationConfig

from tests.assistants.tiny_language_models import (
    CHAT_TEMPLATE,
    TEMPLATE_WITHOUT_SYSTEM,
    write_language_model,
)
from vernacular.assistants.engines.chat_reply import ChatReplies
from vernacular.assistants.stage_specs import ChatReplyStage
from vernacular.assistants.stages import Understood
from vernacular.errors import InvalidInput, ModelUnavailable

REQUESTS = [
    Understood("niamshe saa tatu", "sw-KE", "alarm_set", (("time", "saa tatu"),), False),
    Understood("turn off the light in the kitchen", "en-US", "iot_hue_lightoff", (), False),
    Understood("كيف الطقس غدا", "ar-SA", None, (), True),
    Understood("x " * 60, "en-US", None, (), False),
]


def _load(folder: Path, **fields: Any) -> ChatReplies:
    given = {"max_new_tokens": 6, **fields}
    return ChatReplies.load(ChatReplyStage(engine="chat", weights="weights", **given), folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("chat")
    write_language_model(made / "weights")
    return made


@pytest.mark.parametrize(
    ("family", "chat_template"),
    [("llama", CHAT_TEMPLATE), ("gpt2", None), ("qwen2", TEMPLATE_WITHOUT_SYSTEM)],
)
def test_every_family_replies_with_and_without_a_chat_template(
    tmp_path: Path, family: Any, chat_template: str | None
) -> None:
    write_language_model(tmp_path / "weights", family, chat_template=chat_template)
    replies = _load(tmp_path).reply_batch(REQUESTS)
    assert len(replies) == len(REQUESTS)
    assert all(isinstance(one, (str, InvalidInput)) for one in replies)
    assert any(isinstance(one, str) and one for one in replies)


def test_what_is_padded_away_changes_no_reply(folder: Path) -> None:
    together = _load(folder).reply_batch(REQUESTS)
    alone = [_load(folder, max_batch=1).reply_batch([one])[0] for one in REQUESTS]
    assert together == alone
    assert len(set(map(str, together))) > 1


def test_replies_end_at_the_limit_of_tokens(folder: Path) -> None:
    (short,), (long,) = (_load(folder, max_new_tokens=n).reply_batch(REQUESTS[:1]) for n in (3, 12))
    assert isinstance(short, str)
    assert isinstance(long, str)
    assert long.startswith(short)
    assert len(long) > len(short)


def test_instructions_of_the_team_reach_the_model(folder: Path) -> None:
    plain = _load(folder).reply_batch(REQUESTS)
    told = _load(folder, instructions="Speak like a pirate.").reply_batch(REQUESTS)
    assert plain != told


def test_a_checkpoint_that_draws_its_words_by_chance_is_told_not_to(tmp_path: Path) -> None:
    path = write_language_model(tmp_path / "weights")
    GenerationConfig(do_sample=True, temperature=0.7, top_p=0.8, top_k=20).save_pretrained(path)
    stage = _load(tmp_path)
    assert stage.reply_batch(REQUESTS) == stage.reply_batch(REQUESTS)


def test_a_model_without_a_template_does_not_go_on_with_the_next_request(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights", chat_template=None)
    stage = _load(tmp_path)
    stage._generate = lambda prompts: [" Sawa.\nRequest: more"] * len(prompts)  # type: ignore[method-assign]
    assert stage.reply_batch(REQUESTS[:1]) == ["Sawa."]


def test_a_request_beyond_the_models_reach_fails_alone(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights", context=1500)
    short, long = REQUESTS[1], Understood("x " * 3_000, "en-US", None, (), False)
    replies = _load(tmp_path).reply_batch([short, long, short])
    assert isinstance(replies[1], InvalidInput)
    assert "more than the 1,500" in str(replies[1])
    assert replies[0] == replies[2]
    assert isinstance(replies[0], str)


def test_a_locale_that_is_no_tag_fails_alone(folder: Path) -> None:
    odd = Understood("x", "???", None, (), False)
    replies = _load(folder).reply_batch([odd, REQUESTS[0]])
    assert isinstance(replies[0], InvalidInput)
    assert isinstance(replies[1], str)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="weights"):
        _load(tmp_path)


def test_it_knows_what_it_weighs(folder: Path) -> None:
    stage = _load(folder)
    found = stage.footprint()
    assert found.weights_bytes == (folder / "weights" / "model.safetensors").stat().st_size
    assert found.device == "cpu"
    assert stage.version == "chat:weights"
    stage.close()
