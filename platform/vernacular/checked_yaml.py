"""Reads YAML files that people write into checked shapes; what is wrong is named with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from vernacular.errors import InvalidInput

MAX_FILE_BYTES = 256 * 2**10
"""A policy that names a thousand locales one by one has some 20 KB."""
MAX_PROBLEMS = 20
"""Told of one file; the others are counted."""


class Strict(BaseModel):
    """A part of such a file: fields it does not know are refused, its values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Shape = TypeVar("Shape", bound=Strict)


def spelt(pattern: str, allowed: str) -> AfterValidator:
    """Returns the check of a text that the whole ``pattern`` must fit; where it does not, the
    message names what is ``allowed`` in words and not as a pattern."""

    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise ValueError(f"is {allowed}; got {value!r:.80}")
        return value

    return AfterValidator(check)


_OWN_WORDS = {
    "dict_type": "a mapping is expected",
    "dataclass_type": "a mapping is expected",
    "extra_forbidden": "there is no such field",
    "missing": "is required",
    "model_type": "a mapping is expected",
    "string_type": "a text is expected; quote what YAML takes for a number or a date: '1.10'",
    "tuple_type": "a list is expected",
    "unexpected_keyword_argument": "there is no such field",
    "union_tag_not_found": "is required",
}
"""What is said of common mistakes, by pydantic's type of error; its own words are Python's."""


def read_checked(path: Path, shape: type[Shape], *, kind: str, begins_with: str) -> Shape:
    """Returns what the YAML file ``path`` says.

    Args:
        path: the file.
        shape: what it must look like.
        kind: what such a file is called in messages, such as "manifest".
        begins_with: the field that such files begin with, for those that are no mapping at all.

    Raises:
        InvalidInput: the file cannot be read, is too large, is no YAML, says a thing twice, or says
            something that the shape refuses; with the line and the field, as `join_problems` has it
            where the shape refuses several things.
    """
    text = _read_text(path, kind)
    tree, data = _parse(text, path)
    if not isinstance(data, dict):
        raise InvalidInput(
            f"a {kind} is a mapping that begins with '{begins_with}:'", file=str(path)
        )
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        problems: dict[Any, InvalidInput] = {}
        for one in error.errors():
            problem = _problem(tree, one, path)
            # Where either of two shapes would do, each of them objects to the same field.
            problems.setdefault((problem.line, problem.field), problem)
        raise join_problems(list(problems.values())) from error


def join_problems(problems: Sequence[InvalidInput]) -> InvalidInput:
    """Returns what is wrong with a file as one problem, so that it is mended all at once: file,
    line and field of the first, and a line of the message for each of the first `MAX_PROBLEMS`."""
    first, *others = sorted(problems, key=lambda one: one.line or 0)
    reasons = [first.reason, *map(str, others[: MAX_PROBLEMS - 1])]
    if n_more := len(problems) - len(reasons):
        reasons.append(f"and {n_more:,} more problem{'s' if n_more > 1 else ''} like these")
    return InvalidInput("\n".join(reasons), file=first.file, line=first.line, field=first.field)


def _problem(tree: Any, error: Any, path: Path) -> InvalidInput:
    line, steps = _follow(tree, (*error["loc"], *_told_apart_by(error)))
    field = ".".join(str(step) for step in steps) or None
    return InvalidInput(_reason(error), file=str(path), line=line, field=field)


def find_line(path: Path, field: str) -> int | None:
    """Returns the line of a field ("stages.nlu.weights") in a file that was read before; None where
    the file says nothing of it."""
    tree, _ = _parse(_read_text(path, "file"), path)
    line, taken = _follow(tree, tuple(field.split(".")))
    return line if len(taken) == len(field.split(".")) else None


def _read_text(path: Path, kind: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the {kind} cannot be read: {error}", file=str(path)) from error
    if len(content) > MAX_FILE_BYTES:
        raise InvalidInput(
            f"the {kind} is larger than {MAX_FILE_BYTES // 1024} KiB; is it another file?",
            file=str(path),
        )
    return text


class _Loader(yaml.SafeLoader):
    """The safe loader, which also says where a value is that looks like a date and is none."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            kind = "date" if node.tag.endswith(":timestamp") else "value"
            raise yaml.constructor.ConstructorError(
                problem=f"{str(node.value)[:40]!r} is no {kind}: {error}",
                problem_mark=node.start_mark,
            ) from error


def _parse(text: str, path: Path) -> tuple[Any, Any]:
    """Returns the file as a tree that knows its lines, and as plain values."""
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        if tree is None:
            return None, None
        _refuse_repeated(tree, path, set())
        return tree, loader.construct_document(tree)
    except (yaml.YAMLError, RecursionError) as error:
        # The last one: brackets ten thousand deep.
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise InvalidInput(f"not YAML: {problem}", file=str(path), line=line) from error


def _refuse_repeated(node: yaml.Node, path: Path, seen: set[int]) -> None:
    """Refuses a mapping that has a key twice, of which YAML libraries silently drop the first."""
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    # An anchor makes one node appear in several places, even inside itself.
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in lines:
                    raise InvalidInput(
                        f"is said twice, first in line {lines[key.value]}",
                        file=str(path),
                        line=line,
                        field=key.value,
                    )
                lines[key.value] = line
            _refuse_repeated(value, path, seen)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _refuse_repeated(one, path, seen)


def _reason(error: Any) -> str:
    """Returns what a checked shape objects to, as the middle of a sentence."""
    given = error.get("ctx", {}).get("error")
    if isinstance(given, ValueError):
        return str(given)
    context = error.get("ctx", {})
    if error["type"] == "union_tag_invalid":
        return f"is one of {context['expected_tags']}, got {context['tag']!r:.80}"
    message = _OWN_WORDS.get(error["type"], str(error["msg"]))
    # "Input should ..." is the middle of a sentence here, "URL scheme ..." begins no other way.
    return message if message[:2].isupper() else message[0].lower() + message[1:]


def _told_apart_by(error: Any) -> tuple[str, ...]:
    """Returns the field that says which of several shapes is meant, where that is what is wrong."""
    if error["type"] not in {"union_tag_invalid", "union_tag_not_found"}:
        return ()
    return (str(error["ctx"]["discriminator"]).strip("'"),)


def _follow(node: Any, steps: tuple[int | str, ...]) -> tuple[int, list[int | str]]:
    """Returns the line of the deepest step that the tree has, and the steps without those that only
    the shape has (which of several shapes was chosen, that it is a key that is wrong)."""
    line = node.start_mark.line + 1
    taken: list[int | str] = []
    steps = tuple(step for step in steps if step != "[key]")
    for i, step in enumerate(steps):
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                # A step at the end that is not there is the field that is missing.
                taken += [step] if i == len(steps) - 1 else []
                continue
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
        taken.append(step)
    return line, taken
