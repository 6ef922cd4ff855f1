"""A report as JSON: rates as fractions, unknown as null, in an order that does not change.

``report.schema.json`` beside this file is the schema, ``docs/report-schema.md`` explains it. A new
field keeps the version; a field that goes, or means something else, raises it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vernacular.comparison.cells import Cell
from vernacular.comparison.flips import Flips
from vernacular.comparison.gate import GateOutcome, Waiver
from vernacular.comparison.metrics import Metric
from vernacular.comparison.noise_floor import FloorRate, NoiseFloor
from vernacular.comparison.policy import Policy
from vernacular.comparison.slices import SliceCell
from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.flips import FlipView
from vernacular.reports.comparison.needs_list import need_values
from vernacular.reports.comparison.report import CellFlips, Report
from vernacular.store.judged_items import JudgedAnswer

SCHEMA = "vernacular-comparison/1"

_FLIP_RATES = ("nfr", "pfr", "nfi", "nfr_rel", "btc")


def render_json(report: Report) -> str:
    """Returns the report as one JSON document, ending with a line break."""
    return json.dumps(to_json(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_json(report: Report) -> dict[str, Any]:
    """Returns the whole report as plain values."""
    comparison = report.comparison
    return {
        "schema": SCHEMA,
        "verdict": report.verdict.value,
        "comparison_verdict": comparison.verdict.value,
        "inconclusive": report.inconclusive,
        "suite": {"name": comparison.suite, "content_hash": comparison.suite_hash},
        "scorer": comparison.scorer,
        "normaliser": comparison.normaliser,
        "reference_key": comparison.reference_key,
        "baseline": {"release": comparison.baseline, "run": comparison.baseline_run_id},
        "candidate": {"release": comparison.candidate, "run": comparison.candidate_run_id},
        "notes": list(comparison.notes),
        "missing_metrics": list(comparison.missing_metrics),
        "missing_from_baseline": list(comparison.missing_from_baseline),
        "missing_from_candidate": list(comparison.missing_from_candidate),
        "policy": _policy(comparison.policy),
        "metrics": [_metric(metric) for metric in comparison.metrics],
        "macro": [asdict(one) for one in comparison.macro],
        "cells": [_cell(one, comparison.policy) for one in comparison.cells],
        "flips": [asdict(one) for one in comparison.flips],
        "flipped_utterances": [_cell_flips(one) for one in report.flips],
        "slices": [_slice(one) for one in report.slices],
        "noise_floor": _noise_floor(report.noise_floor),
        "needs": [need_values(need) for need in report.needs],
        "gate": None if report.gate is None else _gate(report.gate),
    }


def _policy(policy: Policy) -> dict[str, Any]:
    gated = None
    if policy.gated is not None:
        gated = {tag: [_metric(one) for one in policy.gated[tag]] for tag in sorted(policy.gated)}
    values = {
        name: getattr(policy, name)
        for name in (
            "alpha",
            "q",
            "n_min",
            "min_clusters",
            "min_coverage",
            "n_resamples",
            "seed",
            "fwer",
            "power",
            "macro_margin",
            "open_ended",
        )
    }
    return values | {"metrics": [_metric(one) for one in policy.metrics], "gated": gated}


def _metric(metric: Metric) -> dict[str, Any]:
    return asdict(metric) | {"is_error": metric.is_error}


def _cell(cell: Cell, policy: Policy) -> dict[str, Any]:
    rule, _ = policy.rule(cell.metric, cell.locale)
    return asdict(cell) | {
        "flips": _flips(cell.flips),
        "margin": rule.margin,
        "min_effect": rule.min_effect,
    }


def _flips(flips: Flips | None) -> dict[str, Any] | None:
    if flips is None:
        return None
    return asdict(flips) | {name: getattr(flips, name) for name in _FLIP_RATES}


def _cell_flips(flips: CellFlips) -> dict[str, Any]:
    return {
        "locale": flips.locale,
        "metric": flips.metric,
        "n_broken": flips.n_broken,
        "n_fixed": flips.n_fixed,
        "n_left_out": flips.n_left_out,
        "shown": [_flip(one) for one in flips.shown],
    }


def _flip(flip: FlipView) -> dict[str, Any]:
    return {
        "kind": flip.kind,
        "item": flip.item,
        "text": flip.text,
        "expected": {"intent": flip.expected_intent, "slots": _slots(flip.expected_slots)},
        "baseline": _answer(flip.baseline),
        "candidate": _answer(flip.candidate),
    }


def _answer(answer: JudgedAnswer) -> dict[str, Any]:
    return {
        "status": answer.status.value,
        "intent": answer.intent,
        "intent_confidence": answer.intent_confidence,
        "slots": _slots(answer.slots),
        "transcript": answer.transcript,
        "error": answer.error,
    }


def _slots(slots: tuple[Slot, ...]) -> list[dict[str, Any]]:
    return [asdict(slot) for slot in slots]


def _slice(cell: SliceCell) -> dict[str, Any]:
    return asdict(cell) | {"flips": _flips(cell.flips)}


def _noise_floor(floors: Mapping[str, NoiseFloor] | None) -> dict[str, Any] | None:
    if floors is None:
        return None
    return {
        metric: {
            "overall": _floor_rate(floors[metric].overall),
            "by_locale": {
                locale: _floor_rate(rate)
                for locale, rate in sorted(floors[metric].by_locale.items())
            },
        }
        for metric in sorted(floors)
    }


def _floor_rate(rate: FloorRate) -> dict[str, Any]:
    return {"n": rate.n, "n_flips": rate.n_flips, "rate": rate.rate, "upper": rate.upper()}


def _gate(gate: GateOutcome) -> dict[str, Any]:
    return {
        "verdict": gate.verdict.value,
        "n_checked": gate.n_checked,
        "today": gate.today.isoformat(),
        "tiers": {locale: gate.tiers[locale] for locale in sorted(gate.tiers)},
        "notes": list(gate.notes),
        "findings": [
            {
                "rule": finding.rule.value,
                "tier": finding.tier,
                "locale": finding.locale,
                "metric": finding.metric,
                "verdict": finding.verdict.value,
                "message": finding.message,
                "waiver": finding.waiver and _waiver(finding.waiver),
            }
            for finding in gate.findings
        ],
        "expired_waivers": [_waiver(one) for one in gate.expired_waivers],
        "unused_waivers": [_waiver(one) for one in gate.unused_waivers],
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "locale": waiver.locale,
        "metric": waiver.metric,
        "rule": waiver.rule and waiver.rule.value,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
    }
