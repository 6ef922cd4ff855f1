"""Turns prompts and pieces of answers into the tokens of one model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import TemplateError

from vernacular.assistants.in_context.prompt import Message, without_system, write_plainly

LONGEST_CONTEXT = 32_768
"""Tokens that a prompt and its answer may have where the model itself names no bound."""

_ANCHOR = "\n"


class PromptTokens:
    """A model's tokeniser, with its chat template where it has one."""

    def __init__(self, tokenizer: Any, config: Any) -> None:
        self._tokenizer = tokenizer
        self._chats = getattr(tokenizer, "chat_template", None) is not None
        self._knows_system = self._chats and self._renders_system()
        self._anchor = self._encode(_ANCHOR)
        text_config = config.get_text_config()
        bounds = (
            getattr(text_config, "max_position_embeddings", None),
            getattr(tokenizer, "model_max_length", None),
        )
        # Both say nothing in some checkpoints, by a missing, negative or astronomic number.
        self.context = min([LONGEST_CONTEXT, *(one for one in bounds if one and one > 0)])
        """Tokens of a prompt and its answer together."""

    def encode_prompt(self, messages: Sequence[Message]) -> list[int]:
        """Returns the tokens up to where the answer begins."""
        if self._chats:
            return self._encode(self._render(messages, knows_system=self._knows_system))
        ids: list[int] = self._tokenizer(write_plainly(messages))["input_ids"]
        if ids and ids[-1] == self._tokenizer.eos_token_id:
            ids.pop()
        return ids

    def encode_answers(self, answers: Sequence[str]) -> list[list[int]]:
        """Returns the tokens of texts that an answer may begin with."""
        # After a plain "Answer:" comes a space, which belongs to the token after it.
        before = "" if self._chats else " "
        return self.encode_fragments([before + answer for answer in answers])

    def encode_fragments(self, fragments: Sequence[str]) -> list[list[int]]:
        """Returns the tokens of texts as they are in the middle of another.

        Some tokenisers put a space before whatever they are given, so each text is given to them
        after a line break, whose tokens are taken off again.
        """
        n = len(self._anchor)
        anchored = self._tokenizer(
            [_ANCHOR + one for one in fragments], add_special_tokens=False, verbose=False
        )["input_ids"]
        return [
            ids[n:] if len(ids) > n and ids[:n] == self._anchor else self._encode(fragment)
            for ids, fragment in zip(anchored, fragments, strict=True)
        ]

    def _encode(self, text: str) -> list[int]:
        encoded = self._tokenizer(text, add_special_tokens=False, verbose=False)
        return list(encoded["input_ids"])

    def _render(self, messages: Sequence[Message], *, knows_system: bool) -> str:
        return str(
            self._tokenizer.apply_chat_template(
                list(messages) if knows_system else without_system(messages),
                tokenize=False,
                add_generation_prompt=True,
                # Templates of models that think aloud heed this, the others pass over it.
                enable_thinking=False,
            )
        )

    def _renders_system(self) -> bool:
        """Returns whether the chat template takes instructions in a message of their own."""
        said = [{"role": "system", "content": "instructions"}, {"role": "user", "content": "text"}]
        try:
            return "instructions" in self._render(said, knows_system=True)
        except TemplateError:
            return False
