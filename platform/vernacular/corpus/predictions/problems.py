"""Gathers what is wrong with a file, so that a person can mend it all at once."""

from __future__ import annotations

from vernacular.errors import InvalidInput

MAX_PROBLEMS = 20
"""Told of one import; enough to see what is wrong, few enough to read. The others are counted."""


class Problems:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self._first: list[InvalidInput] = []
        self._n_found = 0

    @property
    def n_found(self) -> int:
        """How many there are, told or not."""
        return self._n_found

    def note(self, problem: InvalidInput, file: str, line: int | None = None) -> None:
        """Keeps a problem; ``file`` and ``line`` say where, unless the problem itself does."""
        self._n_found += 1
        if len(self._first) < MAX_PROBLEMS:
            self._first.append(
                InvalidInput(
                    _in_one_line(problem.reason),
                    file=problem.file or file,
                    line=problem.line or line,
                    field=problem.field and _in_one_line(problem.field),
                )
            )

    def raise_any(self) -> None:
        """Does nothing where nothing was wrong.

        Raises:
            InvalidInput: file, line and field of the first problem; the message has one line for
                each of the first ``MAX_PROBLEMS`` and says how many more there are.
        """
        if not self._first:
            return
        first, *others = self._first
        reasons = [first.reason, *(str(problem) for problem in others)]
        if n_more := self._n_found - len(self._first):
            reasons.append(f"and {n_more:,} more problem{'s' if n_more > 1 else ''} like these")
        raise InvalidInput("\n".join(reasons), file=first.file, line=first.line, field=first.field)


def _in_one_line(text: str) -> str:
    """Returns the text without line ends, which it may quote from a file."""
    return " ".join(text.splitlines())
