"""Prompts that a causal language model has read once, and is asked to go on from."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Sequence
from typing import Any

import torch

N_AT_ONCE = 8
"""Candidates tried at once per prompt; each holds a copy of what the model keeps of the prompt."""
NEGLIGIBLE = 1e-3
"""The share of probability that candidates which are not worth trying may have together."""


class Continuation:
    """A batch of prompts, and what the model expects to follow each of them."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]]) -> None:
        """Reads the prompts, each a list of one or more tokens."""
        self._model = model
        accepted = inspect.signature(model.forward).parameters
        self._takes_positions = "position_ids" in accepted
        self._keeps_logits = "logits_to_keep" in accepted
        self._cache: Any = None
        self._mask = torch.zeros(len(prompts), 0, dtype=torch.long, device=model.device)
        self._expected = torch.empty(0, device=model.device)
        self.append(prompts)

    @property
    def expected(self) -> torch.Tensor:
        """(prompts, vocabulary) log-probability of each token to be the next."""
        return self._expected

    @torch.inference_mode()
    def spread(self, n: int) -> Continuation:
        """Returns ``n`` copies of a batch of one prompt, to be gone on from in ``n`` ways."""
        made = copy.copy(self)
        rows = torch.zeros(n, dtype=torch.long, device=self._mask.device)
        made._cache = self._copy_cache(rows)
        made._mask, made._expected = self._mask[rows], self._expected[rows]
        return made

    @torch.inference_mode()
    def append(self, tokens: Sequence[Sequence[int]]) -> None:
        """Writes tokens after each prompt; none where it is to stay as it is."""
        width = max(len(one) for one in tokens)
        if width == 0:
            return
        # Padded on the left, so that the last column is every prompt's last token.
        ids, mask = self._pad(tokens, width, on_left=True)
        everything = torch.cat([self._mask, mask], dim=1)
        logits, self._cache = self._forward(ids, everything, self._cache, n_kept=1)
        expected = logits[:, -1].log_softmax(-1)
        if self._expected.numel():
            silent = torch.tensor([not one for one in tokens], device=expected.device)
            expected[silent] = self._expected[silent]
        self._mask, self._expected = everything, expected

    @torch.inference_mode()
    def score(self, candidates: Sequence[Sequence[int]]) -> torch.Tensor:
        """Returns the log-likelihood of each candidate after each prompt, (prompts, candidates).

        No candidate is as likely as its first token alone, so the likeliest are tried first, and
        those that together can have no more than ``NEGLIGIBLE`` of the probability of the tried
        ones get minus infinity without being tried: usually all but a few.

        Args:
            candidates: lists of one or more tokens, of which none begins another.
        """
        n, width = len(candidates), max(len(one) for one in candidates)
        ids, mask = self._pad(candidates, width, on_left=False)
        scores = self._expected[:, ids[:, 0]]
        order = scores.argsort(dim=1, descending=True, stable=True)
        for tried in range(0, n if width > 1 else 0, N_AT_ONCE):
            chosen = order[:, tried : tried + N_AT_ONCE]
            scores.scatter_add_(1, chosen, self._score_rest(ids[chosen], mask[chosen]))
            left = order[:, tried + N_AT_ONCE :]
            mass = scores.gather(1, order[:, : tried + N_AT_ONCE]).logsumexp(1).exp()
            if (scores.gather(1, left).exp().sum(1) <= NEGLIGIBLE * mass).all():
                scores.scatter_(1, left, float("-inf"))
                break
        return scores

    def _score_rest(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Returns the log-likelihood of what follows the first tokens, (prompts, candidates).

        Args:
            ids: (prompts, candidates, width) the candidates, padded on the right.
            mask: 1 for their tokens.
        """
        n_prompts, n, _ = ids.shape
        rows = torch.arange(n_prompts, device=ids.device).repeat_interleave(n)
        cache = self._copy_cache(rows)
        ids, mask = ids.flatten(0, 1), mask.flatten(0, 1)
        everything = torch.cat([self._mask[rows], mask[:, :-1]], dim=1)
        logits, _ = self._forward(ids[:, :-1], everything, cache, n_kept=None)
        likely = logits.gather(2, ids[:, 1:, None])[..., 0] - logits.logsumexp(-1)
        return (likely * mask[:, 1:]).sum(1).view(n_prompts, n)

    def _copy_cache(self, rows: torch.Tensor) -> Any:
        """Returns what the model keeps of the prompts in ``rows``, to be written on in peace."""
        # Not every family's cache can be cut back to where it was, so each is written on once.
        cache = copy.deepcopy(self._cache)
        cache.reorder_cache(rows)
        return cache

    def _forward(
        self, ids: torch.Tensor, mask: torch.Tensor, cache: Any, n_kept: int | None
    ) -> tuple[torch.Tensor, Any]:
        """Returns the logits after each of the last ``n_kept`` tokens, or all, and the new cache.

        Args:
            ids: (rows, new tokens).
            mask: (rows, tokens so far and new ones).
            cache: what the model keeps of the tokens so far; None before the first.
            n_kept: saves the logits of a whole prompt, which are far larger than the model.
        """
        extras: dict[str, Any] = {}
        if self._takes_positions:
            positions = (mask.cumsum(1) - 1).clamp(min=0)
            extras["position_ids"] = positions[:, -ids.shape[1] :]
        if self._keeps_logits and n_kept is not None:
            extras["logits_to_keep"] = n_kept
        output = self._model(
            input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, **extras
        )
        return output.logits.float(), output.past_key_values

    def _pad(
        self, rows: Sequence[Sequence[int]], width: int, *, on_left: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns tokens and mask, (rows, width); what is masked is token 0."""
        ids, mask = [], []
        for row in rows:
            gap, full = [0] * (width - len(row)), [1] * len(row)
            ids.append([*gap, *row] if on_left else [*row, *gap])
            mask.append([*gap, *full] if on_left else [*full, *gap])
        device = self._model.device
        return torch.tensor(ids, device=device), torch.tensor(mask, device=device)
