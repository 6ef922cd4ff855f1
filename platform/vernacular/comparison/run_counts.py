"""What a comparison knows of one run: one row of whole numbers per scored result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vernacular.comparison.metrics import Metric
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
    normaliser: str | None
    """The text rules behind the counts of what was heard; None where nothing was heard."""
    reference_key: str
    """Which revisions of its references the run was scored against: "suite", or a hash."""
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
    counts: Mapping[str, NDArray[np.int32]]
    """(n,) each: the columns that metrics are made of. A run that only transcribes has no
    ``correct_intent``, one over typed text no ``n_words``; absent is not the same as 0."""
    failed: NDArray[np.bool_]
    n_items: Mapping[str, int]
    """How many items the suite holds in each of its locales, with or without results."""

    def __post_init__(self) -> None:
        n = len(self.item)
        for name in self._columns():
            _require_length(self.run_id, name, len(getattr(self, name)), n)
        for name, column in self.counts.items():
            _require_length(self.run_id, name, len(column), n)
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
        n_items = {tag: n for tag, n in self.n_items.items() if tag in wanted}
        return replace(self.rows(inside), n_items=n_items)

    def rows(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> RunCounts:
        """Returns this run with some of its rows only; its suite stays as large."""
        columns = {name: getattr(self, name)[rows] for name in self._columns()}
        counts = {name: column[rows] for name, column in self.counts.items()}
        return replace(self, counts=counts, **columns)

    def has(self, metric: Metric) -> bool:
        """True if the run was scored on the metric."""
        return all(name in self.counts for name in metric.counts)

    @staticmethod
    def _columns() -> tuple[str, ...]:
        return ("locale", "item", "cluster", "revision", "failed")

    def _rows_per_locale(self) -> list[int]:
        counts: list[int] = np.bincount(self.locale, minlength=len(self.locales)).tolist()
        return counts


def _require_length(run_id: int, name: str, length: int, n: int) -> None:
    if length != n:
        raise InvalidInput(f"run {run_id} has {n} items but {length} values here", field=name)
