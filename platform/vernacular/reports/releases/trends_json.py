"""A trend as plain values for JSON: rates as fractions, unknown as null."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vernacular.reports.releases.trends import Trend

SCHEMA = "vernacular-trend/1"


def to_json(found: Trend) -> dict[str, Any]:
    """Returns the whole trend; the points of a locale stand in the order of the releases."""
    return {
        "schema": SCHEMA,
        "suite": found.suite,
        "metric": found.metric,
        "less_is_better": found.is_error,
        "rules": None if found.rules is None else asdict(found.rules),
        "releases": [asdict(one) for one in found.releases],
        "locales": [
            {"locale": one.locale, "points": [point._asdict() for point in one.points]}
            for one in found.locales
        ],
        "left_out": [asdict(one) for one in found.left_out],
    }
