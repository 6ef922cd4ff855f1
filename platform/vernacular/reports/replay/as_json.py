"""A replay as plain values for JSON: all its turns, unknown as null."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from vernacular.reports.replay.replay import ReplayReport
from vernacular.reports.replay.turn import TurnReplay

SCHEMA = "vernacular-replay/1"


def to_json(found: ReplayReport) -> dict[str, Any]:
    """Returns all of it, the worst turn first."""
    values = asdict(found)
    left_out = values.pop("n_left_out")
    values["n_left_out"] = {
        "typed": left_out.get(False, 0),
        "spoken": left_out.get(True, 0),
    }
    values["turns"] = [turn_to_json(turn) for turn in found.turns]
    return {"schema": SCHEMA, **values}


def turn_to_json(turn: TurnReplay) -> dict[str, Any]:
    """Returns one turn, with the first step that changed."""
    values = asdict(turn)
    values["change"]["first"] = turn.change.first
    return values


def render_json(found: ReplayReport) -> str:
    """Returns the same as text."""
    return json.dumps(to_json(found), ensure_ascii=False, indent=2) + "\n"
