"""How well a run tells each intent, and which ones it takes for which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from vernacular.errors import NotFound
from vernacular.scoring.intents import ConfusionCell, IntentConfusion, IntentScore
from vernacular.scoring.intervals import Interval, wilson
from vernacular.store.database import Db
from vernacular.store.labels import list_labels
from vernacular.store.runs import find_parts, find_run
from vernacular.store.scores import find_score_set
from vernacular.store.suites import count_items


@dataclass(frozen=True, slots=True)
class IntentRow:
    """One intent. Rates are fractions; None is undefined."""

    intent: str
    n: int
    """Utterances of which it is expected."""
    n_answered: int
    """Utterances to which it was answered, rightly or not."""
    n_correct: int
    precision: float | None
    recall: float | None
    f1: float | None
    precision_interval: Interval | None = None
    """95 %, in a report on one locale; over all of them utterances are parallel, so that no plain
    interval holds."""
    recall_interval: Interval | None = None
    worst_locale: str | None = None
    """Where recall is least, in a report on several locales."""
    worst_recall: float | None = None


@dataclass(frozen=True, slots=True)
class IntentReport:
    """The intents of one run, in one locale or over all."""

    release: str
    suite: str
    run_id: int
    locale: str | None
    n_items: int
    """Utterances of the suite in question, answered yet or not."""
    n: int
    """Those that have a result."""
    n_failed: int
    """Those that failed; they count as missed, like those that were answered without intent."""
    n_correct: int
    accuracy: float | None
    macro_f1: float | None
    """The mean F1 of the intents below."""
    intents: tuple[IntentRow, ...]
    """By name."""
    confusions: tuple[ConfusionCell, ...]
    """All that were wrong, most frequent first."""


def report_intents(db: Db, run_id: int, locale: str | None = None) -> IntentReport:
    """Returns the intents of a run, finished or not.

    Raises:
        NotFound: there is no such run, it answered no intents, or its suite has no such locale.
    """
    run = find_run(db, run_id)
    release, suite = find_parts(db, run)
    n_items = count_items(db, suite.id)
    if locale is not None and locale not in n_items:
        raise NotFound(f"suite {suite.name} has no {locale}; it has {', '.join(n_items)}")
    counts: defaultdict[str, Counter[tuple[str, str | None]]] = defaultdict(Counter)
    n_failed = 0
    for tag, expected, found, _, failed in list_labels(
        db, run, find_score_set(db, run_id).id, locale
    ):
        counts[tag][expected, found] += 1
        n_failed += failed
    by_locale = {tag: IntentConfusion.of_counts(pairs) for tag, pairs in sorted(counts.items())}
    whole = sum(by_locale.values(), IntentConfusion())
    return IntentReport(
        release=release.name,
        suite=suite.name,
        run_id=run_id,
        locale=locale,
        n_items=sum(n_items.values()) if locale is None else n_items[locale],
        n=whole.n,
        n_failed=n_failed,
        n_correct=whole.n_correct,
        accuracy=whole.accuracy,
        macro_f1=whole.macro_f1,
        intents=_rows(whole, by_locale),
        confusions=whole.confusions(),
    )


def _rows(
    whole: IntentConfusion, by_locale: Mapping[str, IntentConfusion]
) -> tuple[IntentRow, ...]:
    if len(by_locale) == 1:
        return tuple(
            _row(
                score,
                precision_interval=wilson(score.tp, score.n_answered),
                recall_interval=wilson(score.tp, score.support),
            )
            for score in whole.scores()
        )
    worst: dict[str, tuple[float, str]] = {}
    for tag, confusion in by_locale.items():
        for score in confusion.scores():
            if score.recall is not None:
                least = worst.get(score.intent, (score.recall, tag))
                worst[score.intent] = min(least, (score.recall, tag))
    return tuple(_row(score, worst=worst.get(score.intent)) for score in whole.scores())


def _row(
    score: IntentScore,
    *,
    precision_interval: Interval | None = None,
    recall_interval: Interval | None = None,
    worst: tuple[float, str] | None = None,
) -> IntentRow:
    worst_recall, worst_locale = worst or (None, None)
    return IntentRow(
        intent=score.intent,
        n=score.support,
        n_answered=score.n_answered,
        n_correct=score.tp,
        precision=score.precision,
        recall=score.recall,
        f1=score.f1,
        precision_interval=precision_interval,
        recall_interval=recall_interval,
        worst_locale=worst_locale,
        worst_recall=worst_recall,
    )
