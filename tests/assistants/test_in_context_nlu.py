"""Language models of three families, held to labels and words whatever their weights say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.assistants.tiny_checkpoint import INTENTS, TEXTS, write_checkpoint
from tests.assistants.tiny_language_models import (
    CHAT_TEMPLATE,
    LABELS,
    TEMPLATE_WITHOUT_SYSTEM,
    write_in_context_manifest,
    write_language_model,
)
from vernacular.assistants.contract import Answer, Assistant, Request
from vernacular.assistants.engines.prompt_tokens import PromptTokens
from vernacular.assistants.in_context.examples import Example, write_examples
from vernacular.assistants.in_context.prompt import write_answer, write_messages
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import read_manifest
from vernacular.assistants.stages import Typed
from vernacular.corpus.annotation import check_slots
from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.errors import InvalidInput, ModelUnavailable

LOCALES = ("en-US", "en-US", "sw-KE", "he-IL", "zh-CN", "ar-SA")
REQUESTS = [
    Request(text, locale, wants_reply=False) for text, locale in zip(TEXTS, LOCALES, strict=True)
]
EXAMPLES = [
    Example("en-US", "wake me at six", "alarm_set", (Slot("time", 11, 14),)),
    Example("en-US", "hello there", "general_greet"),
    Example("sw-KE", "zima taa", "iot_hue_lightoff"),
    Example("zh-CN", "明天天气", "weather_query", (Slot("date", 0, 2),)),
]


def load(folder: Path, withheld: list[tuple[str, str]] | None = None, **nlu: object) -> Assistant:
    manifest = read_manifest(write_in_context_manifest(folder, **nlu))
    return load_assistant(manifest, folder, withheld=withheld or [])


def put_examples(folder: Path) -> str:
    with (folder / "examples.jsonl").open("w", encoding="utf-8", newline="\n") as target:
        write_examples(EXAMPLES, target)
    return "examples.jsonl"


def ask(assistant: Assistant, *texts: str, locale: str = "en-US") -> list[Answer]:
    return assistant.predict_batch([Request(text, locale, wants_reply=False) for text in texts])


def alike(answer: Answer, other: Answer) -> bool:
    """Whether two answers to one request are the same but for rounding and time."""
    return (answer.intent, answer.slots) == (other.intent, other.slots) and (
        answer.intent_confidence == pytest.approx(other.intent_confidence, abs=2e-3)
    )


def check_answer(text: str, locale: str, answer: Answer) -> None:
    """An answer names known labels and whole words only."""
    assert answer.error is None
    assert answer.intent in INTENTS
    assert answer.intent_confidence is not None
    assert 1 / len(INTENTS) - 1e-6 <= answer.intent_confidence <= 1.0001
    words = split_words(text, find_locale(locale).slot_unit)
    check_slots(text, answer.slots)
    for slot in answer.slots:
        assert slot.label in LABELS.slots
        assert slot.start in {start for start, _ in words}
        assert slot.end in {end for _, end in words}


@pytest.fixture(
    scope="module",
    params=[
        ("llama", "bytes", CHAT_TEMPLATE),
        ("llama", "letters", None),
        ("gpt2", "bytes", None),
        ("qwen2", "bytes", TEMPLATE_WITHOUT_SYSTEM),
    ],
    ids=lambda given: f"{given[0]}-{given[1]}",
)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a language model and examples."""
    family, pieces, template = request.param
    folder = tmp_path_factory.mktemp("release")
    write_language_model(folder / "weights", family, pieces=pieces, chat_template=template)
    put_examples(folder)
    return folder


@pytest.fixture(scope="module")
def assistant(release: Path) -> Iterator[Assistant]:
    with closing(load(release, examples="examples.jsonl")) as loaded:
        yield loaded


def test_every_request_is_answered_with_known_labels_and_its_own_words(
    assistant: Assistant,
) -> None:
    for request, answer in zip(REQUESTS, assistant.predict_batch(REQUESTS), strict=True):
        check_answer(request.text or "", request.locale, answer)
        assert [stage.version for stage in answer.stages] == ["in-context:weights"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(alphabet='ab c"\\<[\n早上五\u0301क\u093f👩\u200d', min_size=1, max_size=20).filter(
        str.strip
    ),
    locale=st.sampled_from(["en-US", "zh-CN", "hi-IN"]),
)
def test_no_text_leads_out_of_the_labels_and_words(
    assistant: Assistant, text: str, locale: str
) -> None:
    (answer,) = ask(assistant, text, locale=locale)
    check_answer(text, locale, answer)


