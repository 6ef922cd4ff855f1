"""Queries on what the gate decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from vernacular.comparison.verdict import Verdict
from vernacular.store.database import Db
from vernacular.store.tables import GateOutcome, Release, Run, Suite


@dataclass(frozen=True, slots=True)
class GateDecision:
    """One decision of the gate, with the names around it."""

    id: int
    release: str
    """The candidate."""
    suite: str
    run_id: int
    """The candidate's."""
    baseline_run_id: int
    verdict: Verdict
    policy: dict[str, Any]
    """As its file would say it."""
    findings: list[dict[str, Any]]
    decided_at: datetime


def record_gate_outcome(
    db: Db,
    run_id: int,
    baseline_run_id: int,
    *,
    verdict: Verdict,
    policy: dict[str, Any],
    findings: list[dict[str, Any]],
) -> int:
    """Stores one decision and returns its number; earlier ones about the run stay as they are."""
    outcome = GateOutcome(
        run_id=run_id,
        baseline_run_id=baseline_run_id,
        verdict=verdict.value,
        policy=policy,
        findings=findings,
    )
    db.add(outcome)
    db.flush()
    return outcome.id


def find_newest_verdict(db: Db, release_id: int) -> Verdict | None:
    """Returns what the gate said last of a release; None where it was never asked."""
    query = (
        select(GateOutcome.verdict)
        .join(Run, Run.id == GateOutcome.run_id)
        .where(Run.release_id == release_id)
        .order_by(GateOutcome.id.desc())
        .limit(1)
    )
    verdict = db.scalar(query)
    return None if verdict is None else Verdict(verdict)


def list_gate_outcomes(
    db: Db, run_ids: Collection[int] | None = None, *, suite_id: int | None = None
) -> list[GateDecision]:
    """Returns the newest decision about each run, by run, oldest first.

    Args:
        db: the store.
        run_ids: the runs asked about; None for all.
        suite_id: only runs over this suite.
    """
    newest = select(func.max(GateOutcome.id)).group_by(GateOutcome.run_id)
    query = (
        select(GateOutcome, Release.name, Suite.name)
        .join(Run, Run.id == GateOutcome.run_id)
        .join(Release, Release.id == Run.release_id)
        .join(Suite, Suite.id == Run.suite_id)
        .where(GateOutcome.id.in_(newest))
        .order_by(GateOutcome.run_id)
    )
    if run_ids is not None:
        query = query.where(GateOutcome.run_id.in_(run_ids))
    if suite_id is not None:
        query = query.where(Run.suite_id == suite_id)
    return [
        GateDecision(
            one.id,
            release,
            suite,
            one.run_id,
            one.baseline_run_id,
            Verdict(one.verdict),
            one.policy,
            one.findings,
            one.decided_at,
        )
        for one, release, suite in db.execute(query)
    ]
