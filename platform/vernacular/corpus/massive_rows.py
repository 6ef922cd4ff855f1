"""One row of a MASSIVE 1.1 file as an utterance, and back to the same bytes.

MASSIVE says *scenario* where Vernacular says *domain*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from sys import intern
from typing import Any, TypeGuard, TypeVar

from vernacular.corpus.annotation import align_annotation, write_annotation
from vernacular.corpus.json_objects import name_kind, refuse_unstorable
from vernacular.corpus.locales import Locale, find_locale
from vernacular.corpus.utterance import AnnotatedUtterance, Judgment
from vernacular.errors import InvalidInput

PARTITIONS = ("train", "dev", "test")

_Item = TypeVar("_Item")

_REQUIRED = ("id", "locale", "partition", "scenario", "intent", "utt", "annot_utt")
_OPTIONAL = ("worker_id", "slot_method", "judgments")
_KNOWN = frozenset(_REQUIRED + _OPTIONAL)
_SCALES = {"intent_score": 2, "slots_score": 2, "grammar_score": 4, "spelling_score": 2}
_JUDGMENT_FIELDS = ("worker_id", *_SCALES, "language_identification")
_LANGUAGES = frozenset({"target", "english", "other"})
# Legal in JSON, but neither UTF-8 nor a database can hold them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_row(line: str, locale: Locale) -> AnnotatedUtterance:
    """Returns the utterance of one line.

    Args:
        line: the JSON of one row, without its line end.
        locale: what the file holds; a row of another locale is an error.

    Raises:
        InvalidInput: the line does not fit the format; ``field`` says which field.
    """
    row = _parse_object(line)
    _check_fields(row, "\\u" in line)
    if row["locale"] != locale.tag:
        raise InvalidInput(
            f"is {row['locale']!r:.40}, but the file is named after {locale.tag}; "
            "keep each locale in a file of its own name",
            field="locale",
        )
    if row["partition"] not in PARTITIONS:
        raise InvalidInput(
            f"{row['partition']!r:.40} is none of {', '.join(PARTITIONS)}", field="partition"
        )
    text, annotation = row["utt"], row["annot_utt"]
    try:
        slots = align_annotation(annotation, text)
        is_usual = write_annotation(text, slots, locale.slot_unit) == annotation
    except InvalidInput as error:
        raise InvalidInput(error.reason, field="annot_utt") from error
    return AnnotatedUtterance(
        external_id=row["id"],
        locale=locale.tag,
        partition=intern(row["partition"]),
        domain=intern(row["scenario"]),
        intent=intern(row["intent"]),
        text=text,
        slots=slots,
        worker_id=_read_text(row, "worker_id") if "worker_id" in row else None,
        slot_methods=tuple(_read_list(row, "slot_method", _read_slot_method)),
        judgments=tuple(_read_list(row, "judgments", _read_judgment)),
        annotation=None if is_usual else annotation,
    )


def write_row(utterance: AnnotatedUtterance) -> str:
    """Returns the line of one utterance, without line end, as MASSIVE orders and spaces it.

    The lists of slot methods and judgments are written together, as MASSIVE has them, and left out
    where both are empty.

    Raises:
        InvalidInput: the bracket form cannot express the utterance (see `write_annotation`).
    """
    row: dict[str, Any] = {
        "id": utterance.external_id,
        "locale": utterance.locale,
        "partition": utterance.partition,
        "scenario": utterance.domain,
        "intent": utterance.intent,
        "utt": utterance.text,
        "annot_utt": _annotate(utterance),
    }
    if utterance.worker_id is not None:
        row["worker_id"] = utterance.worker_id
    if utterance.slot_methods or utterance.judgments:
        row["slot_method"] = [
            {"slot": label, "method": method} for label, method in utterance.slot_methods
        ]
        row["judgments"] = [
            {name: getattr(judgment, name) for name in _JUDGMENT_FIELDS}
            for judgment in utterance.judgments
        ]
    return json.dumps(row, ensure_ascii=False)


def _annotate(utterance: AnnotatedUtterance) -> str:
    if _is_current(utterance.annotation, utterance):
        return utterance.annotation
    slot_unit = find_locale(utterance.locale).slot_unit
    return write_annotation(utterance.text, utterance.slots, slot_unit)


def _is_current(annotation: str | None, utterance: AnnotatedUtterance) -> TypeGuard[str]:
    """Returns whether a kept annotation still tells the text and slots, which may be corrected."""
    if annotation is None:
        return False
    try:
        return align_annotation(annotation, utterance.text) == utterance.slots
    except InvalidInput:
        return False


def _parse_object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"broken JSON: {error.msg} at character {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets 10,000 deep
        raise InvalidInput(f"JSON that cannot be read: {error}") from error
    if not isinstance(row, dict):
        raise InvalidInput(f"a JSON {name_kind(row)} where an object is expected")
    return row


def _check_fields(row: dict[str, Any], has_escapes: bool) -> None:
    for name in _REQUIRED:
        if name not in row:
            raise InvalidInput("is missing", field=name)
        if not _read_text(row, name).strip():
            raise InvalidInput("is empty", field=name)
    for name in row.keys() - _KNOWN:
        raise InvalidInput(
            f"the format has no such field, so it would be lost; it has {', '.join(_REQUIRED)} "
            f"and may have {', '.join(_OPTIONAL)}",
            field=f"{name:.40}",
        )
    if has_escapes:
        refuse_unstorable(row)


def _read_text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise InvalidInput(f"is a JSON {name_kind(value)} where a string is expected", field=name)
    return value


def _read_list(
    row: dict[str, Any], name: str, read_item: Callable[[dict[str, Any], str], _Item]
) -> list[_Item]:
    items = row.get(name, [])
    if not isinstance(items, list):
        raise InvalidInput(f"is a JSON {name_kind(items)} where a list is expected", field=name)
    for item in items:
        if not isinstance(item, dict):
            raise InvalidInput(
                f"holds a JSON {name_kind(item)} where an object is expected", field=name
            )
    return [read_item(item, f"{name}[{number}]") for number, item in enumerate(items)]


def _read_slot_method(item: dict[str, Any], where: str) -> tuple[str, str]:
    _check_keys(item, ("slot", "method"), where)
    label, method = item["slot"], item["method"]
    if not isinstance(label, str) or not isinstance(method, str):
        raise InvalidInput("slot and method are strings", field=where)
    return intern(label), intern(method)


def _read_judgment(item: dict[str, Any], where: str) -> Judgment:
    _check_keys(item, _JUDGMENT_FIELDS, where)
    for name, highest in _SCALES.items():
        value = item[name]
        if type(value) is not int or not 0 <= value <= highest:
            raise InvalidInput(f"{name} is {value!r:.40}, not one of 0 to {highest}", field=where)
    worker_id, languages = item["worker_id"], item["language_identification"]
    if not isinstance(worker_id, str):
        raise InvalidInput(f"worker_id is {worker_id!r:.40}, not a string", field=where)
    if not isinstance(languages, str) or not _LANGUAGES.issuperset(languages.split("|")):
        raise InvalidInput(
            f"language_identification is {languages!r:.40}, not target, english or other, "
            "joined by |",
            field=where,
        )
    scores = {name: item[name] for name in _SCALES}
    return Judgment(intern(worker_id), **scores, language_identification=intern(languages))


def _check_keys(item: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    if item.keys() != set(names):
        raise InvalidInput(
            f"has the fields {', '.join(sorted(item))[:80]}; it needs {', '.join(names)}",
            field=where,
        )
