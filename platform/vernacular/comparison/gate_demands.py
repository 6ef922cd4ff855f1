"""What a gate demands beside being no worse: what must be measured, golden wins, latency."""

from __future__ import annotations

from vernacular.comparison.compare import Comparison
from vernacular.comparison.gate_facts import GateFacts, Latency
from vernacular.comparison.gate_finding import Checked, Finding, percent
from vernacular.comparison.gate_policy import GatePolicy, Tier, covers
from vernacular.comparison.gate_rule import Rule
from vernacular.comparison.verdict import Verdict

MAX_NAMED = 10


def check_required(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> Checked:
    """Yields a finding per locale and metric that must be there and is not."""
    compared = {metric.key for metric in comparison.metrics}
    for tier in policy.tiers:
        if not tier.gates:
            continue
        for locale in tier.required:
            yield _is_held(tier, locale, comparison, facts)
        if not any(policy.tier_of(locale) is tier for locale in facts.locales):
            continue
        deciding = {metric.key for metric in policy.deciding(tier)}
        for key in sorted(policy.asked_for(tier) | deciding & {*comparison.missing_metrics}):
            yield None if key in compared else _is_not_scored(tier, key, comparison)


def _is_held(tier: Tier, locale: str, comparison: Comparison, facts: GateFacts) -> Finding | None:
    if any(covers(locale, tag) for tag in facts.locales):
        return None
    return Finding(
        rule=Rule.REQUIRED,
        tier=tier.name,
        locale=locale,
        verdict=Verdict.INCOMPARABLE,
        message=f"{locale} is required and suite {comparison.suite} does not hold it; freeze a"
        " suite with its utterances and run both releases over it",
    )


def _is_not_scored(tier: Tier, key: str, comparison: Comparison) -> Finding:
    who = "one of the runs is" if key in comparison.missing_metrics else "the runs are"
    return Finding(
        rule=Rule.REQUIRED,
        tier=tier.name,
        metric=key,
        verdict=Verdict.INCOMPARABLE,
        message=f"{key} decides in tier {tier.name}, but {who} not scored on it (run"
        f" {comparison.baseline_run_id} and run {comparison.candidate_run_id}); 'metrics' in the"
        " policy names those that decide",
    )


def check_golden(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> Checked:
    """Yields every locale that has golden wins which are broken or were not tested."""
    golden, asked = facts.golden, policy.golden_wins
    if not golden.is_scored:
        yield Finding(
            rule=Rule.GOLDEN,
            metric=asked.metric,
            verdict=Verdict.INCOMPARABLE,
            message=f"golden wins are judged by {asked.metric}, and run"
            f" {comparison.candidate_run_id} is not scored on it; name another metric under"
            " 'golden_wins'",
        )
        return
    n_broken = sum(map(len, golden.broken.values()))
    if n_broken > asked.max_broken:
        for locale, items in golden.broken.items():
            yield _golden(
                policy,
                locale,
                Verdict.REGRESSED,
                f"{_wins(items)} of {locale} {_are(items)} broken by {asked.metric}:"
                f" {_name(items, 'item')} of {comparison.suite}; {n_broken:,} in all where"
                f" {asked.max_broken:,} are allowed",
            )
    elif golden.n_tested:
        yield None
    for locale, utterances in golden.missing.items() if asked.if_missing != "ignore" else ():
        yield _golden(
            policy,
            locale,
            Verdict.INCONCLUSIVE,
            f"{_wins(utterances)} of {locale} {_are(utterances)} not tested, because"
            f" {comparison.suite} does not hold {_name(utterances, 'utterance')}; freeze a suite"
            " with them, take them back with 'vernacular golden remove', or say 'if_missing:"
            " ignore'",
        )


def _golden(policy: GatePolicy, locale: str, verdict: Verdict, message: str) -> Finding:
    tier = policy.tier_of(locale)
    return Finding(
        rule=Rule.GOLDEN,
        tier=None if tier is None else tier.name,
        locale=locale,
        metric=policy.golden_wins.metric,
        verdict=verdict,
        message=message,
    )


def _wins(numbers: tuple[int, ...]) -> str:
    return f"{len(numbers):,} golden {'win' if len(numbers) == 1 else 'wins'}"


def _are(numbers: tuple[int, ...]) -> str:
    return "is" if len(numbers) == 1 else "are"


def _name(numbers: tuple[int, ...], noun: str) -> str:
    some = ", ".join(map(str, numbers[:MAX_NAMED]))
    more = f" and {len(numbers) - MAX_NAMED:,} more" if len(numbers) > MAX_NAMED else ""
    return f"{noun if len(numbers) == 1 else noun + 's'} {some}{more}"


def check_latency(comparison: Comparison, policy: GatePolicy, facts: GateFacts) -> Checked:
    """Yields every latency that has a budget; it is the observed one, of the machine at hand."""
    budget, now, before = policy.latency, facts.candidate_latency, facts.baseline_latency
    absolute = {"p50_ms": budget.p50_ms, "p95_ms": budget.p95_ms}
    for name, limit in absolute.items():
        if limit is not None:
            yield _unknown(comparison.candidate_run_id, now, policy) or _over(
                name, now, limit, f"its budget of {limit:,.4g} ms"
            )
    if budget.max_increase is None:
        return
    for name in absolute:
        unknown = _unknown(comparison.baseline_run_id, before, policy)
        unknown = unknown or _unknown(comparison.candidate_run_id, now, policy)
        unknown = unknown or _of_two_kinds(comparison, before, now)
        if unknown is not None:
            yield unknown
            return
        was = getattr(before, name)
        limit = was * (1 + budget.max_increase)
        text = f"{limit:,.4g} ms, {percent(budget.max_increase)} above the baseline's {was:,.4g}"
        yield _over(name, now, limit, text)


def _unknown(run_id: int, latency: Latency | None, policy: GatePolicy) -> Finding | None:
    if latency is not None and latency.n >= policy.min_coverage * latency.n_answers:
        return None
    n = "no" if latency is None else f"only {latency.n:,} of {latency.n_answers:,}"
    return Finding(
        rule=Rule.LATENCY,
        verdict=Verdict.INCONCLUSIVE,
        message=f"{n} answers of run {run_id} say how long they took; record latency_ms, or take"
        " 'latency' out of the policy",
    )


def _of_two_kinds(
    comparison: Comparison, before: Latency | None, now: Latency | None
) -> Finding | None:
    assert before is not None and now is not None, "an unknown latency was told before"
    if before.is_alone == now.is_alone:
        return None
    runs = (comparison.baseline_run_id, comparison.candidate_run_id)
    alone, others = runs if before.is_alone else reversed(runs)
    return Finding(
        rule=Rule.LATENCY,
        verdict=Verdict.INCONCLUSIVE,
        message=f"run {alone} asked each utterance alone and run {others} did not, so their times"
        " do not compare: run both with --alone, or neither",
    )


def _over(name: str, latency: Latency | None, limit: float, text: str) -> Finding | None:
    assert latency is not None, "an unknown latency was told before"
    value = getattr(latency, name)
    if value <= limit:
        return None
    label = {"p50_ms": "half", "p95_ms": "95 %"}[name]
    return Finding(
        rule=Rule.LATENCY,
        verdict=Verdict.REGRESSED,
        message=f"{label} of {latency.n:,} answers came within {value:,.4g} ms, more than {text}",
    )
