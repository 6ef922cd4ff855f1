"""Replies by a local chat model, in the language of the request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from vernacular.assistants.contract import Footprint
from vernacular.assistants.engines.buckets import in_buckets
from vernacular.assistants.engines.loading import load_companion, load_model, model_footprint
from vernacular.assistants.engines.prompt_tokens import PromptTokens
from vernacular.assistants.reply_prompt import tidy_reply, write_reply_messages
from vernacular.assistants.stage_specs import ChatReplyStage
from vernacular.assistants.stages import Understood
from vernacular.assistants.weights import Weights, find_weights
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError


class ChatReplies:
    """A loaded chat model, or any causal language model; without a chat template it is asked to go
    on with a plain text."""

    def __init__(self, model: Any, tokenizer: Any, weights: Weights, spec: ChatReplyStage) -> None:
        self.version = f"chat:{weights.name}"
        self._model = model
        self._tokenizer = tokenizer
        self._weights = weights
        self._max_batch = spec.max_batch
        self._instructions = spec.instructions
        self._max_new_tokens = spec.max_new_tokens
        self._tokens = PromptTokens(tokenizer, model.config)
        self._is_chat_model = tokenizer.chat_template is not None
        self._padding = _find_padding(model, tokenizer)

    @classmethod
    def load(cls, spec: ChatReplyStage, root: Path) -> ChatReplies:
        """Loads a checkpoint from a folder below ``root`` or, by its id, from the hub.

        Raises:
            ModelUnavailable: there are no such weights, or they are not of this kind.
        """
        weights = find_weights(root, spec.weights, spec.revision)
        model = load_model(AutoModelForCausalLM.from_pretrained, weights, spec)
        tokenizer = load_companion(AutoTokenizer.from_pretrained, weights, spec)
        return cls(model, tokenizer, weights, spec)

    def reply_batch(self, requests: Sequence[Understood]) -> list[str | VernacularError]:
        """Returns one reply per request, in order; the likeliest words, so the same ones again."""
        results: list[str | VernacularError | None] = [None] * len(requests)
        prompts: dict[int, list[int]] = {}
        for place, request in enumerate(requests):
            try:
                prompts[place] = self._encode(request)
            except InvalidInput as error:
                results[place] = error
        said = in_buckets(
            list(prompts.values()),
            [len(ids) for ids in prompts.values()],
            self._max_batch,
            self._generate,
        )
        for place, one in zip(prompts, said, strict=True):
            results[place] = one if isinstance(one, VernacularError) else self._tidy(one)
        return [one for one in results if one is not None]

    def _encode(self, request: Understood) -> list[int]:
        messages = write_reply_messages(request, self._instructions)
        ids = self._tokens.encode_prompt(messages)
        if len(ids) + self._max_new_tokens > self._tokens.context:
            raise InvalidInput(
                f"takes {len(ids):,} tokens to ask and {self._max_new_tokens:,} to answer, which is"
                f" more than the {self._tokens.context:,} that {self._weights.name!r} can read",
                field="text",
            )
        return ids

    @torch.inference_mode()
    def _generate(self, prompts: list[list[int]]) -> list[str]:
        # The reply follows the last token of the prompt, so what pads stands before the first.
        n_prompt = max(len(ids) for ids in prompts)
        missing = [n_prompt - len(ids) for ids in prompts]
        input_ids = [[self._padding] * n + ids for n, ids in zip(missing, prompts, strict=True)]
        attention = [[0] * n + [1] * (n_prompt - n) for n in missing]
        device = self._model.device
        written = self._model.generate(
            input_ids=torch.tensor(input_ids, device=device),
            attention_mask=torch.tensor(attention, device=device),
            generation_config=GenerationConfig(
                do_sample=False,
                max_new_tokens=self._max_new_tokens,
                pad_token_id=self._padding,
                eos_token_id=self._ends(),
            ),
        )
        said: list[str] = self._tokenizer.batch_decode(
            written[:, n_prompt:], skip_special_tokens=True
        )
        return said

    def _ends(self) -> Any:
        """Returns the tokens that end a reply; chat models have one of their own for that."""
        ends = self._model.generation_config.eos_token_id
        return self._tokenizer.eos_token_id if ends is None else ends

    def _tidy(self, said: str) -> str | VernacularError:
        if not self._is_chat_model:
            # Such a model goes on with the next request.
            said = said.strip().partition("\n")[0]
        try:
            return tidy_reply(said)
        except InvalidInput as error:
            return error

    def footprint(self) -> Footprint:
        """Returns what the checkpoint weighs."""
        return model_footprint(self._model, self._weights)

    def close(self) -> None:
        """Lets go of the weights."""
        del self._model


def _find_padding(model: Any, tokenizer: Any) -> int:
    """Returns a token to fill up shorter prompts with, which the model does not look at.

    Some tokenisers have one for that which their model has no embedding for.

    Raises:
        ModelUnavailable: there is no such token, and none that ends a text.
    """
    n_known = model.config.get_text_config().vocab_size
    for token in (tokenizer.pad_token_id, tokenizer.eos_token_id):
        if token is not None and token < n_known:
            return int(token)
    raise ModelUnavailable(
        f"{tokenizer.name_or_path!r} has no token that ends a text: it is no language model, or its"
        " tokeniser is another model's"
    )
