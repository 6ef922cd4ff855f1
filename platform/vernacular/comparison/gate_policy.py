"""The policy of a gate: a file that says which locales decide, by what, and who was let off.

``docs/gate.md`` describes every field. A fraction is written as such: 0.02 for two points.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from vernacular.checked_yaml import Strict, read_checked
from vernacular.comparison.gate_rule import MetricKey, Waiver, Words, canonical_tag
from vernacular.comparison.metrics import METRICS, Metric, MetricKind
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.reply_questions import (
    REPLY_MARGIN,
    REPLY_N_MIN,
    REPLY_PEOPLE_MIN,
    ReplyQuestion,
)
from vernacular.comparison.verdict import Inconclusive
from vernacular.scoring.metric_keys import INTENT_ACCURACY

SCHEMA = "vernacular-gate/1"
EVERYWHERE = "*"


def _fraction(value: Any) -> float:
    """Returns a number from 0 to below 1; most who write 2 mean two points."""
    # Of a list that holds itself many times over, only the beginning is ever written.
    text = value.strip() if isinstance(value, str) else reprlib.repr(value)
    number = text.removesuffix("%").strip()
    try:
        given = float("nan") if isinstance(value, bool) else float(number)
    except ValueError:
        given = float("nan")
    if text == number and 0 <= given < 1:
        return given
    if 0 <= given < 100:
        raise ValueError(f"{text} is no fraction: write {given / 100:g} for {given:g} points")
    raise ValueError(f"{text:.40} is no fraction from 0 to below 1, such as 0.02 for two points")


def _number(value: Any) -> Any:
    """Returns a number as it stands; YAML's ``yes`` would count as 1."""
    if isinstance(value, bool):
        raise ValueError(f"a number is expected, not {str(value).lower()}")
    return value


def _pattern(value: Any) -> str:
    return EVERYWHERE if value == EVERYWHERE else canonical_tag(value)


def _known_to_flip(key: str) -> str:
    shares = [metric.key for metric in METRICS if metric.kind is MetricKind.PROPORTION]
    if key not in shares:
        raise ValueError(
            f"{key!r:.40} does not say right or wrong of an utterance; {', '.join(shares)} do"
        )
    return key


def _of_intents(value: Any) -> Any:
    """Returns a lone ceiling as that of intent accuracy."""
    return value if isinstance(value, Mapping) else {INTENT_ACCURACY: value}


Whole = Annotated[int, BeforeValidator(_number)]
Real = Annotated[float, BeforeValidator(_number)]
Fraction = Annotated[float, BeforeValidator(_fraction)]
Margin = Annotated[Fraction, Field(gt=0)]
Pattern = Annotated[str, BeforeValidator(_pattern)]
FlipKey = Annotated[str, AfterValidator(_known_to_flip)]
Milliseconds = Annotated[Real, Field(gt=0, allow_inf_nan=False)]


class Margins(Strict):
    """How a metric decides; what is left out is as one level further out, in the end the default of
    the metric."""

    margin: Margin | None = None
    min_effect: Fraction | None = None


MetricRules = Annotated[
    dict[MetricKey, Annotated[Margins, BeforeValidator(lambda given: given or {})]],
    Field(min_length=1),
]
"""The metrics that decide; a key without anything behind it takes the margins from further out."""


class GoodReplies(Strict):
    """How a question decides whose yes is good; what is left out is as one level further out."""

    margin: Margin | None = None
    """How much fewer may say yes than of the baseline; without it they are not held together."""
    at_least: Fraction | None = Field(None, alias="min")
    """The smallest share that says yes, whatever the baseline had."""

    @property
    def limit(self) -> float | None:
        """The share of yes that is acceptable at worst."""
        return self.at_least


class BadReplies(Strict):
    """The same of a question whose yes is bad."""

    margin: Margin | None = None
    """How much more may say yes than of the baseline."""
    at_most: Fraction | None = Field(None, alias="max")
    """The largest share that says yes."""

    @property
    def limit(self) -> float | None:
        """The share of yes that is acceptable at worst."""
        return self.at_most


_NAMED = BeforeValidator(lambda given: given or {})
"""Without anything behind it a question takes what stands further out."""
Good = Annotated[GoodReplies | None, _NAMED]
Bad = Annotated[BadReplies | None, _NAMED]


