"""What is expected after a prompt is what reading it all at once, alone, would say."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from tests.assistants.tiny_language_models import Family, write_language_model
from vernacular.assistants.engines.understanding import continuation as continuation_module
from vernacular.assistants.engines.understanding.continuation import Continuation

PROMPTS = [[5, 6, 7, 8, 9, 10, 11], [12], [13, 14, 15]]
CANDIDATES = [
    [20],
    [21, 22],
    [21, 23, 24],
    [25, 26, 27, 28, 29],
    [30, 31],
    *([i, i] for i in range(40, 55)),
]


@pytest.fixture(scope="module", params=["llama", "gpt2", "qwen2"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    family: Family = request.param
    folder = write_language_model(tmp_path_factory.mktemp("model"), family)
    return AutoModelForCausalLM.from_pretrained(folder).eval()


@torch.inference_mode()
def plain(model: Any, tokens: list[int]) -> torch.Tensor:
    """(tokens, vocabulary) log-probabilities, by one reading without padding or cache."""
    return model(input_ids=torch.tensor([tokens])).logits[0].float().log_softmax(-1)


def likelihood(model: Any, prompt: list[int], candidate: list[int]) -> float:
    expected = plain(model, prompt + candidate)
    at = len(prompt) - 1
    return sum(float(expected[at + i, token]) for i, token in enumerate(candidate))


def test_the_next_token_is_expected_as_without_padding(model: Any) -> None:
    expected = Continuation(model, PROMPTS).expected
    for row, prompt in enumerate(PROMPTS):
        torch.testing.assert_close(expected[row], plain(model, prompt)[-1], atol=1e-4, rtol=1e-4)


def test_what_is_appended_counts_for_its_own_prompt_alone(model: Any) -> None:
    made = Continuation(model, PROMPTS)
    added: list[list[int]] = [[], [], []]
    for step in ([[1], [2, 3, 4], []], [[], [], []], [[], [5], [6, 7]], [[8, 9, 10], [11], []]):
        made.append(step)
        for row, tokens in enumerate(step):
            added[row] += tokens
    for row, prompt in enumerate(PROMPTS):
        alone = plain(model, prompt + added[row])[-1]
        torch.testing.assert_close(made.expected[row], alone, atol=1e-4, rtol=1e-4)


def test_candidates_are_scored_by_all_their_tokens(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuation_module, "NEGLIGIBLE", -1.0)  # so that all are tried
    scores = Continuation(model, PROMPTS).score(CANDIDATES)
    wanted = [[likelihood(model, prompt, one) for one in CANDIDATES] for prompt in PROMPTS]
    torch.testing.assert_close(scores, torch.tensor(wanted), atol=1e-3, rtol=1e-4)


def test_what_is_not_worth_trying_changes_nothing_that_matters(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a bound that leaves many out, the winner and nearly all of its share are the same."""
    made = Continuation(model, PROMPTS)
    # Makes one candidate of each prompt so likely that most others need not be tried.
    made.append([[20], [20], [20]])
    favoured = [[int(one.argmax())] for one in made.expected]
    candidates = [*map(list, {tuple(one) for one in favoured}), *CANDIDATES]
    pruned = made.score(candidates)
    monkeypatch.setattr(continuation_module, "NEGLIGIBLE", -1.0)
    full = made.score(candidates)
    assert full.isfinite().all()
    assert pruned.argmax(1).tolist() == full.argmax(1).tolist()
    torch.testing.assert_close(pruned.softmax(-1), full.softmax(-1), atol=2e-3, rtol=0)


def test_scoring_leaves_the_prompts_as_they_were(model: Any) -> None:
    made = Continuation(model, PROMPTS)
    first = made.score(CANDIDATES)
    torch.testing.assert_close(made.score(CANDIDATES), first)
    made.append([[1], [2], [3]])
    alone = plain(model, [*PROMPTS[0], 1])[-1]
    torch.testing.assert_close(made.expected[0], alone, atol=1e-4, rtol=1e-4)


def test_a_prompt_that_was_read_once_goes_on_in_several_ways(model: Any) -> None:
    shared = Continuation(model, [PROMPTS[0]])
    for _ in range(2):
        spread = shared.spread(2)
        spread.append([[1, 2, 3], [4]])
        for row, tokens in enumerate([[1, 2, 3], [4]]):
            alone = plain(model, PROMPTS[0] + tokens)[-1]
            torch.testing.assert_close(spread.expected[row], alone, atol=1e-4, rtol=1e-4)
