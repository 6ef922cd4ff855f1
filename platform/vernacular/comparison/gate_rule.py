"""The rules of a gate, and waivers from them."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints, with_config

from vernacular.comparison.metrics import METRICS
from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput


class Rule(StrEnum):
    """What a finding is about; the members stand in the order in which findings are read."""

    REQUIRED = "required"
    """Something that must be measured was not: a locale, or a metric."""
    REGRESSION = "regression"
    """A metric in one locale against the baseline."""
    MACRO = "macro"
    """The mean of a metric over the locales."""
    NFR = "nfr"
    """The ceiling on utterances that worked and no longer do."""
    FLOOR = "floor"
    """The worst value of a metric that is acceptable whatever the baseline had."""
    GOLDEN = "golden"
    """Utterances that must be understood by every release."""
    LATENCY = "latency"
    REPLIES = "replies"
    """What native speakers say of replies in live sessions, in one locale."""


WAIVABLE = (Rule.REGRESSION, Rule.NFR, Rule.FLOOR, Rule.GOLDEN, Rule.REPLIES)
"""Rules about one locale, which a waiver is for."""


def canonical_tag(value: Any) -> str:
    """Returns a locale tag in its usual casing.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool):
        word = "yes" if value else "no"
        raise ValueError(f'YAML reads {word} as {str(value).lower()}; write the tag as "{word}"')
    if not isinstance(value, str):
        raise ValueError(f"a locale tag such as sw-KE is expected, not {reprlib.repr(value):.40}")
    try:
        return find_locale(value).tag
    except InvalidInput as error:
        raise ValueError(error.reason) from error


def known_metric(key: str) -> str:
    """Returns the key of a metric.

    Raises:
        ValueError: there is no such metric.
    """
    keys = [metric.key for metric in METRICS]
    if key not in keys:
        raise ValueError(f"{key!r:.40} is no metric; the metrics are {', '.join(keys)}")
    return key


def _metric_or_question(key: str) -> str:
    return key if key in list(ReplyQuestion) else known_metric(key)


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r:.40} is no day: {error}") from error
    raise ValueError(f"a day such as 2027-01-31 is expected, not {reprlib.repr(value):.40}")


def _waivable(rule: Rule) -> Rule:
    if rule not in WAIVABLE:
        raise ValueError(
            f"'{rule}' is not a rule about one locale that can be compared; a waiver is for"
            f" {', '.join(WAIVABLE)}"
        )
    return rule


Tag = Annotated[str, BeforeValidator(canonical_tag)]
MetricKey = Annotated[str, AfterValidator(known_metric)]
WaivedKey = Annotated[str, AfterValidator(_metric_or_question)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody's word that a finding about one locale does not stop this release, for some time.

    What cannot be compared cannot be waived: nobody knows what would be waived.
    """

    locale: Tag
    owner: Words
    """Who answers for it."""
    reason: Words
    expires: Annotated[date, BeforeValidator(_day)]
    """The last day on which it holds, in UTC."""
    metric: WaivedKey | None = None
    """The metric, or question about replies, it is limited to."""
    rule: Annotated[Rule, AfterValidator(_waivable)] | None = None
    """The rule it is limited to."""

    def holds(self, today: date) -> bool:
        """True up to the end of the last day."""
        return today <= self.expires

    def covers(self, locale: str | None, metric: str | None, rule: Rule) -> bool:
        """True if it is about this locale, metric and rule."""
        return (
            locale is not None
            and locale.lower() == self.locale.lower()
            and self.metric in (None, metric)
            and self.rule in (None, rule)
        )