class ReplyRules(Strict):
    """The questions about replies that decide, as native speakers answer them in live sessions."""

    n_min: Annotated[Whole, Field(ge=1)] | None = None
    """With fewer answers about a release a locale is INCONCLUSIVE."""
    people_min: Annotated[Whole, Field(ge=1)] | None = None
    """With fewer people who gave them, too."""
    appropriate: Good = None
    right_formality: Good = None
    would_offend: Bad = None
    understandable: Good = None

    def rule(self, question: ReplyQuestion) -> GoodReplies | BadReplies | None:
        """Returns what is said of a question; None where it is not named."""
        found: GoodReplies | BadReplies | None = getattr(self, question.value)
        return found


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """How one question decides in a tier."""

    question: ReplyQuestion
    margin: float | None
    """None: it is not held against the baseline."""
    limit: float | None
    """The share of yes that is acceptable at worst; None: any."""
    n_min: int
    people_min: int


class Tier(Strict):
    """Locales that are judged alike."""

    name: Words
    locales: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    """Tags. One without region (``ar``) stands for all that begin with it, ``*`` for all."""
    gates: bool = True
    """False: its locales are watched, and nothing of this tier decides."""
    metrics: MetricRules | None = None
    """The metrics that decide here; left out, those of the policy."""
    max_nfr: Annotated[dict[FlipKey, Fraction], BeforeValidator(_of_intents)] = Field(
        default_factory=dict
    )
    """Per metric, the largest share of utterances that worked and no longer do."""
    floors: dict[MetricKey, Fraction] = Field(default_factory=dict)
    """Per metric, the smallest value that is acceptable; of an error rate, the largest."""
    required: tuple[Annotated[str, BeforeValidator(canonical_tag)], ...] = ()
    """Locales that the suite must hold."""
    replies: ReplyRules | None = None
    """The questions about replies that decide here; left out, those of the policy."""

    @field_validator("locales")
    @classmethod
    def _refuse_repeated(cls, locales: tuple[str, ...]) -> tuple[str, ...]:
        for tag in locales:
            if locales.count(tag) > 1:
                raise ValueError(f"{tag} is named twice")
        return locales

    @field_validator("required")
    @classmethod
    def _require_own(cls, required: tuple[str, ...], info: Any) -> tuple[str, ...]:
        for tag in required:
            if not any(covers(one, tag) for one in info.data.get("locales", (EVERYWHERE,))):
                raise ValueError(f"{tag} is not among the locales of this tier")
        return required

    def holds(self, locale: str) -> bool:
        """True if the tier names the locale."""
        return not self.patterns.isdisjoint(patterns_of(locale))

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The same as ``locales``, in lower case."""
        return frozenset(pattern.lower() for pattern in self.locales)


def covers(pattern: str, tag: str) -> bool:
    """Returns whether a pattern stands for a tag, by basic filtering (RFC 4647, 3.3.1)."""
    return pattern.lower() in patterns_of(tag)


def patterns_of(tag: str) -> list[str]:
    """Returns every pattern that stands for a tag: the tag itself, its beginnings, all."""
    parts = tag.lower().split("-")
    return [EVERYWHERE, *("-".join(parts[:n]) for n in range(1, len(parts) + 1))]


class GoldenWins(Strict):
    """What is asked of the utterances that were pinned with ``golden add``, in all locales."""

    metric: Literal["intent_acc", "ex_match_acc"] = INTENT_ACCURACY  # type: ignore[assignment]
    """What "understood" means: the intent, or the intent and every slot."""
    max_broken: Annotated[Whole, Field(ge=0)] = 0
    """How many of them may be misunderstood, in all locales together."""
    if_missing: Literal["inconclusive", "ignore"] = "inconclusive"
    """What is said of a pinned utterance that the suite does not hold, although it holds others of
    its locale."""


class LatencyBudget(Strict):
    """How long the candidate may take to answer."""

    p50_ms: Milliseconds | None = None
    """The median of its answers."""
    p95_ms: Milliseconds | None = None
    """What 95 % of its answers keep within."""
    max_increase: Annotated[Real, Field(ge=0, le=10, allow_inf_nan=False)] | None = None
    """How much longer than the baseline's both may become: 0.2 for a fifth."""


