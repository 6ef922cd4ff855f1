"""What a release makes of locales it was never trained on, beside those it was.

Every locale stands against English and against the mean of the locales that were trained on. The
transfer gap is the mean of the unseen locales minus that of the trained ones. Means are unweighted:
a locale counts as one, however many utterances it has. All gaps are of one run over one suite,
whose locales may share their utterances, so that their intervals are those of ``contrasts.py``.
They say what other utterances would give in these very locales; what other languages would give, a
few languages that nobody drew at random cannot say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from vernacular.comparison.closed_form import Floats
from vernacular.comparison.contrasts import Contrast, LocaleRates, rates_by_locale
from vernacular.comparison.locale_sums import LocaleSum, sum_per_locale
from vernacular.comparison.metrics import Metric
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.run_counts import RunCounts
from vernacular.errors import InvalidInput

LEVEL = 0.95
"""Of every interval here."""
_USUAL_ENGLISH = "en-US"


@dataclass(frozen=True, slots=True)
class Gap:
    """By how much one rate or mean is better than another, as fractions; negative is worse, for
    error rates too."""

    metric: str
    delta: float
    low: float | None
    """Bounds of the 95 % interval; None where nothing varies, so that none can be told."""
    high: float | None


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The unweighted mean over several locales, as a fraction."""

    locales: tuple[str, ...]
    rate: float
    low: float | None
    """Bounds of the 95 % interval."""
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleTransfer:
    """One locale. Rates are fractions; None is unknown."""

    locale: str
    n: int
    """Utterances scored; those that failed count as wrong."""
    n_clusters: int
    rate: float | None
    low: float | None
    """Bounds of the 95 % interval of the rate."""
    high: float | None
    is_trained: bool | None
    """Whether the release was trained on it; None where its manifest does not say."""
    is_averaged: bool
    """False where there are too few utterances for a mean, or nothing is counted."""
    to_english: Gap | None
    """None of English itself, and where the suite has none."""
    to_trained: Gap | None
    """Against the mean of the trained locales, without this one where it is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One metric of one run, by what the release was trained on."""

    run_id: int
    release: str
    suite: str
    scorer: str
    normaliser: str | None
    reference_key: str
    metric: str
    is_error: bool
    """True for an error rate, of which less is better."""
    n_items: int
    """Utterances of the suite, answered or not."""
    n_results: int
    n_failed: int
    n_min: int
    """With fewer utterances a locale is in no mean."""
    english: str | None
    """The locale that stands for English; None where the suite has none."""
    locales: tuple[LocaleTransfer, ...]
    """The one with the worst gap to the trained ones first (to English, where none is known)."""
    left_out: tuple[str, ...]
    """Locales that the metric does not judge, such as a word error rate those without spaces."""
    is_training_known: bool
    """Whether the manifest names the locales that the release was trained on."""
    trained: GroupMean | None
    """None where no trained locale is in the mean; likewise of the unseen ones."""
    unseen: GroupMean | None
    gap: Gap | None
    """Mean of the unseen minus mean of the trained locales; None without either."""
    worst_unseen: str | None
    """The unseen locale in the mean with the worst rate."""

    def find(self, locale: str) -> LocaleTransfer:
        """Returns one of the locales."""
        return next(one for one in self.locales if one.locale == locale)


def covers(tags: Collection[str], locale: str) -> bool:
    """Returns whether ``locale`` is one of ``tags``, or part of a wider one as ``sw-KE`` of ``sw``.

    Source: basic filtering of RFC 4647, section 3.3.1.
    """
    tag = locale.lower()
    return any(tag == one.lower() or tag.startswith(f"{one.lower()}-") for one in tags)


def measure_transfer(
    run: RunCounts,
    metric: Metric,
    trained: Collection[str] | None,
    *,
    n_min: int = DEFAULT_POLICY.n_min,
) -> Transfer:
    """Returns how a run does in every locale, against English and against the trained ones.

    Args:
        run: the scored results.
        metric: what is measured; locales that it does not judge are left out.
        trained: the locales that the release was trained on; None where nobody said.
        n_min: utterances that a locale needs to be in a mean.

    Raises:
        InvalidInput: the run was not scored on the metric.
    """
    if not run.has(metric):
        raise InvalidInput(f"run {run.run_id} was not scored on {metric.key}", field="metric")
    table = _Table(run, metric, trained, n_min)
    seen = [tag for tag in table.averaged if table.is_trained(tag)]
    unseen = [tag for tag in table.averaged if table.is_trained(tag) is False]
    english = _find_english(table)
    rows = [_row(table, tag, english, seen) for tag in table.sums]
    worst = max if metric.is_error else min
    return Transfer(
        run_id=run.run_id,
        release=run.release,
        suite=run.suite,
        scorer=run.scorer,
        normaliser=run.normaliser,
        reference_key=run.reference_key,
        metric=metric.key,
        is_error=metric.is_error,
        n_items=sum(run.n_items.values()),
        n_results=len(run.item),
        n_failed=int(run.failed.sum()),
        n_min=n_min,
        english=english,
        locales=tuple(
            sorted(rows, key=lambda row: _goodness(row, sign=metric.sign, has_trained=bool(seen)))
        ),
        left_out=tuple(sorted(tag for tag in run.n_items if not metric.is_primary(tag))),
        is_training_known=trained is not None,
        trained=table.mean(seen),
        unseen=table.mean(unseen),
        gap=table.gap(unseen, seen),
        worst_unseen=worst(unseen, key=table.rate) if unseen else None,
    )


