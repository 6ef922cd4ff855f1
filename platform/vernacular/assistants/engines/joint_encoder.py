"""The joint intent and slot encoder as an ordinary transformers model.

One text encoder of any family (BERT, XLM-R, DistilBERT, ...), a head for the intent of the whole
utterance and a head for the slot label of each word. Kept apart from the serving code so that the
training script and the engine share exactly one definition of the network.
"""

from __future__ import annotations

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
        whole = self.dropout(torch.cat([states[:, 0], mean], dim=-1))
        whole = nn.functional.gelu(self.intent_dense(whole))
        intent_logits = self.intent_head(self.dropout(whole))

        rows = torch.arange(states.shape[0], device=states.device).unsqueeze(1)
        words = states[rows, first_piece]
        if self.config.word_pooling == "first_last":
            words = torch.cat([words, states[rows, last_piece]], dim=-1)
        return JointOutput(intent_logits=intent_logits, slot_logits=self.slot_head(words))


AutoConfig.register(JointEncoderConfig.model_type, JointEncoderConfig)
AutoModel.register(JointEncoderConfig, JointEncoder)
