"""Classifiers of several families and label schemes, through the code that loads every release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    LlamaConfig,
    XLMRobertaConfig,
)

from tests.assistants.tiny_checkpoint import INTENTS, SHAPE, TEXTS, write_checkpoint
from tests.assistants.tiny_language_models import write_language_model
from vernacular.assistants.contract import Answer, Assistant, Request
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import read_manifest
from vernacular.corpus.annotation import check_slots
from vernacular.corpus.locales import find_locale
from vernacular.corpus.words import split_words
from vernacular.errors import ModelUnavailable

Family = Literal["bert", "xlm-roberta", "llama"]

LOCALES = ("en-US", "en-US", "sw-KE", "he-IL", "zh-CN", "ar-SA")
REQUESTS = [
    Request(f"{text} {i}" if i % 3 else text, locale, wants_reply=False)
    for i in range(3)
    for text, locale in zip(TEXTS, LOCALES, strict=True)
]
PLAIN = ("Other", "date", "time")
BIO = ("O", "B-date", "I-date", "B-time", "I-time")
CONFIGS = {"bert": BertConfig, "xlm-roberta": XLMRobertaConfig, "llama": LlamaConfig}


def write_classifier(
    folder: Path, labels: Sequence[str], family: Family = "bert", *, of_tokens: bool = False
) -> Path:
    """Writes a classifier with random weights and its tokeniser into ``folder``."""
    if family == "llama":
        write_language_model(folder)
    else:
        write_checkpoint(folder, family)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    shutil.rmtree(folder)
    config = CONFIGS[family](
        **SHAPE,
        vocab_size=len(tokenizer),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        **({"bos_token_id": None, "eos_token_id": 1} if family == "llama" else {}),
    )
    kind: Any = AutoModelForTokenClassification if of_tokens else AutoModelForSequenceClassification
    model = kind.from_config(config)
    random = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "LayerNorm" not in name and "norm" not in name:
                weights.normal_(std=0.6, generator=random)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def load(folder: Path, **nlu: object) -> Assistant:
    stage = {"engine": "classifiers", "intents": "intents", **nlu}
    head = ["release: tiny-1", "assistant: tiny", "stages:", "  nlu:"]
    path = folder / "tiny.yaml"
    lines = [*head, *(f"    {name}: {value}" for name, value in stage.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_assistant(read_manifest(path), folder)


@pytest.fixture(
    scope="module",
    params=[
        ("bert", "bert", BIO),
        ("bert", "xlm-roberta", PLAIN),
        ("xlm-roberta", "bert", PLAIN),
        ("llama", "llama", BIO),
    ],
    ids=lambda given: f"{given[0]}-{given[1]}",
)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a pair of classifiers, not always of one family."""
    of_intents, of_slots, scheme = request.param
    folder = tmp_path_factory.mktemp("release")
    write_classifier(folder / "intents", INTENTS, of_intents)
    write_classifier(folder / "slots", scheme, of_slots, of_tokens=True)
    return folder


@pytest.fixture(scope="module")
def assistant(release: Path) -> Iterator[Assistant]:
    with closing(load(release, slots="slots")) as loaded:
        yield loaded


def alike(answer: Answer, other: Answer) -> bool:
    """Whether two answers to one request are the same but for rounding and time."""
    return (answer.intent, answer.slots) == (other.intent, other.slots) and (
        answer.intent_confidence == pytest.approx(other.intent_confidence, abs=1e-4)
    )


def test_every_request_gets_an_intent_a_confidence_and_slots_of_whole_words(
    assistant: Assistant,
) -> None:
    n_slots = 0
    for request, answer in zip(REQUESTS, assistant.predict_batch(REQUESTS), strict=True):
        assert answer.error is None
        assert answer.intent in INTENTS
        assert answer.intent_confidence is not None
        assert 1 / len(INTENTS) <= answer.intent_confidence <= 1.0001
        assert answer.stages[0].version == "classifiers:intents+slots"
        text = request.text or ""
        check_slots(text, answer.slots)
        words = split_words(text, find_locale(request.locale).slot_unit)
        assert {one.label for one in answer.slots} <= {"date", "time"}
        assert {one.start for one in answer.slots} <= {start for start, _ in words}
        assert {one.end for one in answer.slots} <= {end for _, end in words}
        n_slots += len(answer.slots)
    assert n_slots > len(REQUESTS) / 2, "the checkpoint says too little to test this"