class _Table:
    """The sums and rates of one metric, asked for by tag."""

    def __init__(
        self, run: RunCounts, metric: Metric, trained: Collection[str] | None, n_min: int
    ) -> None:
        self.metric = metric
        self.sums: dict[str, LocaleSum] = {
            one.locale: one
            for one in sum_per_locale(run)
            if one.metric == metric.key and metric.is_primary(one.locale)
        }
        self.averaged = [
            tag for tag, one in self.sums.items() if one.n >= n_min and one.sums.ratio is not None
        ]
        self._trained = trained
        self._place = {tag: i for i, tag in enumerate(run.locales)}
        numerators, denominators = metric.ratio_parts(run.counts)
        self._rates: LocaleRates = rates_by_locale(
            numerators,
            denominators,
            locale=run.locale,
            cluster=run.cluster,
            n_locales=len(run.locales),
        )

    def is_trained(self, tag: str) -> bool | None:
        return None if self._trained is None else covers(self._trained, tag)

    def rate(self, tag: str) -> float:
        return float(self._rates.rate[self._place[tag]])

    def mean(self, tags: Collection[str]) -> GroupMean | None:
        found = self._contrast(tags, ()) if tags else None
        if found is None:
            return None
        low, high = found.interval(LEVEL) or (None, None)
        return GroupMean(tuple(tags), found.value, low, high)

    def gap(self, tags: Collection[str], others: Collection[str]) -> Gap | None:
        """Returns the mean of some locales minus that of others, oriented; None without either."""
        found = self._contrast(tags, others) if tags and others else None
        if found is None:
            return None
        sign = self.metric.sign
        low, high = found.interval(LEVEL) or (None, None)
        if low is not None and high is not None:
            low, high = sorted((sign * low, sign * high))
        return Gap(self.metric.key, sign * found.value, low, high)

    def _contrast(self, tags: Collection[str], others: Collection[str]) -> Contrast | None:
        weights = self._shares(tags)
        if others:
            weights -= self._shares(others)
        return self._rates.weigh(weights)

    def _shares(self, tags: Iterable[str]) -> Floats:
        places = [self._place[tag] for tag in tags]
        weights = np.zeros(len(self._rates.rate))
        weights[places] = 1 / len(places)
        return weights


def _find_english(table: _Table) -> str | None:
    """Returns the locale of English: that of the United States, else the first by tag."""
    found = sorted(
        tag for tag, one in table.sums.items() if covers(["en"], tag) and one.sums.ratio is not None
    )
    return _USUAL_ENGLISH if _USUAL_ENGLISH in found else next(iter(found), None)


def _row(table: _Table, tag: str, english: str | None, seen: Collection[str]) -> LocaleTransfer:
    one = table.sums[tag]
    low, high = table.metric.interval(one.sums) or (None, None)
    return LocaleTransfer(
        locale=tag,
        n=one.n,
        n_clusters=one.sums.n_clusters,
        rate=one.sums.ratio,
        low=low,
        high=high,
        is_trained=table.is_trained(tag),
        is_averaged=tag in table.averaged,
        to_english=table.gap([tag], [english]) if english not in (None, tag) else None,
        to_trained=table.gap([tag], [other for other in seen if other != tag]),
    )


def _goodness(row: LocaleTransfer, *, sign: int, has_trained: bool) -> tuple[bool, float, str]:
    """Returns what locales are ordered by: the gap to the trained mean, or simply the rate.

    Without trained locales the rate gives the same order as the gap to English would.
    """
    if row.rate is None:
        return True, 0.0, row.locale
    # Of the only trained locale there is no mean of the others; it is its own.
    alone = 0.0 if has_trained else sign * row.rate
    return False, row.to_trained.delta if row.to_trained else alone, row.locale
