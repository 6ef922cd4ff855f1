"""Cuts a comparison into slices: by domain, intent, dialect, accent, slot type and length.

Only a voice suite has accents: of who speaks in the clip that was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from vernacular.comparison.metrics import Metric, MetricKind
from vernacular.comparison.pairs import Pairs, pair_runs
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.sliced_metric import SlicedMetric
from vernacular.comparison.slices import (
    LENGTH_BUCKETS,
    SliceCell,
    Slicing,
    adjust_slices,
    bucket_lengths,
    measure_slices,
)
from vernacular.corpus.locales import find_locale
from vernacular.corpus.words import split_words
from vernacular.evaluation.compare_runs import find_shared_scores, load_pair
from vernacular.store.database import Db
from vernacular.store.suites import list_accents, list_descriptions
from vernacular.store.tables import Run

SliceKind = Literal["domain", "intent", "dialect", "accent", "slot", "length"]
SLICE_KINDS: tuple[SliceKind, ...] = ("domain", "intent", "dialect", "accent", "slot", "length")

_Description = tuple[Any, ...]
"""Number, domain, intent, dialect, text, slots and accent of an item."""


def load_slices(
    db: Db,
    baseline_run: Run,
    candidate_run: Run,
    kinds: Sequence[SliceKind],
    *,
    policy: Policy = DEFAULT_POLICY,
    per_locale: bool = False,
    locales: Sequence[str] = (),
) -> tuple[SliceCell, ...]:
    """Returns the slices of two runs' common utterances; they say where to look, and never decide.

    Args:
        db: the store.
        baseline_run: the accepted release's run.
        candidate_run: the run to be judged.
        kinds: ways to cut.
        policy: names the metrics and the level of the intervals.
        per_locale: also one cell per slice and locale.
        locales: those compared; all if none is named.

    Raises:
        NotFound: neither suite holds one of ``locales``.
    """
    first, second = find_shared_scores(db, baseline_run, candidate_run)
    pairs = pair_runs(*load_pair(db, (baseline_run, first), (candidate_run, second), locales))
    suite_id = candidate_run.suite_id
    accents = list_accents(db, suite_id) if "accent" in kinds else {}
    described = {row[0]: (*row, accents.get(row[0])) for row in list_descriptions(db, suite_id)}
    rows = [described[number] for number in pairs.item.tolist()]
    slicings = [_slicing(kind, rows, pairs) for kind in kinds]
    cells = [
        cell
        for metric in pairs.metrics(policy.metrics)
        for cell in measure_slices(
            [_only_primary(slicing, metric, pairs) for slicing in slicings],
            [_sliced(pairs, metric)],
            locales=pairs.locales,
            locale=pairs.locale,
            cluster=pairs.cluster,
            per_locale=per_locale,
            level=policy.level,
        )
    ]
    place = {(s.kind, value): i for s in slicings for i, value in enumerate(s.values)}
    return adjust_slices(
        sorted(cells, key=lambda cell: (kinds.index(cell.kind), place[cell.kind, cell.value]))
    )


def _only_primary(slicing: Slicing, metric: Metric, pairs: Pairs) -> Slicing:
    """Returns the slicing of those rows whose locale the metric can judge.

    A word error rate over all locales must not take in words of locales that write none.
    """
    judged = np.array([metric.is_primary(tag) for tag in pairs.locales], np.bool_)
    kept = judged[pairs.locale[slicing.rows]]
    return replace(slicing, rows=slicing.rows[kept], codes=slicing.codes[kept])


def _sliced(pairs: Pairs, metric: Metric) -> SlicedMetric:
    parts = pairs.parts(metric)
    return SlicedMetric(
        metric.key,
        parts.numerator_a,
        parts.denominator_a,
        parts.numerator_b,
        parts.denominator_b,
        is_share=metric.kind is MetricKind.PROPORTION,
        is_error=metric.is_error,
    )


def _slicing(kind: SliceKind, rows: Sequence[_Description], pairs: Pairs) -> Slicing:
    if kind == "length":
        return _by_length(rows, pairs)
    named = [(i, value) for i, row in enumerate(rows) for value in _VALUES[kind](row) if value]
    values = tuple(sorted({value for _, value in named}))
    code = {value: i for i, value in enumerate(values)}
    return Slicing(
        kind,
        values,
        np.array([i for i, _ in named], np.int64),
        np.array([code[value] for _, value in named], np.int64),
    )


def _slot_types(row: _Description) -> Iterator[str]:
    yield from {slot.label for slot in row[5]}


_VALUES: dict[str, Callable[[_Description], Any]] = {
    "domain": lambda row: (row[1],),
    "intent": lambda row: (row[2],),
    "dialect": lambda row: (row[3],),
    "accent": lambda row: (row[6],),
    "slot": _slot_types,
}


def _by_length(rows: Sequence[_Description], pairs: Pairs) -> Slicing:
    units = [find_locale(tag).unit for tag in pairs.locales]
    lengths = [
        len(split_words(row[4], units[place]))
        for row, place in zip(rows, pairs.locale.tolist(), strict=True)
    ]
    return Slicing(
        "length", LENGTH_BUCKETS, np.arange(len(rows), dtype=np.int64), bucket_lengths(lengths)
    )