def test_answers_do_not_depend_on_the_company_they_are_asked_in(
    assistant: Assistant, release: Path
) -> None:
    together = assistant.predict_batch(REQUESTS)
    one_by_one = [assistant.predict_batch([request])[0] for request in REQUESTS]
    with closing(load(release, slots="slots", max_batch=4)) as narrow:
        in_fours = narrow.predict_batch(REQUESTS[::-1])[::-1]
    assert len({(one.intent_confidence, one.slots) for one in together}) > len(TEXTS)
    for others in (one_by_one, in_fours):
        assert all(map(alike, together, others))
    assert assistant.predict_batch([]) == []


@pytest.mark.parametrize("text", ["😀", "👩‍👩‍👧‍👦 👍🏽", "¿?", "w" * 9_999, "明天 " * 3_000])
def test_odd_and_long_texts_are_answered_as_far_as_the_models_reach(
    assistant: Assistant, text: str
) -> None:
    (answer,) = assistant.predict_batch([Request(text, "zh-CN", wants_reply=False)])
    assert answer.intent in INTENTS
    check_slots(text, answer.slots)


def test_of_a_text_without_a_piece_nothing_is_understood(tmp_path: Path) -> None:
    write_classifier(tmp_path / "intents", INTENTS)
    with closing(load(tmp_path)) as loaded:
        nothing, something = loaded.predict_batch(
            [Request("\u200b", "en-US", wants_reply=False), REQUESTS[0]]
        )
    assert (nothing.intent, nothing.error) == (None, None)
    assert something.intent in INTENTS


def test_the_answer_is_that_of_the_library(release: Path, assistant: Assistant) -> None:
    """The intent that the model alone, given the text alone, finds the likeliest."""
    model = AutoModelForSequenceClassification.from_pretrained(release / "intents").eval()
    tokenizer = AutoTokenizer.from_pretrained(release / "intents")
    (answer,) = assistant.predict_batch([Request(TEXTS[0], "en-US", wants_reply=False)])
    with torch.inference_mode():
        shares = model(**tokenizer(TEXTS[0], return_tensors="pt")).logits[0].softmax(-1)
    assert answer.intent == INTENTS[int(shares.argmax())]
    assert answer.intent_confidence == pytest.approx(float(shares.max()), abs=1e-4)


def test_a_classifier_of_intents_alone_finds_no_slots(tmp_path: Path) -> None:
    write_classifier(tmp_path / "intents", INTENTS)
    with closing(load(tmp_path)) as loaded:
        answers = loaded.predict_batch(REQUESTS)
        footprint = loaded.footprint()
    assert {one.slots for one in answers} == {()}
    assert answers[0].stages[0].version == "classifiers:intents"
    assert footprint.n_parameters


def test_the_footprint_is_that_of_both(release: Path, assistant: Assistant) -> None:
    with closing(load(release)) as alone:
        one = alone.footprint()
    both = assistant.footprint()
    assert (both.n_parameters or 0) > (one.n_parameters or 0) > 0
    sizes = [(release / name / "model.safetensors").stat().st_size for name in ("intents", "slots")]
    assert both.weights_bytes == sum(sizes)


def test_a_tag_that_is_none_fails_its_own_request_alone(assistant: Assistant) -> None:
    bad, good = assistant.predict_batch(
        [Request(TEXTS[0], "??"), Request(TEXTS[0], "en-US", wants_reply=False)]
    )
    assert "not a locale tag" in (bad.error or "")
    assert good.intent in INTENTS


def test_missing_or_headless_weights_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"no folder .*intents: put the weights there"):
        load(tmp_path)
    write_classifier(tmp_path / "intents", INTENTS)
    with pytest.raises(ModelUnavailable, match=r"no folder .*slots: put the weights there"):
        load(tmp_path, slots="slots")
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "intents")
    model.base_model.save_pretrained(tmp_path / "intents")
    with pytest.raises(ModelUnavailable, match=r"lacks 2 tensors of a BertForSequenceClass"):
        load(tmp_path)


def test_a_checkpoint_that_does_not_name_its_labels_is_unavailable(tmp_path: Path) -> None:
    write_classifier(tmp_path / "intents", ["LABEL_0", "LABEL_1"])
    with pytest.raises(ModelUnavailable, match="'intents' does not name its labels"):
        load(tmp_path)
