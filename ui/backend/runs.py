"""What runs cost, and which stage lost what they got wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from backend.connection import store
from vernacular.reports.runs.cost import RunCost, report_costs
from vernacular.reports.runs.cost_change import CostChange, weigh_costs
from vernacular.reports.runs.faults import FaultReport, report_faults
from vernacular.reports.runs.heat_map import HeatMap
from vernacular.store.runs import find_run
from vernacular.store.scores import list_score_sets

if TYPE_CHECKING:
    from vernacular.store.database import Store


def list_costs(found: HeatMap) -> tuple[RunCost, ...]:
    """Returns what the runs of a heat map cost: the baseline's first, where it has one."""
    runs = [run for run in (found.baseline_run_id, found.run_id) if run is not None]
    return tuple(_read_cost(store(), run, _list_scores(run)) for run in runs)


def weigh(baseline: RunCost, candidate: RunCost) -> CostChange:
    """Returns how much larger and faster a candidate is than its baseline."""
    return weigh_costs(baseline, candidate)


def find_faults(run_id: int) -> FaultReport | None:
    """Returns which stage lost the intents of a finished run; None where it heard nothing."""
    with store().reading() as db:
        if not find_run(db, run_id).has_text_answers:
            return None
    return _read_faults(store(), run_id, _list_scores(run_id))


def _list_scores(run_id: int) -> tuple[int, ...]:
    with store().reading() as db:
        return tuple(one.id for one in list_score_sets(db, run_id))


# Both read every result of a run that is finished, which never changes: see ``backend.releases``.


@lru_cache(maxsize=32)
def _read_cost(opened: Store, run_id: int, _scores: tuple[int, ...]) -> RunCost:
    with opened.reading() as db:
        (cost,) = report_costs(db, [run_id])
    return cost


@lru_cache(maxsize=16)
def _read_faults(opened: Store, run_id: int, _scores: tuple[int, ...]) -> FaultReport:
    with opened.reading() as db:
        return report_faults(db, run_id)
