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
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vernacular.errors import InvalidInput

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,118}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JointEncoderStage(_Strict):
    """Understanding by a joint intent and slot encoder (a transformers checkpoint)."""

    engine: Literal["joint-encoder"]
    weights: Annotated[str, Field(min_length=1)]
    """A folder, relative to the manifest, or a hub id such as ``team/name``."""
    revision: str | None = None
    """The hub revision; a commit hash makes the release repeatable."""
    device: str = "cpu"
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    max_batch: Annotated[int, Field(ge=1, le=4096)] = 128


class TemplateReplyStage(_Strict):
    """Replies from the short templates per language that come with Vernacular."""

    engine: Literal["templates"]


class Stages(_Strict):
    """The stages of a release; a release without ``reply`` understands but does not answer."""

    nlu: JointEncoderStage
    reply: TemplateReplyStage | None = None


class Manifest(_Strict):
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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the manifest cannot be read: {error}", file=str(path)) from error
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # The last two: a date that is none (2026-13-45), brackets ten thousand deep.
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise InvalidInput(f"not YAML: {problem}", file=str(path), line=line) from error
    if not isinstance(data, dict):
        raise InvalidInput("a manifest is a mapping that begins with 'release:'", file=str(path))
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        # Pydantic names the chosen engine as a step of the path; the file has no such step.
        steps = [step for step in first["loc"] if step not in ("joint-encoder", "templates")]
        raise InvalidInput(
            f"{first['msg'][0].lower()}{first['msg'][1:]}",
            file=str(path),
            line=_line_of(tree, steps),
            field=".".join(str(step) for step in steps),
        ) from error


def _line_of(node: Any, steps: list[Any]) -> int:
    """Returns the line of the deepest step that the YAML tree has."""
    line = int(node.start_mark.line) + 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
            if not found:
                return line
            key, node = found[0]
            line = int(key.start_mark.line) + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = int(node.start_mark.line) + 1
    return line
