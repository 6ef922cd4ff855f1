"""Gives memory back that a closed release has let go of."""

from __future__ import annotations

import gc
import sys


def free_memory() -> None:
    """Collects what nothing refers to any more, and returns cached blocks of GPUs to the driver.

    Knows torch only where a release has loaded it, so that a host of remote stages never does.
    """
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
