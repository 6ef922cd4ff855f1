"""The joint intent and slot encoder as an ordinary transformers model.

One text encoder of any family (BERT, XLM-R, DistilBERT, ...), a head for the intent of the whole
utterance and a head for the slot label of each word. Kept apart from the serving code so that the
training script and the engine share exactly one definition of the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.utils.generic import ModelOutput

OUTSIDE = "Other"
"""The slot label of a word that belongs to no slot (MASSIVE's name for it)."""


class JointEncoderConfig(PretrainedConfig):
    """What a joint checkpoint says of itself in ``config.json``.

    ``encoder`` is the configuration of the text encoder, with its own ``model_type``; ``locales``
    may be empty, in which case the checkpoint has no locale embedding. ``word_pooling`` tells what
    a word is read from: its first piece (as MASSIVE's XLM-R does) or its first and last together.
    """

    model_type = "joint-intent-slot"
    sub_configs: ClassVar[dict[str, Any]] = {"encoder": AutoConfig}

    def __init__(
        self,
        encoder: dict[str, Any] | PretrainedConfig | None = None,
        intent_labels: list[str] | None = None,
        slot_labels: list[str] | None = None,
        locales: list[str] | None = None,
        word_pooling: str = "first_last",
        head_dropout: float = 0.1,
        **kwargs: Any,
    ) -> None:
        if isinstance(encoder, dict):
            settings = dict(encoder)
            encoder = AutoConfig.for_model(settings.pop("model_type"), **settings)
        self.encoder = encoder
        self.intent_labels = list(intent_labels or [])
        self.slot_labels = list(slot_labels or [OUTSIDE])
        self.locales = list(locales or [])
        self.word_pooling = word_pooling
        self.head_dropout = head_dropout
        super().__init__(**kwargs)


@dataclass
class JointOutput(ModelOutput):
    """Logits of one batch."""

    intent_logits: torch.Tensor | None = None
    """(batch, intents)"""
    slot_logits: torch.Tensor | None = None
    """(batch, words, labels)"""


class JointEncoder(PreTrainedModel):
    """Reads a batch of tokenised utterances and returns intent and slot logits."""

    config_class = JointEncoderConfig
    base_model_prefix = "joint"
    supports_gradient_checkpointing = False
    _supports_sdpa = True

    def __init__(self, config: JointEncoderConfig) -> None:
        super().__init__(config)
        if config.encoder is None:
            raise ValueError("config.json names no encoder")
        self.encoder = AutoModel.from_config(config.encoder)
        hidden = config.encoder.hidden_size
        # Row 0 stands for "no locale known"; training falls back to it at random, so that a
        # locale the checkpoint never saw is served by a vector that has been trained.
        self.locale_embedding = (
            nn.Embedding(len(config.locales) + 1, hidden) if config.locales else None
        )
        self.dropout = nn.Dropout(config.head_dropout)
        self.intent_dense = nn.Linear(2 * hidden, 2 * hidden)
        self.intent_head = nn.Linear(2 * hidden, len(config.intent_labels))
        pieces_per_word = 2 if config.word_pooling == "first_last" else 1
        self.slot_head = nn.Linear(pieces_per_word * hidden, len(config.slot_labels))
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            module.weight.data.normal_(mean=0.0, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            module.bias.data.zero_()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        first_piece: torch.Tensor,
        last_piece: torch.Tensor,
        locale_ids: torch.Tensor | None = None,
    ) -> JointOutput:
        """Returns the logits of one padded batch.

        Args:
            input_ids: (batch, pieces) token ids.
            attention_mask: (batch, pieces), 1 for real pieces.
            first_piece: (batch, words) position of the first piece of each word; 0 where padded.
            last_piece: (batch, words) position of the last piece of each word; 0 where padded.
            locale_ids: (batch,) index into ``config.locales`` plus one; 0 where unknown.
        """
        embedded = self.encoder.get_input_embeddings()(input_ids)
        if self.locale_embedding is not None:
            if locale_ids is None:
                locale_ids = torch.zeros_like(input_ids[:, 0])
            embedded = embedded + self.locale_embedding(locale_ids).unsqueeze(1)
        states = self.encoder(
            inputs_embeds=embedded, attention_mask=attention_mask
        ).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        rows = torch.arange(states.shape[0], device=states.device).unsqueeze(1)
        return JointOutput(
            intent_logits=self._read_intents(states[:, 0], mean),
            slot_logits=self._read_slots(states[rows, first_piece], states[rows, last_piece]),
        )

    @property
    def packs(self) -> bool:
        """True if ``forward_packed`` works: the family takes positions and masks as they are."""
        return (
            self.config.encoder.model_type in _FIRST_POSITION
            and self.encoder.config._attn_implementation == "sdpa"
        )

    def forward_packed(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        owners: torch.Tensor,
        starts: torch.Tensor,
        first_piece: torch.Tensor,
        last_piece: torch.Tensor,
        locale_ids: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns intent logits (utterances, intents) and slot logits (words, labels).

        The utterances lie side by side, as ``packing.pack`` lays them.

        Args:
            tokens: (rows, length) token ids.
            positions: (rows, length) of each token within its utterance.
            owners: (rows, length) 1 + the number of the utterance; 0 where there is none.
            starts: (utterances,) where each begins, counted row by row.
            first_piece: (words,) where the first piece of each word of any utterance is, likewise.
            last_piece: (words,) where the last is.
            locale_ids: (utterances,) index into ``config.locales`` plus one; 0 where unknown.
        """
        embedded = self.encoder.get_input_embeddings()(tokens)
        if self.locale_embedding is not None:
            of_owner = nn.functional.pad(locale_ids, (1, 0))
            embedded = embedded + self.locale_embedding(of_owner[owners])
        config = self.config.encoder
        states = self.encoder(
            inputs_embeds=embedded,
            attention_mask=owners[:, None, :, None] == owners[:, None, None, :],
            position_ids=positions + _FIRST_POSITION[config.model_type](config),
        ).last_hidden_state.flatten(0, 1)
        of_token = owners.flatten()
        # In half precision, sums would lose what the means are told apart by.
        sums = states.new_zeros((len(starts) + 1, states.shape[1]), dtype=torch.float32)
        sums.index_add_(0, of_token, states.float())
        n_tokens = torch.bincount(of_token, minlength=len(starts) + 1)
        mean = (sums[1:] / n_tokens[1:, None]).to(states.dtype)
        return (
            self._read_intents(states[starts], mean),
            self._read_slots(states[first_piece], states[last_piece]),
        )

    def _read_intents(self, first: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
        """Returns intent logits from the states (utterances, hidden) of the first token and of all
        together."""
        whole = self.dropout(torch.cat([first, mean], dim=-1))
        whole = nn.functional.gelu(self.intent_dense(whole))
        return self.intent_head(self.dropout(whole))

    def _read_slots(self, first: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        """Returns slot logits from the states (..., hidden) of words' first and last pieces."""
        if self.config.word_pooling == "first_last":
            first = torch.cat([first, last], dim=-1)
        return self.slot_head(first)


def _after_padding(config: PretrainedConfig) -> int:
    return config.pad_token_id + 1


# What the first token's position is called, by family. Others number positions in ways of their
# own, or take none; they are padded.
_FIRST_POSITION: dict[str, Callable[[PretrainedConfig], int]] = {
    "bert": lambda _: 0,
    "roberta": _after_padding,
    "xlm-roberta": _after_padding,
}

AutoConfig.register(JointEncoderConfig.model_type, JointEncoderConfig)
AutoModel.register(JointEncoderConfig, JointEncoder)
