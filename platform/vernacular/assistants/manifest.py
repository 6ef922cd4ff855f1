"""The release manifest: a YAML file that says which stages answer, from which weights.

release: pocket-1
assistant: pocket
stages:
  nlu:
    engine: joint-encoder
    weights: pocket-1        # a folder beside the manifest, or a hub id
  reply:
    engine: templates
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vernacular.checked_yaml import Strict, read_checked

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,118}$"
"""Of releases and assistants: safe in a shell, an address and a file name."""

Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class JointEncoderStage(Strict):
    """Understanding by a joint intent and slot encoder (a transformers checkpoint)."""

    engine: Literal["joint-encoder"]
    weights: Annotated[str, Field(min_length=1)]
    """A folder, relative to the manifest, or a hub id such as ``team/name``."""
    revision: str | None = None
    """The hub revision; a commit hash makes the release repeatable."""
    device: str = "cpu"
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 128


class TemplateReplyStage(Strict):
    """Replies from the short templates per language that come with Vernacular."""

    engine: Literal["templates"]


class Stages(Strict):
    """The stages of a release; a release without ``reply`` understands but does not answer."""

    nlu: JointEncoderStage
    reply: TemplateReplyStage | None = None


class Manifest(Strict):
    """One release, as its manifest describes it."""

    release: Name
    assistant: Name
    description: str = ""
    trained_locales: tuple[str, ...] = ()
    """The locales the release was trained on; the others are zero-shot for it."""
    stages: Stages


def read_manifest(path: Path) -> Manifest:
    """Returns the manifest in the YAML file ``path``.

    Raises:
        InvalidInput: it cannot be read or says something unknown; with the line.
    """
    return read_checked(path, Manifest, kind="manifest", begins_with="release")
