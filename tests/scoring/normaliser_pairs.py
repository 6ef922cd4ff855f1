"""Reads the table of what must merge and what must stay apart, ``normaliser_pairs.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairs:
    """What is claimed of one locale."""

    same: tuple[Pair, ...]
    different: tuple[Pair, ...]
    only_lenient: tuple[Pair, ...]

    def find_broken(self, strict: Callable[[str], str]) -> Iterator[Pair]:
        """Yields the pairs that ``strict`` merges or keeps apart although it should not."""
        for one, other in self.same:
            if strict(one) != strict(other):
                yield one, other
        for one, other in self.different + self.only_lenient:
            if strict(one) == strict(other):
                yield one, other

    def find_broken_lenient(self, lenient: Callable[[str], str]) -> Iterator[Pair]:
        """Yields the pairs that ``lenient`` merges or keeps apart although it should not."""
        for one, other in self.same + self.only_lenient:
            if lenient(one) != lenient(other):
                yield one, other
        for one, other in self.different:
            if lenient(one) == lenient(other):
                yield one, other


def read_pairs() -> dict[str, Pairs]:
    """Returns the claims by locale."""
    table = tomllib.loads(Path(__file__).with_name("normaliser_pairs.toml").read_text("utf-8"))
    return {
        locale: Pairs(
            same=tuple((group[0], other) for group in row["same"] for other in group[1:]),
            different=tuple((one, other) for one, other in row["different"]),
            only_lenient=tuple((one, other) for one, other in row.get("only_lenient", ())),
        )
        for locale, row in table.items()
    }
