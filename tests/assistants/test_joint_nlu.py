"""Joint checkpoints of two encoder families through the code that loads every release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.assistants.tiny_checkpoint import (
    INTENTS,
    SLOT_LABELS,
    TEXTS,
    Family,
    write_checkpoint,
    write_manifest,
)
from vernacular.assistants.contract import MAX_TEXT, Answer, Assistant, Request
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import read_manifest
from vernacular.corpus.locales import find_locale
from vernacular.corpus.words import split_words
from vernacular.errors import InvalidInput, ModelUnavailable

LOCALES = ("en-US", "en-US", "sw-KE", "he-IL", "zh-CN", "ar-SA")
REQUESTS = [
    Request(f"{text} {i}" if i % 3 else text, locale, wants_reply=False)
    for i in range(4)
    for text, locale in zip(TEXTS, LOCALES, strict=True)
]
"""24 requests of many lengths, in an order that is not theirs."""


def load(folder: Path, **nlu: object) -> Assistant:
    return load_assistant(read_manifest(write_manifest(folder, **nlu)), folder)


@pytest.fixture(
    scope="module",
    params=[
        ("bert", "first", ()),
        ("bert", "first_last", ("sw-KE", "zh-CN")),
        ("xlm-roberta", "first", ("sw-KE", "zh-CN")),
        ("xlm-roberta", "first_last", ()),
    ],
    ids=lambda given: f"{given[0]}-{given[1]}-{'locales' if given[2] else 'plain'}",
)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a release."""
    family, word_pooling, locales = request.param
    folder = tmp_path_factory.mktemp("release")
    write_checkpoint(folder / "weights", family, locales=locales, word_pooling=word_pooling)
    return folder


@pytest.fixture(scope="module")
def assistant(checkpoint: Path) -> Iterator[Assistant]:
    with closing(load(checkpoint)) as loaded:
        yield loaded


def alike(answer: Answer, other: Answer) -> bool:
    """Whether two answers to one request are the same but for rounding and time."""
    return (answer.intent, answer.slots) == (other.intent, other.slots) and (
        answer.intent_confidence == pytest.approx(other.intent_confidence, abs=1e-5)
    )


def test_every_request_gets_an_intent_a_confidence_and_its_share_of_the_time(
    assistant: Assistant,
) -> None:
    answers = assistant.predict_batch(REQUESTS)
    assert len(answers) == len(REQUESTS)
    for answer in answers:
        assert answer.intent in INTENTS
        assert answer.intent_confidence is not None
        assert 1 / len(INTENTS) <= answer.intent_confidence <= 1.0001
        assert answer.error is None
        assert answer.reply is None
        assert [stage.stage for stage in answer.stages] == ["nlu"]
        assert answer.stages[0].version == "joint-encoder:weights"
        assert answer.latency_ms == answer.stages[0].latency_ms
        assert answer.latency_ms > 0


def test_slots_lie_on_word_borders_and_do_not_overlap(assistant: Assistant) -> None:
    n_slots = 0
    for request, answer in zip(REQUESTS, assistant.predict_batch(REQUESTS), strict=True):
        words = split_words(request.text, find_locale(request.locale).slot_unit)
        starts, ends = {start for start, _ in words}, {end for _, end in words}
        last_end = 0
        for slot in answer.slots:
            assert slot.label in SLOT_LABELS[1:]
            assert slot.start in starts
            assert slot.end in ends
            assert last_end <= slot.start < slot.end
            last_end = slot.end
        n_slots += len(answer.slots)
    assert n_slots > len(REQUESTS) / 2, "the checkpoint says too little to test this"


def test_answers_do_not_depend_on_the_company_they_are_asked_in(
    assistant: Assistant, checkpoint: Path
) -> None:
    together = assistant.predict_batch(REQUESTS)
    one_by_one = [assistant.predict_batch([request])[0] for request in REQUESTS]
    backwards = assistant.predict_batch(REQUESTS[::-1])[::-1]
    with closing(load(checkpoint, max_batch=5)) as narrow:
        in_fives = narrow.predict_batch(REQUESTS)
    assert len({(one.intent_confidence, one.slots) for one in together}) > len(TEXTS)
    for others in (one_by_one, backwards, in_fives):
        assert all(map(alike, together, others))


