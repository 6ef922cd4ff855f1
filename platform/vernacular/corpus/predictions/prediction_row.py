"""The fields of one row of predictions, as JSON Lines and CSV share them.

====================  ==============================================================================
``id``, ``locale``    which utterance of the suite; the locale may be given for the whole file
``intent``            what the system understood; one that declines gives a label of its own
``intent_confidence`` 0 to 1
``slots``             list of ``{"label", "start", "end"}``: half-open code-point offsets
``annot_utt``         or the same in MASSIVE's brackets: ``wake me at [time : five am]``
``transcript``        what was heard; leave it out where the text was typed
``text``              what was really said: the reference, never the hypothesis
``latency_ms``        milliseconds the request took as a whole
``error``             why there is no answer; then there is no other answer either
====================  ==============================================================================

All but the first two are optional; null is the same as absent. A name that is not in the table is
refused, because a misspelt one would otherwise be lost without a word.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import Any, NoReturn

from vernacular.corpus.annotation import align_annotation, check_slots, parse_annotation
from vernacular.corpus.json_objects import name_kind
from vernacular.corpus.jsonl_files import MAX_LINE_BYTES
from vernacular.corpus.locales import find_locale
from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.typed_input import MAX_NAME_LENGTH, check_locale, check_name
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

FIELDS = (
    *("id", "locale", "intent", "intent_confidence", "slots", "annot_utt"),
    *("transcript", "text", "latency_ms", "error"),
)
_KNOWN = frozenset(FIELDS)
_ANSWERS = ("intent", "slots", "annot_utt", "transcript")
_SLOT_FIELDS = frozenset({"label", "start", "end"})
_NEMO_FIELDS = frozenset({"audio_filepath", "duration", "pred_text"})


def read_prediction(row: Mapping[str, Any], line: int, locale: str | None) -> Prediction:
    """Returns the prediction of one row.

    Args:
        row: a value for each field that is given, typed as in JSON.
        line: where the row stands.
        locale: tag of the whole file; a row may then leave its locale out.

    Raises:
        InvalidInput: the row does not fit the table above; ``field`` says where.
    """
    if unknown := row.keys() - _KNOWN:
        refuse_unknown(unknown)
    external_id = check_external_id(_read_text(row, "id"))
    tag = _read_locale(_read_text(row, "locale"), locale)
    error = _read_text(row, "error")
    _check_answer(row, error)
    intent = _read_text(row, "intent")
    if intent is not None:
        intent = _intern_name(intent, "intent")
    transcript, text = _read_text(row, "transcript"), _read_text(row, "text")
    slotted = text if transcript is None else transcript
    annotation = _read_text(row, "annot_utt")
    slots: tuple[Slot, ...] | None
    if annotation is None:
        slots = _read_slots(row, slotted)
    else:
        spelt_out, slots = _read_annotation(annotation, slotted)
        text = spelt_out if slotted is None else text
    return Prediction(
        line=line,
        external_id=external_id,
        locale=tag,
        intent=intent,
        intent_confidence=_read_number(row, "intent_confidence", "a number from 0 to 1", 1.0),
        slots=slots,
        transcript=transcript,
        reference_text=text,
        latency_ms=_read_number(row, "latency_ms", "a number of milliseconds, 0 or more"),
        error=error,
    )


def refuse_unknown(names: set[str]) -> NoReturn:
    """Refuses fields that nothing would read.

    Raises:
        InvalidInput: always; ``field`` is the first of them by name.
    """
    reason = f"no such field, so it would be lost; there are {', '.join(FIELDS)}"
    if names & _NEMO_FIELDS:
        reason = "no field of predictions; a NeMo manifest is read with the format nemo"
    raise InvalidInput(reason, field=f"{min(names):.40}")


def check_external_id(external_id: str | None) -> str:
    """Returns the id of an utterance: 1 to 80 characters, not blank.

    Raises:
        InvalidInput: the id is missing or does not fit.
    """
    if external_id is None:
        raise InvalidInput("is missing", field="id")
    if not external_id.strip():
        raise InvalidInput("is empty", field="id")
    if len(external_id) > MAX_NAME_LENGTH:
        raise InvalidInput(
            f"has up to {MAX_NAME_LENGTH} characters, this one has {len(external_id):,}", field="id"
        )
    return external_id


def _read_locale(given: str | None, of_file: str | None) -> str:
    """Returns the tag of a row's locale: its own, else that of the file.

    Where both are given they must agree; a bare language (``sw``) agrees with its locales.

    Raises:
        InvalidInput: there is none, it is no language tag, or the two differ.
    """
    if given is None:
        if of_file is None:
            raise InvalidInput("is missing; give it here or for the whole file", field="locale")
        return of_file
    tag = _find_tag(given)
    if of_file is None or tag == of_file:
        return tag
    if tag != find_locale(of_file).language:
        raise InvalidInput(f"is {given!r:.40}, but the file is read as {of_file}", field="locale")
    return of_file


def _check_answer(row: Mapping[str, Any], error: str | None) -> None:
    """Refuses a row that holds no answer, or an answer beside an error."""
    given = [name for name in _ANSWERS if row.get(name) is not None]
    if error is not None:
        if not error.strip():
            raise InvalidInput("is empty; leave it out where nothing failed", field="error")
        if given or row.get("intent_confidence") is not None:
            raise InvalidInput(
                f"stands beside {', '.join(given) or 'intent_confidence'}; "
                "a row holds an error or an answer, not both",
                field="error",
            )
    elif not given:
        raise InvalidInput(
            f"holds no answer; give one of {', '.join(_ANSWERS)}, or say in error why there is none"
        )
    elif row.get("intent_confidence") is not None and row.get("intent") is None:
        raise InvalidInput("belongs to an intent, but there is none", field="intent_confidence")
    if "slots" in given and "annot_utt" in given:
        raise InvalidInput("stands beside slots; give one of the two", field="annot_utt")


def _read_annotation(annotation: str, text: str | None) -> tuple[str, tuple[Slot, ...]]:
    """Returns the text, which is the annotation's own where none is known, and the slots in it."""
    try:
        if text is None:
            text, slots = parse_annotation(annotation)
            check_slots(text, slots)
        else:
            slots = align_annotation(annotation, text)
    except InvalidInput as problem:
        raise InvalidInput(problem.reason, field="annot_utt") from problem
    for slot in slots:
        _intern_name(slot.label, "annot_utt")
    return text, slots


