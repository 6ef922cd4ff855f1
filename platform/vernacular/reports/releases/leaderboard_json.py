"""A ranking of releases as plain values for JSON, under the metric keys that MASSIVE uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vernacular.reports.releases.leaderboard import Leaderboard, LocaleRate, RankedRelease, Standing

SCHEMA = "vernacular-leaderboard/1"


def to_json(found: Leaderboard) -> dict[str, Any]:
    """Returns the ranking, rates as fractions and unknown as null."""
    return {
        "schema": SCHEMA,
        "suite": found.suite,
        "ranked_by": found.ranked_by,
        "metrics": list(found.metrics),
        "less_is_better": [metric for metric in found.metrics if metric in found.errors],
        "rules": None if found.rules is None else asdict(found.rules),
        "not_averaged": {metric: list(tags) for metric, tags in found.not_averaged.items()},
        "releases": [_release(one) for one in found.releases],
        "left_out": [asdict(one) for one in found.left_out],
    }


def _release(one: RankedRelease) -> dict[str, Any]:
    return {
        "release": one.release,
        "run": one.run_id,
        "measured_at": one.measured_at,
        "gate": None if one.gate is None else asdict(one.gate),
        "macro": {standing.metric: _standing(standing) for standing in one.standings},
        "locales": _by_locale(one.locales),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "metric"}


def _by_locale(rates: Sequence[LocaleRate]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in rates:
        found.setdefault(one.locale, {})[one.metric] = {
            "n": one.n,
            "rate": one.rate,
            "low": one.low,
            "high": one.high,
        }
    return found