@pytest.mark.parametrize("seed", range(5))
def test_no_weights_lead_out_of_the_labels_and_words(tmp_path: Path, seed: int) -> None:
    family = ("llama", "gpt2", "qwen2")[seed % 3]
    write_language_model(tmp_path / "weights", family, seed=seed, std=1.0)
    with closing(load(tmp_path)) as loaded:
        for request, answer in zip(REQUESTS, loaded.predict_batch(REQUESTS), strict=True):
            check_answer(request.text or "", request.locale, answer)


def test_answers_do_not_depend_on_the_company_they_are_asked_in(
    assistant: Assistant, release: Path
) -> None:
    together = assistant.predict_batch(REQUESTS)
    one_by_one = [assistant.predict_batch([request])[0] for request in REQUESTS]
    backwards = assistant.predict_batch(REQUESTS[::-1])[::-1]
    with closing(load(release, examples="examples.jsonl", max_batch=2)) as narrow:
        in_twos = narrow.predict_batch(REQUESTS)
    for others in (one_by_one, backwards, in_twos):
        assert all(map(alike, together, others))
    assert assistant.predict_batch([]) == []


def test_the_confidence_is_the_share_of_the_likelihoods_of_all_labels(tmp_path: Path) -> None:
    """Worked out by reading every answer whole, one at a time."""
    write_language_model(tmp_path / "weights")
    with closing(load(tmp_path)) as loaded:
        (answer,) = ask(loaded, "wake me up")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "weights").eval()
    tokens = PromptTokens(AutoTokenizer.from_pretrained(tmp_path / "weights"), model.config)
    prompt = tokens.encode_prompt(write_messages(LABELS, [], Typed("wake me up", "en-US")))
    likely = []
    for one in tokens.encode_answers([f'{{"intent": "{intent}",' for intent in INTENTS]):
        with torch.inference_mode():
            expected = model(input_ids=torch.tensor([prompt + one])).logits[0].log_softmax(-1)
        places = range(len(prompt) - 1, len(prompt) + len(one) - 1)
        likely.append(sum(expected[at, token] for at, token in zip(places, one, strict=True)))
    shares = torch.stack(likely).softmax(0)
    assert answer.intent == INTENTS[int(shares.argmax())]
    assert answer.intent_confidence == pytest.approx(float(shares.max()), abs=2e-3)


def test_examples_are_shown_and_withheld_ones_are_not(tmp_path: Path) -> None:
    """To a model from which all are withheld it is as if there were none."""
    write_language_model(tmp_path / "weights")
    file = put_examples(tmp_path)
    everything = [(one.locale, f"{one.text.upper()}!") for one in EXAMPLES]
    found = []
    for options in ({}, {"examples": file}, {"examples": file, "withheld": everything}):
        with closing(load(tmp_path, **options)) as loaded:  # type: ignore[arg-type]
            found.append(loaded.predict_batch(REQUESTS))
    zero_shot, few_shot, nothing_left = found
    assert all(map(alike, zero_shot, nothing_left))
    assert not any(map(alike, zero_shot, few_shot))