def _read_slots(row: Mapping[str, Any], text: str | None) -> tuple[Slot, ...] | None:
    items = row.get("slots")
    if items is None:
        return None
    if not isinstance(items, list):
        raise InvalidInput(f"is a JSON {name_kind(items)} where a list is expected", field="slots")
    if not items:
        return ()
    slots = sorted(
        (_read_slot(item, f"slots[{number}]") for number, item in enumerate(items)),
        key=lambda slot: slot.start,
    )
    if text is None:
        # The suite knows the text; until then one that every span fits shows the other faults.
        text = "x" * max(slot.end for slot in slots)
    try:
        check_slots(text, slots)
    except InvalidInput as problem:
        raise InvalidInput(problem.reason, field="slots") from problem
    return tuple(slots)


def _read_slot(item: Any, where: str) -> Slot:
    if not isinstance(item, dict) or item.keys() != _SLOT_FIELDS:
        reason = 'is not of the form {"label": "time", "start": 11, "end": 18}'
        raise InvalidInput(reason, field=where)
    label, start, end = item["label"], item["start"], item["end"]
    if not isinstance(label, str):
        raise InvalidInput(f"label is a JSON {name_kind(label)}, not a string", field=where)
    label = _intern_name(label, where)
    if type(start) is not int or type(end) is not int:
        raise InvalidInput("start and end are whole numbers of code points", field=where)
    if not 0 <= start < end <= MAX_LINE_BYTES:
        raise InvalidInput(f"spans {start!r:.20} to {end!r:.20}, which is no span", field=where)
    return Slot(label, start, end)


@lru_cache(maxsize=4096)
def _intern_name(name: str, field: str) -> str:
    check_name(name, field)
    return intern(name)


@lru_cache(maxsize=4096)
def _find_tag(given: str) -> str:
    return check_locale(given)


def _read_text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"is a JSON {name_kind(value)} where a string is expected", field=name)
    return value


def _read_number(
    row: Mapping[str, Any], name: str, expected: str, highest: float = sys.float_info.max
) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"is a JSON {name_kind(value)}, not {expected}", field=name)
    if not 0 <= value <= highest:  # so neither NaN nor infinity
        raise InvalidInput(f"is {value!r:.20}, not {expected}", field=name)
    return float(value)
