"""The zero-shot view of a run as plain values for JSON: rates as fractions, unknown as null."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from vernacular.comparison.transfer import Transfer

SCHEMA = "vernacular-transfer/1"


def to_json(found: Transfer) -> dict[str, Any]:
    """Returns all of it; gaps are negative where something is worse, for error rates too."""
    values = asdict(found)
    values["less_is_better"] = values.pop("is_error")
    return {"schema": SCHEMA, **values}


def render_json(found: Transfer) -> str:
    """Returns the same as text."""
    return json.dumps(to_json(found), ensure_ascii=False, indent=2) + "\n"
