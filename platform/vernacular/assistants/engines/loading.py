"""Loads checkpoints of any family, with one clear error for all the ways in which that fails."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from safetensors import SafetensorError
from transformers.utils import logging as transformers_logging

from vernacular.assistants.contract import Footprint
from vernacular.assistants.stage_specs import Engine
from vernacular.assistants.weights import Weights
from vernacular.errors import ModelUnavailable

transformers_logging.disable_progress_bar()

# What loading a checkpoint that is broken, of another kind or for another device is known to raise.
_UNLOADABLE = (
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    TypeError,
    RuntimeError,
    AssertionError,
    ImportError,
    MemoryError,
    SafetensorError,
)


@contextmanager
def named_failure(weights: Weights, device: str) -> Iterator[None]:
    """Turns whatever loading raises into one error that names the weights.

    Raises:
        ModelUnavailable: in place of what was raised.
    """
    try:
        yield
    except _UNLOADABLE as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise ModelUnavailable(
            f"the weights {weights.name!r} ({weights.source}) cannot be loaded for {device}:"
            f" {first}"
        ) from error


def load_model(load: Callable[..., Any], weights: Weights, engine: Engine) -> Any:
    """Returns a model, on its device and ready to answer.

    Args:
        load: the ``from_pretrained`` of its class.
        weights: what to load.
        engine: for which device and in which precision.

    Raises:
        ModelUnavailable: there are no such weights, they are not of this kind, or they do not fit
            into memory.
    """
    with named_failure(weights, engine.device):
        model, report = load(
            weights.source,
            revision=weights.revision or "main",
            dtype=getattr(torch, engine.dtype),
            output_loading_info=True,
        )
        if report["missing_keys"]:
            # The library fills what a file lacks with random numbers and only logs it.
            raise ValueError(
                f"it lacks {len(report['missing_keys'])} tensors of a {type(model).__name__}, among"
                f" them {min(report['missing_keys'])}"
            )
        return model.to(engine.device).eval()


def load_companion(load: Callable[..., Any], weights: Weights, engine: Engine) -> Any:
    """Returns the tokeniser, processor or feature extractor that lies beside a model's weights.

    Raises:
        ModelUnavailable: it is not there, or broken.
    """
    with named_failure(weights, engine.device):
        return load(weights.source, revision=weights.revision or "main")


def model_footprint(model: Any, weights: Weights) -> Footprint:
    """Returns what a loaded model weighs."""
    parameters = list(model.parameters())
    held = sum(one.numel() * one.element_size() for one in parameters)
    device = model.device
    if device.type == "cuda":
        peak = torch.cuda.max_memory_allocated(device)
    else:
        # The whole process, which on a host is the model's; bytes on macOS, kilobytes elsewhere.
        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return Footprint(
        n_parameters=sum(one.numel() for one in parameters),
        weights_bytes=held if weights.n_bytes is None else weights.n_bytes,
        device=str(device),
        peak_memory_bytes=peak,
    )
