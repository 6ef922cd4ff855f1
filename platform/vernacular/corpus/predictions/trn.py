"""Reads the trn files of NIST's sclite: ``words that were heard (speaker-utterance)``.

Format: the sclite manual, "trn - Definition of a transcript input file". Lines that start with
``;;`` are comments, and a line may hold no words. Alternatives, ``{ a / b / @ }``, are refused on
both sides: a system said one thing, and Vernacular scores it against one reference. Words in
parentheses, which sclite may take as optional, are words like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vernacular.corpus.predictions.prediction import Prediction
from vernacular.corpus.predictions.prediction_row import check_external_id
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.text_lines import read_rows
from vernacular.errors import InvalidInput

_Line = tuple[int, str, str]
"""Line number, id, words."""

_COMMENT = ";;"
_ID = re.compile(r"\(([^()]*)\)\s*\Z")


def read_trn(
    path: Path, problems: Problems, locale: str | None, references: Path | None = None
) -> Iterator[Prediction]:
    """Yields the hypotheses of ``path``; what does not fit is noted.

    Args:
        path: the hypotheses.
        problems: takes what is wrong in either file.
        locale: what both files hold; the format has no place for it.
        references: what was really said. Both files then hold the same ids, each of them once.

    Raises:
        InvalidInput: no locale, or a file that cannot be read to its end.
    """
    if locale is None:
        raise InvalidInput("a trn file names no locale; say which one it holds", field="locale")
    hypotheses = list(read_rows(path, problems, _read_line))
    text_of: dict[str, str] = {}
    if references is not None:
        lines = list(read_rows(references, problems, _read_line))
        text_of = {external_id: words for _, external_id, words in lines}
        _note_repeated(lines, references, problems)
        # A line that could not be read would only be told of twice.
        if not problems.n_found:
            _note_unpaired(hypotheses, path, lines, references, problems)
    for line, external_id, words in hypotheses:
        yield Prediction(
            line=line,
            external_id=external_id,
            locale=locale,
            transcript=words,
            reference_text=text_of.get(external_id),
        )


def _note_repeated(lines: list[_Line], path: Path, problems: Problems) -> None:
    first_of: dict[str, int] = {}
    for line, external_id, _ in lines:
        first = first_of.setdefault(external_id, line)
        if first != line:
            reason = f"{external_id!r:.90} was given before, in line {first}"
            problems.note(InvalidInput(reason, field="id"), str(path), line)


def _note_unpaired(
    hypotheses: list[_Line],
    path: Path,
    references: list[_Line],
    references_path: Path,
    problems: Problems,
) -> None:
    heard = {external_id for _, external_id, _ in hypotheses}
    said = {external_id for _, external_id, _ in references}
    for line, external_id, _ in hypotheses:
        if external_id not in said:
            reason = f"{external_id!r:.90} has no reference in {references_path}; add it there"
            problems.note(InvalidInput(reason, field="id"), str(path), line)
    for line, external_id, _ in references:
        if external_id not in heard:
            reason = (
                f"{external_id!r:.90} has no hypothesis in {path}; add it there, without words "
                "if nothing was heard, or leave the references out to read what there is"
            )
            problems.note(InvalidInput(reason, field="id"), str(references_path), line)


def _read_line(line: str, number: int) -> _Line | None:
    if line.startswith(_COMMENT):
        return None
    found = _ID.search(line)
    if found is None:
        raise InvalidInput("ends in no (id); a line reads: words (speaker-utterance)")
    words = line[: found.start()].strip()
    if "{" in words or "}" in words:
        raise InvalidInput(
            "holds a brace, which in trn marks alternatives: { a / b }; write out the one meant"
        )
    return number, check_external_id(found[1].strip()), words
