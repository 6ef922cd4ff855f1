"""Understanding by a causal language model, zero-shot or from examples, held to the labels."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.engines.prompt_tokens import PromptTokens
from vernacular.assistants.engines.understanding.continuation import Continuation
from vernacular.assistants.in_context.example_pool import ExamplePool, load_pool
from vernacular.assistants.in_context.prompt import ANSWER_OPENING, quote_inside, write_messages
from vernacular.assistants.in_context.slot_grammar import SlotGrammar, SlotWriter
from vernacular.assistants.stage_specs import CausalModelStage
from vernacular.assistants.stages import Typed, Understanding
from vernacular.assistants.weights import Weights, find_weights
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

MAX_SLOT_TOKENS = 256
"""Tokens of all slots of an answer; what is open when they are used up is dropped."""
MAX_SLOT_SHARE = 0.25
"""Of the model's context, where that is short."""


class InContextNlu:
    """A loaded causal model with the examples it may be shown.

    The intent is the label whose whole text, closing quote included, the model finds the most
    likely to follow the prompt. Since no label then begins another, these likelihoods add up, and
    the confidence is the chosen one's share of all candidates'. They are not divided by length: the
    pieces of a label after its first ones are next to certain, and dividing would favour labels of
    many pieces. The share says how the model weighs the labels that it was given, not how often it
    is right; it shifts with wording and examples and is to be calibrated before a threshold is
    taken from it.

    The slots are then written token by token, each the likeliest that keeps to the labels and to
    whole words of the request (`slot_grammar`).
    """

    def __init__(
        self, model: Any, tokens: PromptTokens, weights: Weights, pool: ExamplePool, max_batch: int
    ) -> None:
        self.version = f"in-context:{weights.name}"
        self._model = model
        self._tokens = tokens
        self._weights = weights
        self._pool = pool
        self._max_batch = max_batch
        labels = pool.labels
        # With what follows the quote, for tokenisers make one token of both.
        after = '",' if labels.slots else '"}'
        answers = tokens.encode_answers(
            [f"{ANSWER_OPENING}{quote_inside(intent)}{after}" for intent in labels.intents]
        )
        n_common = _count_common(answers)
        self._opening = answers[0][:n_common]
        self._intents = [answer[n_common:] for answer in answers]
        self._slots = SlotGrammar(labels.slots, tokens.encode_fragments) if labels.slots else None
        self._max_slot_tokens = min(MAX_SLOT_TOKENS, int(tokens.context * MAX_SLOT_SHARE))
        self._max_prompt = tokens.context - max(map(len, answers)) - self._max_slot_tokens
        # All prompts begin with the instructions, which name all labels and are most of a prompt:
        # they are read once.
        different = [write_messages(labels, [], Typed(one, one)) for one in ("a", "b")]
        prompts = [tokens.encode_prompt(messages) for messages in different]
        self._shared = prompts[0][: _count_common(prompts)]
        self._after_shared: Continuation | None = None
        if len(self._shared) >= self._max_prompt:
            raise ModelUnavailable(
                f"{weights.name!r} reads {tokens.context:,} tokens, and the labels alone take"
                f" {len(self._shared):,}: name fewer, or take a model of longer context"
            )

    @classmethod
    def load(
        cls, stage: CausalModelStage, root: Path, withheld: Collection[tuple[str, str]] = ()
    ) -> InContextNlu:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Args:
            stage: what the manifest says.
            root: the folder that relative names start from.
            withheld: (locale, text) of utterances that are never shown to the model.

        Raises:
            ModelUnavailable: there are no such weights, they are not of this kind, or the labels
                are more than the model can read.
            InvalidInput: the file of examples is wrong.
        """
        weights = find_weights(root, stage.weights, stage.revision)
        pool = load_pool(stage, root, withheld)
        model = load_model(AutoModelForCausalLM.from_pretrained, weights, stage)
        if "past_key_values" not in inspect.signature(model.forward).parameters:
            raise ModelUnavailable(
                f"{stage.weights!r} ({type(model).__name__}) keeps nothing of a prompt to go on"
                " from: take a model with attention"
            )
        tokenizer = load_companion(AutoTokenizer.from_pretrained, weights, stage)
        tokens = PromptTokens(tokenizer, model.config)
        return cls(model, tokens, weights, pool, stage.max_batch)

    def understand_batch(self, requests: Sequence[Typed]) -> list[Understanding | VernacularError]:
        """Returns what was understood of each request, in order."""
        prompts = [self._write_prompt(request) for request in requests]
        fitting = [i for i, prompt in enumerate(prompts) if isinstance(prompt, list)]
        results: list[Any] = list(prompts)
        found = in_buckets(
            fitting,
            [len(results[i]) for i in fitting],
            self._max_batch,
            lambda chosen: self._answer(
                [requests[i] for i in chosen], [results[i] for i in chosen]
            ),
        )
        for i, one in zip(fitting, found, strict=True):
            results[i] = one
        return results

    def _write_prompt(self, request: Typed) -> list[int] | VernacularError:
        """Returns the tokens of the prompt, with as many of the examples as the model can read."""
        try:
            shots = self._pool.choose(request)
        except InvalidInput as error:
            return error
        while True:
            messages = write_messages(self._pool.labels, shots, request)
            prompt = self._tokens.encode_prompt(messages)
            n_tokens = len(prompt) + len(self._opening)
            if n_tokens <= self._max_prompt:
                return [*prompt, *self._opening]
            if not shots:
                return InvalidInput(
                    f"the request takes {n_tokens:,} tokens with the labels and no example; the"
                    f" model reads {self._max_prompt:,}: ask for less, or take a model of longer"
                    " context",
                    field="text",
                )
            shots = shots[1:]

    def _answer(
        self, requests: Sequence[Typed], prompts: Sequence[Sequence[int]]
    ) -> list[Understanding]:
        continuation = self._read(prompts)
        sure, best = continuation.score(self._intents).softmax(-1).max(-1)
        chosen = best.tolist()
        slots: list[Any] = [()] * len(requests)
        if self._slots is not None:
            opening = self._slots.opening
            continuation.append([[*self._intents[intent], *opening] for intent in chosen])
            slots = self._write_slots(self._slots, continuation, requests)
        return [
            Understanding(self._pool.labels.intents[intent], confidence, found)
            for intent, confidence, found in zip(chosen, sure.tolist(), slots, strict=True)
        ]

    def _read(self, prompts: Sequence[Sequence[int]]) -> Continuation:
        """Returns what follows each of the prompts, of which the shared part is read before."""
        n = len(self._shared)
        if n == 0 or any(list(prompt[:n]) != self._shared for prompt in prompts):
            return Continuation(self._model, prompts)
        if self._after_shared is None:
            self._after_shared = Continuation(self._model, [self._shared])
        continuation = self._after_shared.spread(len(prompts))
        continuation.append([prompt[n:] for prompt in prompts])
        return continuation

    def _write_slots(
        self, grammar: SlotGrammar, continuation: Continuation, requests: Sequence[Typed]
    ) -> list[Any]:
        writers = [
            SlotWriter(grammar, one.text, one.locale, self._max_slot_tokens) for one in requests
        ]
        while True:
            written: list[list[int]] = []
            for row, writer in enumerate(writers):
                allowed = writer.allowed
                if allowed:
                    likely = continuation.expected[row, torch.tensor(allowed)].argmax()
                    written.append(writer.take(allowed[int(likely)]))
                else:
                    written.append([])
            if not any(writer.allowed for writer in writers):
                return [writer.slots for writer in writers]
            continuation.append(written)

    def footprint(self) -> Footprint:
        """Returns what the checkpoint weighs."""
        return model_footprint(self._model, self._weights)

    def close(self) -> None:
        """Lets go of the weights."""
        self._after_shared = None
        del self._model


def _count_common(answers: Sequence[Sequence[int]]) -> int:
    """Returns with how many tokens all answers begin; at least one of each is left over."""
    shortest = min(map(len, answers)) - 1
    first = answers[0]
    for at in range(shortest):
        if any(answer[at] != first[at] for answer in answers):
            return at
    return shortest
