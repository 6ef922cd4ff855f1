"""Puts a candidate before the gate: finds its runs, gathers the facts, judges, records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import TypeAdapter

from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate import GateOutcome, judge_gate
from vernacular.comparison.gate_facts import (
    GateFacts,
    GoldenFacts,
    Latency,
    RepliesByLocale,
    summarise_latencies,
)
from vernacular.comparison.gate_finding import Finding
from vernacular.comparison.gate_policy import GatePolicy
from vernacular.comparison.metrics import METRICS
from vernacular.evaluation.compare_runs import compare, find_comparable, find_shared_scores
from vernacular.evaluation.load_counts import count_columns
from vernacular.evaluation.reply_quality import count_replies
from vernacular.store.database import Db
from vernacular.store.gates import record_gate_outcome
from vernacular.store.golden import list_golden_items, list_golden_outside
from vernacular.store.latencies import count_answers, list_latencies
from vernacular.store.suites import count_items
from vernacular.store.tables import Run, ScoreSet

_FINDINGS = TypeAdapter(tuple[Finding, ...])


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate that was before the gate."""

    comparison: Comparison
    outcome: GateOutcome
    policy: GatePolicy


def judge_candidate(
    db: Db,
    candidate: str,
    policy: GatePolicy,
    *,
    baseline: str | None = None,
    suite: str | None = None,
    today: date | None = None,
) -> Judged:
    """Returns what the gate says of a candidate's newest finished run; nothing is stored.

    Args:
        db: the store.
        candidate: name of the release.
        policy: what it is judged by.
        baseline: a release, or "accepted"; None for the policy's.
        suite: None for the policy's, and where that names none, the one both releases ran last.
        today: the day on which waivers must hold; None for the present one, in UTC.

    Raises:
        NotFound: a release or the suite is unknown, or no release is accepted yet.
        NotComparable: there are no two runs that could be compared.
    """
    first, second = find_comparable(
        db, baseline or policy.baseline, candidate, suite or policy.suite
    )
    locales = tuple(count_items(db, second.suite_id))
    _, scores = find_shared_scores(db, first, second)
    facts = GateFacts(
        locales=locales,
        golden=_golden(db, second, scores, policy.golden_wins.metric, locales),
        baseline_latency=_latency(db, first),
        candidate_latency=_latency(db, second),
        baseline_replies=_replies(db, first, policy),
        candidate_replies=_replies(db, second, policy),
    )
    comparison = compare(db, first, second, policy.to_policy(locales))
    outcome = judge_gate(comparison, policy, facts, today or datetime.now(UTC).date())
    return Judged(comparison, outcome, policy)


def record(db: Db, judged: Judged) -> int:
    """Stores what the gate decided, with the policy it decided by; returns its number."""
    return record_gate_outcome(
        db,
        judged.comparison.candidate_run_id,
        judged.comparison.baseline_run_id,
        verdict=judged.outcome.verdict,
        policy=judged.policy.model_dump(mode="json", by_alias=True),
        findings=_FINDINGS.dump_python(judged.outcome.findings, mode="json"),
    )


def _golden(db: Db, run: Run, scores: ScoreSet, key: str, locales: tuple[str, ...]) -> GoldenFacts:
    items = list_golden_items(db, run.suite_id, scores.id, key)
    missing = list_golden_outside(db, run.suite_id, locales)
    missing += [(one.utterance, one.locale) for one in items if one.is_right is None]
    metric = next(one for one in METRICS if one.key == key)
    return GoldenFacts(
        is_scored=not items or {*metric.counts} <= {*count_columns(run)},
        n_tested=sum(one.is_right is not None for one in items),
        broken=_by_locale([(one.item, one.locale) for one in items if one.is_right is False]),
        missing=_by_locale(missing),
    )


def _by_locale(rows: list[tuple[int, str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number, locale in sorted(rows, key=lambda row: (row[1], row[0])):
        found.setdefault(locale, []).append(number)
    return {locale: tuple(numbers) for locale, numbers in found.items()}


def _replies(db: Db, run: Run, policy: GatePolicy) -> RepliesByLocale:
    """Returns what was said of the replies of a run's release, where the policy asks for it."""
    if not any(policy.reply_rules(tier) for tier in policy.tiers):
        return {}
    return {one.locale: one.shares for one in count_replies(db, run.release_id).groups}


def _latency(db: Db, run: Run) -> Latency | None:
    return summarise_latencies(
        list_latencies(db, run.id, with_replies=False),
        count_answers(db, run.id),
        is_alone=run.asked_alone,
    )
