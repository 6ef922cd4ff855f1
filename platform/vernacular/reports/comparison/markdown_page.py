"""Markdown that stays below a length: text made harmless, tables that lose rows and say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vernacular.reports.comparison.understood import isolate

_MARKUP = re.compile(r'[\\`*_{}\[\]<>#+!|~&$@=^":]')
_LINE_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# GitHub looks for mentions, issues, links and emoji in the finished page, where an entity is a
# character like any other.
_LINKED_LATER = re.compile(r"[@#](?=\w)|:(?=//|[\w+-]+:)|www(?=\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Returns user text that is shown exactly as it is, inside a table cell or a sentence."""
    text = _CONTROLS.sub("\ufffd", _LINE_BREAKS.sub(" ", text.replace("\t", " ")))
    text = _LINKED_LATER.sub(lambda found: found[0] + _WORD_JOINER, text)
    return isolate(_MARKUP.sub(lambda found: f"&#{ord(found[0])};", text))


class Page:
    """A text that grows up to a limit and knows what did not fit."""

    def __init__(self, limit: int) -> None:
        self._room = limit
        self._parts: list[str] = []
        self._left_out: list[str] = []

    def add(self, block: str) -> bool:
        """Adds a block if there is room for all of it."""
        length = _length(block) + 2
        if length > self._room:
            return False
        self._parts.append(block)
        self._room -= length
        return True

    def line(self, text: str) -> None:
        """Adds a line, or remembers that there was no room for it."""
        if not self.add(text):
            self._left_out.append(f"a note of {_length(text):,} characters")

    def table(self, lines: Sequence[str], at_most: int | None = None) -> None:
        """Adds a table (two lines of head, then rows), as many rows as there is room for."""
        if len(lines) > 2:
            self.add(_cut(lines, self._room, at_most))

    def fold(
        self, summary: str, lines: Sequence[str], at_most: int | None = None, note: str = ""
    ) -> None:
        """Adds a table that is closed until somebody opens it."""
        head = f"<details><summary>{summary}</summary>\n\n" + (f"{note}\n\n" if note else "")
        foot = "\n\n</details>"
        room = self._room - _length(head + foot) - 2
        body = _cut(lines, room, at_most) if room > 0 else ""
        if not body or not self.add(head + body + foot):
            self._left_out.append(summary)

    def text(self) -> str:
        """Returns what was added, and the names of what was not."""
        if self._left_out:
            self._parts.append(f"Left out for lack of room: {'; '.join(self._left_out)}.")
        return "\n\n".join(self._parts) + "\n"


def _cut(lines: Sequence[str], room: int, at_most: int | None) -> str:
    """Returns a table with the rows that fit, and how many do not; empty if none does."""
    head, rows = lines[:2], lines[2:]
    left_out = "\n\n{} more rows are left out here; the HTML and JSON reports hold all."
    room -= _length(left_out) + 10 + sum(_length(line) + 1 for line in head)
    kept: list[str] = []
    for row in rows[:at_most]:
        room -= _length(row) + 1
        if room < 0:
            break
        kept.append(row)
    if not kept:
        return ""
    n_cut = len(rows) - len(kept)
    return "\n".join([*head, *kept]) + (left_out.format(f"{n_cut:,}") if n_cut else "")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def table_lines(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Returns the lines of a table; a column whose name ends in ``>`` is set to the right."""
    names = [name.rstrip(">") for name in columns]
    marks = ["--:" if name.endswith(">") else "---" for name in columns]
    return [_row(names), _row(marks), *map(_row, rows)]