@pytest.mark.parametrize("text", ["   ", "😀", "👩‍👩‍👧‍👦 👍🏽", "\u200b", "\u3000", "¿?"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_text_without_a_word_is_answered(assistant: Assistant, text: str, locale: str) -> None:
    (answer,) = assistant.predict_batch([Request(text, locale)])
    assert answer.error is None
    if not text.strip():
        assert (answer.intent, answer.slots) == (None, ())
    else:
        assert answer.intent in INTENTS


@pytest.mark.parametrize("text", ["wake me up " * 909, "w" * MAX_TEXT, "明天" * 5_000])
def test_very_long_text_is_answered_as_far_as_the_encoder_reaches(
    assistant: Assistant, text: str
) -> None:
    long, short = assistant.predict_batch([Request(text, "zh-CN"), Request(TEXTS[0], "en-US")])
    assert long.intent in INTENTS
    assert all(slot.end <= len(text) for slot in long.slots)
    assert alike(short, assistant.predict_batch([Request(TEXTS[0], "en-US")])[0])


def test_text_beyond_the_limit_is_refused_alone(assistant: Assistant) -> None:
    long, short = assistant.predict_batch(
        [Request("w" * 100_000, "zh-CN"), Request(TEXTS[0], "en-US")]
    )
    assert long == Answer(error="text: has 100,000 characters, at most 10,000 are read")
    assert alike(short, assistant.predict_batch([Request(TEXTS[0], "en-US")])[0])


def test_an_unknown_locale_is_answered_and_no_locale_is_refused(assistant: Assistant) -> None:
    (answer,) = assistant.predict_batch([Request(TEXTS[0], "tlh-XX")])
    assert answer.intent in INTENTS
    (refused,) = assistant.predict_batch([Request(TEXTS[0], "??")])
    assert refused.error is not None
    assert "'??' is not a locale tag" in refused.error


def test_no_requests_get_no_answers(assistant: Assistant) -> None:
    assert assistant.predict_batch([]) == []


def test_only_a_locale_embedding_tells_locales_apart(tmp_path: Path) -> None:
    asked = [Request("wake me", tag) for tag in ("sw-KE", "de-DE", "fr-FR")]
    for name, locales in (("plain", ()), ("embedded", ("sw-KE", "de-DE"))):
        write_checkpoint(tmp_path / name / "weights", locales=locales)
        with closing(load(tmp_path / name)) as loaded:
            sure = [answer.intent_confidence for answer in loaded.predict_batch(asked)]
        assert len(set(sure)) == (3 if locales else 1)


def test_a_word_is_read_from_its_pieces_as_the_pooling_says(tmp_path: Path) -> None:
    answers = []
    for pooling in ("first", "first_last"):
        write_checkpoint(tmp_path / pooling / "weights", word_pooling=pooling)
        with closing(load(tmp_path / pooling)) as loaded:
            answers.append([one.slots for one in loaded.predict_batch(REQUESTS)])
    assert answers[0] != answers[1]


@pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
def test_equal_arguments_write_equal_checkpoints(tmp_path: Path, family: Family) -> None:
    first, second = (write_checkpoint(tmp_path / name, family) for name in ("a", "b"))
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_missing_weights_are_unavailable_and_the_message_says_where_they_belong(
    tmp_path: Path,
) -> None:
    with pytest.raises(ModelUnavailable, match=r"no folder .*weights: put the weights there"):
        load(tmp_path)


def test_an_empty_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    with pytest.raises(ModelUnavailable, match=r"'weights' .* cannot be loaded"):
        load(tmp_path)


def test_weights_of_another_kind_are_unavailable(tmp_path: Path) -> None:
    """Both a plain encoder, and its weights under the configuration of a joint one."""
    write_checkpoint(tmp_path / "whole")
    from vernacular.assistants.engines.understanding.joint_encoder import JointEncoder  # noqa: PLC0415

    JointEncoder.from_pretrained(tmp_path / "whole").encoder.save_pretrained(tmp_path / "weights")
    with pytest.raises(ModelUnavailable, match=r"config\.json names no encoder"):
        load(tmp_path)
    shutil.copy(tmp_path / "whole" / "config.json", tmp_path / "weights")
    with pytest.raises(ModelUnavailable, match=r"lacks \d+ tensors of a JointEncoder"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"not weights"),
        ("config.json", b"{"),
        ("config.json", b'{"model_type": "joint-intent-slot", "encoder": {"layers": 3}}'),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_broken_file_is_unavailable(tmp_path: Path, name: str, content: bytes) -> None:
    write_checkpoint(tmp_path / "weights")
    (tmp_path / "weights" / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"'weights' .* cannot be loaded"):
        load(tmp_path)


def test_a_device_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "weights")
    with pytest.raises(ModelUnavailable, match="for cuda:7"):
        load(tmp_path, device="cuda:7")
    with pytest.raises(InvalidInput, match=r"tiny-1.yaml:7: stages.nlu.device"):
        load(tmp_path, device="gpu7")


def test_the_reply_stage_answers_only_where_a_reply_is_wanted(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "weights")
    path = write_manifest(tmp_path)
    path.write_text(path.read_text() + "  reply:\n    engine: templates\n")
    with closing(load_assistant(read_manifest(path), tmp_path)) as loaded:
        spoken, silent = loaded.predict_batch(
            [Request(TEXTS[0], "en-US"), Request(TEXTS[0], "en-US", wants_reply=False)]
        )
    assert spoken.reply
    assert [stage.stage for stage in spoken.stages] == ["nlu", "reply"]
    assert silent.reply is None
    assert alike(spoken, silent)