class GatePolicy(Strict):
    """A whole policy file."""

    schema_name: Literal["vernacular-gate/1"] = Field(alias="schema")
    suite: Words | None = None
    """The suite; left out, the one that both releases ran last."""
    baseline: Words = "accepted"
    alpha: Annotated[Real, Field(gt=0, lt=0.5)] = DEFAULT_POLICY.alpha
    q: Annotated[Real, Field(gt=0, lt=1)] = DEFAULT_POLICY.q
    correction: Literal["bh", "holm"] = "bh"
    n_min: Annotated[Whole, Field(ge=1)] = DEFAULT_POLICY.n_min
    min_coverage: Annotated[Real, Field(ge=0, le=1)] = DEFAULT_POLICY.min_coverage
    n_resamples: Annotated[Whole, Field(ge=100, le=100_000)] = DEFAULT_POLICY.n_resamples
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = DEFAULT_POLICY.seed
    inconclusive: Inconclusive = "fail"
    """What becomes of an inconclusive verdict."""
    metrics: MetricRules | None = None
    """The metrics that decide; left out, all that both runs are scored on."""
    macro_margin: Margin = DEFAULT_POLICY.macro_margin
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)] = (
        Tier(name="all", locales=(EVERYWHERE,)),
    )
    """The first that names a locale judges it; a locale that none names is watched."""
    golden_wins: GoldenWins = GoldenWins()
    latency: LatencyBudget = LatencyBudget()
    replies: ReplyRules | None = None
    """The questions about replies that decide; left out, none."""
    waivers: tuple[Waiver, ...] = ()

    @field_validator("tiers")
    @classmethod
    def _refuse_unreachable(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        for i, tier in enumerate(tiers):
            for earlier in tiers[:i]:
                if earlier.name == tier.name:
                    raise ValueError(f"two tiers are called {tier.name!r}")
                for pattern in tier.locales:
                    taken = [one for one in patterns_of(pattern) if one in earlier.patterns]
                    if taken:
                        raise ValueError(
                            f"{pattern!r} of tier {tier.name!r} is never reached: the first tier"
                            f" that names a locale judges it, and {earlier.name!r} has"
                            f" {taken[0]!r}"
                        )
        return tiers

    def tier_of(self, locale: str) -> Tier | None:
        """Returns the first tier that names a locale; None where none does."""
        return next((tier for tier in self.tiers if tier.holds(locale)), None)

    def deciding(self, tier: Tier) -> tuple[Metric, ...]:
        """Returns the metrics that decide in a tier, with the margins they have there."""
        named = tier.metrics or self.metrics
        everywhere = self._with_margins(METRICS, self.metrics)
        if not tier.gates:
            return ()
        deciding = [metric for metric in everywhere if named is None or metric.key in named]
        return self._with_margins(deciding, tier.metrics)

    def asked_for(self, tier: Tier) -> frozenset[str]:
        """Returns the metrics that a gating tier asks for by name; runs without them fail it."""
        if not tier.gates:
            return frozenset()
        return frozenset((*(tier.metrics or self.metrics or ()), *tier.max_nfr, *tier.floors))

    def reply_rules(self, tier: Tier) -> tuple[ReplyRule, ...]:
        """Returns the questions about replies that decide in a tier.

        What the tier leaves out comes from the policy; a question of which neither says anything is
        held against the baseline with the default margin.
        """
        named = tier.replies or self.replies
        if not tier.gates or named is None:
            return ()
        outer = self.replies or ReplyRules()
        n_min = named.n_min or outer.n_min or REPLY_N_MIN
        people_min = named.people_min or outer.people_min or REPLY_PEOPLE_MIN
        rules = []
        for question in ReplyQuestion:
            own, further = named.rule(question), outer.rule(question)
            if own is None:
                continue
            said = (own,) if further is None else (own, further)
            margin = next((one.margin for one in said if one.margin is not None), None)
            limit = next((one.limit for one in said if one.limit is not None), None)
            if margin is None and limit is None:
                margin = REPLY_MARGIN
            rules.append(ReplyRule(question, margin, limit, n_min, people_min))
        return tuple(rules)

    def to_policy(self, locales: Sequence[str]) -> Policy:
        """Returns what a comparison is judged by.

        Args:
            locales: those of the suite.
        """
        gated = {
            tag: metrics
            for tag in locales
            if (tier := self.tier_of(tag)) is not None and (metrics := self.deciding(tier))
        }
        return Policy(
            alpha=self.alpha,
            q=self.q,
            n_min=self.n_min,
            min_coverage=self.min_coverage,
            n_resamples=self.n_resamples,
            seed=self.seed,
            fwer=self.correction == "holm",
            macro_margin=self.macro_margin,
            metrics=self._with_margins(METRICS, self.metrics),
            gated=gated,
        )

    @staticmethod
    def _with_margins(
        metrics: Sequence[Metric], rules: Mapping[str, Margins] | None
    ) -> tuple[Metric, ...]:
        """Returns the metrics with the margins that ``rules`` give them."""
        given = {key: one.model_dump(exclude_none=True) for key, one in (rules or {}).items()}
        return tuple(replace(metric, **given.get(metric.key, {})) for metric in metrics)


DEFAULT_GATE_POLICY = GatePolicy.model_validate({"schema": SCHEMA})
"""Every locale decides, with the default margins of every metric."""


def read_gate_policy(path: Path) -> GatePolicy:
    """Returns the policy in the YAML file ``path``.

    Raises:
        InvalidInput: it cannot be read, or says something unknown; with the line.
    """
    return read_checked(path, GatePolicy, kind="gate policy", begins_with="schema")