def test_labels_come_from_the_examples_where_none_are_named(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights")
    with closing(load(tmp_path, examples=put_examples(tmp_path), intents=[], slots=[])) as loaded:
        for request, answer in zip(REQUESTS, loaded.predict_batch(REQUESTS), strict=True):
            check_answer(request.text or "", request.locale, answer)
            assert {one.label for one in answer.slots} <= {"time", "date"}


def test_without_slot_labels_intents_alone_are_found(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights")
    with closing(load(tmp_path, slots=[])) as loaded:
        assert {answer.slots for answer in loaded.predict_batch(REQUESTS)} == {()}


def test_one_intent_is_certain(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights")
    with closing(load(tmp_path, intents=["alarm_set"])) as loaded:
        (answer,) = ask(loaded, "hello")
    assert (answer.intent, answer.intent_confidence) == ("alarm_set", 1.0)


def count_prompt(folder: Path, shots: list[Example], text: str) -> int:
    """The tokens of a prompt by the tokeniser of ``folder``."""
    tokenizer = AutoTokenizer.from_pretrained(folder / "weights")
    tokens = PromptTokens(
        tokenizer, AutoModelForCausalLM.from_pretrained(folder / "weights").config
    )
    return len(tokens.encode_prompt(write_messages(LABELS, shots, Typed(text, "en-US"))))


def test_a_short_context_gets_fewer_examples_and_then_an_error_for_that_request(
    tmp_path: Path,
) -> None:
    write_language_model(tmp_path / "weights")
    file = put_examples(tmp_path)
    bare, long = "wake me", "wake me up " * 300
    # A quarter is kept for the slots and a little for the intent.
    context = int((count_prompt(tmp_path, EXAMPLES[:2], bare) + 60) / 0.75)
    write_language_model(tmp_path / "weights", context=context)
    answers = []
    for n_shots in range(5):
        with closing(load(tmp_path, examples=file, n_shots=n_shots)) as loaded:
            first, refused, last = ask(loaded, bare, long, bare)
        assert refused.intent is None
        assert "the request takes" in (refused.error or "")
        assert alike(first, last)
        answers.append(first)
    assert not alike(answers[0], answers[1])
    assert alike(answers[3], answers[4]), "the third or fourth example has room after all"


def test_labels_that_the_model_cannot_read_at_all_are_unavailable(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights", context=64)
    with pytest.raises(ModelUnavailable, match="reads 64 tokens, and the labels alone take"):
        load(tmp_path)


def test_a_tag_that_is_none_fails_its_own_request_alone(assistant: Assistant) -> None:
    bad, good = assistant.predict_batch(
        [Request("wake me", "??"), Request("wake me", "en-US", wants_reply=False)]
    )
    assert "not a locale tag" in (bad.error or "")
    assert good.intent in INTENTS


def test_weights_that_are_no_language_model_are_unavailable(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "weights")
    with pytest.raises(ModelUnavailable, match=r"'weights' .* cannot be loaded"):
        load(tmp_path)


def test_a_wrong_line_of_examples_is_named(tmp_path: Path) -> None:
    write_language_model(tmp_path / "weights")
    (tmp_path / "examples.jsonl").write_text('{"text": 1}\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"examples\.jsonl:1: "):
        load(tmp_path, examples="examples.jsonl")


def test_the_footprint_counts_the_weights(assistant: Assistant) -> None:
    footprint = assistant.footprint()
    assert footprint.n_parameters
    assert footprint.device == "cpu"


def test_what_a_model_has_learnt_decides_its_answers(tmp_path: Path) -> None:
    """A model that was taught two answers by heart gives them, intent, confidence and slot."""
    taught = [
        Example("en-US", "wake me up at five am", "alarm_set", (Slot("time", 14, 21),)),
        Example(
            "en-US",
            "turn off the light in the kitchen",
            "iot_hue_lightoff",
            (Slot("house_place", 26, 33),),
        ),
    ]
    folder = write_language_model(tmp_path / "weights", std=0.05, hidden=32)
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokens = PromptTokens(AutoTokenizer.from_pretrained(folder), model.config)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    rows = []
    for one in taught:
        prompt = tokens.encode_prompt(write_messages(LABELS, [], Typed(one.text, one.locale)))
        (answer,) = tokens.encode_answers([write_answer(LABELS, one)])
        rows.append((torch.tensor([prompt + answer]), len(prompt)))
    for _ in range(60):
        for ids, n_prompt in rows:
            labels = ids.clone()
            labels[:, :n_prompt] = -100
            model(input_ids=ids, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    model.save_pretrained(folder)
    with closing(load(tmp_path)) as loaded:
        answers = ask(loaded, *(one.text for one in taught))
    assert [one.intent for one in answers] == ["alarm_set", "iot_hue_lightoff"]
    assert [one.slots for one in answers] == [one.slots for one in taught]
    assert all((one.intent_confidence or 0) > 0.9 for one in answers)
