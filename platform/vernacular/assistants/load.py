"""Loads the release that a manifest describes into this process."""

from __future__ import annotations

from pathlib import Path

from vernacular.assistants.contract import Assistant
from vernacular.assistants.manifest import Manifest
from vernacular.assistants.pipeline import Pipeline
from vernacular.assistants.replies import TemplateReplies
from vernacular.errors import ModelUnavailable

INSTALL = "install the model extra: pip install 'vernacular[models]' -c constraints.txt"


def load_assistant(manifest: Manifest, root: Path, threads: int = 1) -> Assistant:
    """Returns the release, loaded and ready to answer.

    Args:
        root: the folder that relative weights start from.
        threads: how many CPU threads torch may use; more than the free cores makes it slower.

    Raises:
        ModelUnavailable: torch is not installed, or the weights cannot be loaded.
    """
    try:
        # Here and not above: torch and transformers take seconds to import, and the faces that
        # only name a release must not pay for them.
        from vernacular.assistants.engines.joint_nlu import JointNlu  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"{error.name} is not installed: {INSTALL}") from error
    nlu = JointNlu.load(manifest.stages.nlu, root, threads=threads)
    replies = TemplateReplies() if manifest.stages.reply is not None else None
    return Pipeline(nlu, replies)
