"""The order in which a comparison is read: what decides and is worst comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vernacular.comparison.cells import Cell
from vernacular.comparison.compare import Comparison
from vernacular.comparison.verdict import Verdict, aggregate

Row = Mapping[str, Cell]
"""The cells of one locale, by metric, in the order of the metrics."""

_GRAVITY = {verdict: i for i, verdict in enumerate(Verdict)}


def rows_worst_first(comparison: Comparison) -> dict[str, dict[str, Cell]]:
    """Returns the cells by locale and metric; the locale with the gravest verdict first.

    Among equally grave ones the largest drop decides, then the tag.
    """
    rows: dict[str, dict[str, Cell]] = {}
    for cell in comparison.cells:
        rows.setdefault(cell.locale, {})[cell.metric] = cell
    return {tag: rows[tag] for tag in sorted(rows, key=lambda tag: (*_badness(rows[tag]), tag))}


def list_concerns(comparison: Comparison) -> list[Cell]:
    """Returns the cells that decide and did not pass, worst first."""
    return worst_first(
        cell for cell in comparison.cells if cell.is_gated and cell.verdict is not Verdict.PASS
    )


def worst_first(cells: Iterable[Cell]) -> list[Cell]:
    """Returns cells by gravity of their verdict, then by drop; equals keep their order."""
    return sorted(cells, key=lambda cell: (_GRAVITY[cell.verdict], _drop(cell)))


def row_verdict(row: Row) -> Verdict | None:
    """Returns what outweighs the rest in one locale; None where nothing decides there."""
    deciding = [cell.verdict for cell in row.values() if cell.is_gated]
    return aggregate(deciding) if deciding else None


def _badness(row: Row) -> tuple[int, float]:
    deciding = [cell for cell in row.values() if cell.is_gated]
    if not deciding:
        return len(_GRAVITY), min(map(_drop, row.values()))
    return min(_GRAVITY[cell.verdict] for cell in deciding), min(map(_drop, deciding))


def _drop(cell: Cell) -> float:
    return 0.0 if cell.delta is None else cell.delta
