"""What a comparison knows of one run: one row of whole numbers per scored result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from vernacular.errors import InvalidInput


@dataclass(frozen=True, eq=False)
class RunCounts:
    """The scored results of one run as columns; rows may come in any order.

    A failed result has a row like any other (wrong intent, every slot missed, ``failed``); a result
    that is absent has none and lowers the coverage.
    """

    run_id: int
    release: str
    suite: str
    suite_hash: str
    scorer: str
    locales: tuple[str, ...]
    locale: NDArray[np.int16]
    """(n,) index into ``locales``."""
    item: NDArray[np.int64]
    """(n,) number of the suite item, each at most once."""
    cluster: NDArray[np.int64]
    """(n,) what is drawn as one in resampling: equal for the same utterance in several locales
    (MASSIVE's id), and for utterances of one speaker in recorded suites."""
    revision: NDArray[np.int64]
    """(n,) revision of the reference that the result was scored against."""
    correct_intent: NDArray[np.int32]
    """(n,) 0 or 1."""
    exact: NDArray[np.int32]
    """(n,) 0 or 1."""
    tp: NDArray[np.int32]
    fp: NDArray[np.int32]
    fn: NDArray[np.int32]
    failed: NDArray[np.bool_]
    n_items: Mapping[str, int]
    """How many items the suite holds in each of its locales, with or without results."""

    def __post_init__(self) -> None:
        n = len(self.item)
        for name in self._columns():
            if len(getattr(self, name)) != n:
                raise InvalidInput(
                    f"run {self.run_id} has {n} items but {len(getattr(self, name))} values here",
                    field=name,
                )
        if len(np.unique(self.item)) != n:
            raise InvalidInput(
                f"run {self.run_id} holds an item more than once; pass one scored result per item",
                field="item",
            )
        if n and not 0 <= self.locale.min() <= self.locale.max() < len(self.locales):
            raise InvalidInput(
                f"run {self.run_id} has a locale index outside its {len(self.locales)} locales",
                field="locale",
            )
        for locale, n_scored in zip(self.locales, self._rows_per_locale(), strict=True):
            if n_scored > self.n_items.get(locale, 0):
                raise InvalidInput(
                    f"run {self.run_id} has {n_scored} results in {locale}, "
                    f"its suite {self.n_items.get(locale, 0)} items",
                    field="n_items",
                )

    def only(self, locales: Iterable[str]) -> RunCounts:
        """Returns this run in ``locales`` alone, its suite cut down to them."""
        wanted = set(locales)
        inside = np.isin(self.locale, [i for i, tag in enumerate(self.locales) if tag in wanted])
        columns = {name: getattr(self, name)[inside] for name in self._columns()}
        n_items = {tag: n for tag, n in self.n_items.items() if tag in wanted}
        return replace(self, n_items=n_items, **columns)

    @staticmethod
    def _columns() -> tuple[str, ...]:
        other = {"run_id", "release", "suite", "suite_hash", "scorer", "locales", "n_items"}
        return tuple(field.name for field in fields(RunCounts) if field.name not in other)

    def _rows_per_locale(self) -> list[int]:
        counts: list[int] = np.bincount(self.locale, minlength=len(self.locales)).tolist()
        return counts
