"""A comparison as plain values for JSON: rates as fractions, unknown as null."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison

SCHEMA = "vernacular-comparison/1"


def to_json(comparison: Comparison, *, with_flips: bool = False) -> dict[str, Any]:
    """Returns the whole comparison; the flipped items only ``with_flips``, as they are many."""
    value: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": comparison.verdict.value,
        "suite": {"name": comparison.suite, "content_hash": comparison.suite_hash},
        "scorer": comparison.scorer,
        "baseline": {"release": comparison.baseline, "run": comparison.baseline_run_id},
        "candidate": {"release": comparison.candidate, "run": comparison.candidate_run_id},
        "missing_from_baseline": list(comparison.missing_from_baseline),
        "missing_from_candidate": list(comparison.missing_from_candidate),
        "policy": asdict(comparison.policy),
        "macro": [asdict(one) for one in comparison.macro],
        "cells": [_cell(one) for one in comparison.cells],
    }
    if with_flips:
        value["flips"] = [asdict(one) for one in comparison.flips]
    return value


def _cell(cell: Cell) -> dict[str, Any]:
    value = asdict(cell)
    if cell.flips is not None:
        rates = ("nfr", "pfr", "nfi", "nfr_rel", "btc")
        value["flips"] |= {name: getattr(cell.flips, name) for name in rates}
    return value
