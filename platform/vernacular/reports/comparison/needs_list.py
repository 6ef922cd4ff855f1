"""What to collect as a list that a campaign can take: CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from vernacular.comparison.needs import Need

COLUMNS = ("locale", "n", "n_needed", "n_missing", "metric", "because")


def render_needs_csv(needs: Sequence[Need]) -> str:
    """Returns a table with a head line; unknown numbers are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(need, name) for name in COLUMNS] for need in needs)
    return out.getvalue()


def render_needs_jsonl(needs: Sequence[Need]) -> str:
    """Returns one JSON object per line; unknown numbers are null."""
    return "".join(json.dumps(need_values(need)) + "\n" for need in needs)


def need_values(need: Need) -> dict[str, object]:
    """Returns a need as plain values, in the order of the columns."""
    return {name: getattr(need, name) for name in COLUMNS}
