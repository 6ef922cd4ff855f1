"""Reads lists of recordings: JSON Lines (ours and NeMo's manifest) and Common Voice's TSV.

A row of JSON Lines names ``audio`` (NeMo: ``audio_filepath``), ``locale`` and either the ``id`` of
an utterance that is stored already, or its ``text``, where it has one with ``intent``, ``domain``
and MASSIVE's ``annot_utt``. ``speaker`` says who speaks; whatever else a row says is kept as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from vernacular.corpus.annotation import align_annotation
from vernacular.corpus.json_objects import name_kind, parse_object
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.text_lines import read_rows, read_text_lines
from vernacular.corpus.typed_input import check_locale, check_typed_text
from vernacular.corpus.utterance import AnnotatedUtterance
from vernacular.errors import InvalidInput

MAX_ID, MAX_NAME, MAX_SPEAKER = 80, 60, 120
"""Characters that the store has for ids, intents and domains, and speakers."""

_OURS = {"id", "locale", "audio", "text", "intent", "domain", "annot_utt", "speaker", "partition"}
_SPELLINGS = {"audio_filepath": "audio", "sentence": "text", "path": "audio"}
"""What NeMo and Common Voice call our fields."""
_COMMON_VOICE_KEPT = ("gender", "age", "accents", "variant", "up_votes", "down_votes")


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One recording of a list."""

    line: int
    audio: str
    """The file, as the list names it."""
    external_id: str
    locale: str
    utterance: AnnotatedUtterance | None
    """What is said, where the list tells."""
    speaker: str | None
    origin: dict[str, Any] = field(default_factory=dict)
    """What else the list says of it."""


def read_clip_manifest(path: Path, locale: str | None = None) -> list[ClipRow]:
    """Returns the recordings of a list, in its order.

    Args:
        path: ``.tsv`` is Common Voice's, anything else JSON Lines.
        locale: of the whole list, where its rows name none.

    Raises:
        InvalidInput: rows are wrong, with their lines; or there is none.
    """
    problems = Problems()
    if path.suffix.lower() == ".tsv":
        rows = list(_read_common_voice(path, problems, locale))
    else:
        rows = list(
            read_rows(
                path, problems, lambda line, number: _read_row(parse_object(line), number, locale)
            )
        )
    problems.raise_any()
    if not rows:
        raise InvalidInput("names no recording", file=str(path))
    return rows


def _read_common_voice(path: Path, problems: Problems, locale: str | None) -> Iterator[ClipRow]:
    lines = read_text_lines(path, problems)
    header: list[str] | None = None
    for number, line in lines:
        # Common Voice quotes nothing: a quotation mark is part of the sentence.
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter="\t", quoting=csv.QUOTE_NONE))
        if header is None:
            header = cells
            missing = {"path", "sentence"} - set(header)
            if missing:
                raise InvalidInput(
                    f"the first line names no {', '.join(sorted(missing))}; is this a list of"
                    " Common Voice?",
                    file=str(path),
                    line=number,
                )
            continue
        given = dict(zip(header, cells, strict=False))
        row = {name: given[name] for name in ("path", "sentence", "locale") if given.get(name)}
        row |= {"speaker": given["client_id"]} if given.get("client_id") else {}
        row |= {name: given[name] for name in _COMMON_VOICE_KEPT if given.get(name)}
        try:
            yield _read_row(row, number, locale)
        except InvalidInput as problem:
            problems.note(problem, str(path), number)


def _read_row(given: dict[str, Any], line: int, locale: str | None) -> ClipRow:
    row = {_SPELLINGS.get(name, name): value for name, value in given.items()}
    if row.get("offset"):
        raise InvalidInput(
            "parts of a file cannot be taken: cut the recording into one file each", field="offset"
        )
    audio = _read_text(row, "audio", 1000)
    if audio is None:
        raise InvalidInput("is required: the file of the recording", field="audio")
    tag = _read_locale(row, locale)
    external_id = _read_text(row, "id", MAX_ID)
    utterance = _read_utterance(row, external_id or _id_of(audio), tag)
    if external_id is None and utterance is None:
        raise InvalidInput(
            "is required, or an 'id': what is said, or which stored utterance it is", field="text"
        )
    return ClipRow(
        line,
        audio,
        external_id or _id_of(audio),
        tag,
        utterance,
        _read_text(row, "speaker", MAX_SPEAKER),
        {name: value for name, value in row.items() if name not in _OURS},
    )


def _read_utterance(
    row: dict[str, Any], external_id: str, locale: str
) -> AnnotatedUtterance | None:
    text = _read_text(row, "text", 10_000)
    if text is None:
        return None
    check_typed_text(text)
    intent = _read_text(row, "intent", MAX_ID) or ""
    annotation = _read_text(row, "annot_utt", 20_000)
    return AnnotatedUtterance(
        external_id,
        locale,
        _read_text(row, "partition", 16) or "test",
        domain=_read_text(row, "domain", MAX_NAME) or intent.partition("_")[0],
        intent=intent,
        text=text,
        slots=() if annotation is None else align_annotation(annotation, text),
    )


def _read_locale(row: dict[str, Any], of_list: str | None) -> str:
    """Returns the locale of a row: its own, or that of the list where it says no more than that
    one's language, as Common Voice does."""
    own = _read_text(row, "locale", 35)
    if own is None and of_list is None:
        raise InvalidInput("is required: name it here or for the whole list", field="locale")
    if own is None or (of_list is not None and of_list.startswith(f"{own}-")):
        own = of_list
    return check_locale(own or "")


def _id_of(audio: str) -> str:
    """Returns an id for a recording whose list gives none: its file's name."""
    return PurePosixPath(audio.replace("\\", "/")).stem[:MAX_ID]


def _read_text(row: dict[str, Any], name: str, limit: int) -> str | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if name == "id" and isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        raise InvalidInput(f"a text is expected, got a {name_kind(value)}", field=name)
    if len(value) > limit:
        raise InvalidInput(f"has {len(value):,} characters, at most {limit:,}", field=name)
    return value
