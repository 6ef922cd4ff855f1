"""How far the people who judged a corpus agree, per locale and kind of label.

Labels on which people do not agree cannot show that a release got worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from vernacular.corpus.utterance import Judgment
from vernacular.errors import NotFound
from vernacular.scoring.agreement import LabelUse, Level, measure_agreement
from vernacular.store.database import Db
from vernacular.store.labels import list_judgments


@dataclass(frozen=True, slots=True)
class LabelKind:
    """One question that people were asked of each utterance."""

    name: str
    value: Callable[[Judgment], int | str]
    is_scale: bool = False
    """Whether its values go from worse to better, so that they may be ranked."""


def _languages(judgment: Judgment) -> str:
    return "|".join(sorted(judgment.language_identification.split("|")))


LABEL_KINDS = (
    LabelKind("intent", lambda one: one.intent_score),
    LabelKind("slots", lambda one: one.slots_score),
    LabelKind("grammar", lambda one: one.grammar_score, is_scale=True),
    LabelKind("spelling", lambda one: one.spelling_score, is_scale=True),
    LabelKind("language_identification", _languages),
)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One locale and kind of label. None is unknown."""

    locale: str
    label: str
    level: Level
    n_items: int
    """Utterances that two or more people judged."""
    n_people: int
    n_judgments: int
    observed: float | None
    """The share of pairs of judgments of one utterance that are equal, a fraction."""
    alpha: float | None
    """Krippendorff's; None where only one person judged, or nobody ever judged otherwise."""
    low: float | None
    """Bounds of its 95 % interval, by resampling utterances."""
    high: float | None
    use: LabelUse | None


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The agreement on one source, or on one partition or locale of it."""

    source: str
    partition: str | None
    seed: int
    n_resamples: int
    rows: tuple[AgreementRow, ...]
    """By locale, then in the order of ``LABEL_KINDS``."""


def report_agreement(
    db: Db,
    source: str,
    partition: str | None = None,
    locale: str | None = None,
    *,
    ranks_scales: bool = False,
    n_resamples: int = 10_000,
    seed: int = 20260101,
) -> AgreementReport:
    """Returns the agreement of the judgments that a source came with.

    Args:
        db: an open transaction.
        source: the name the corpus is stored under.
        partition: train, dev or test; None for all.
        locale: BCP 47 tag; None for all.
        ranks_scales: measures grammar and spelling as ordinal instead of nominal.
        n_resamples: draws behind each interval.
        seed: of those draws.

    Raises:
        NotFound: nothing there was judged by anybody.
    """
    judged: defaultdict[str, list[list[Judgment]]] = defaultdict(list)
    for tag, judgments in list_judgments(db, source, partition, locale):
        judged[tag].append(judgments)
    if not judged:
        where = " ".join(part for part in (source, partition, locale) if part)
        raise NotFound(
            f"no utterance of {where} came with judgments; 'vernacular corpus list' shows what is"
            " stored"
        )
    rows = []
    for tag, items in sorted(judged.items()):
        for kind in LABEL_KINDS:
            level: Level = "ordinal" if kind.is_scale and ranks_scales else "nominal"
            found = measure_agreement(
                [{one.worker_id: kind.value(one) for one in item} for item in items],
                level,
                n_resamples=n_resamples,
                seed=seed,
            )
            rows.append(
                AgreementRow(
                    tag,
                    kind.name,
                    level,
                    found.n_items,
                    found.n_people,
                    found.n_judgments,
                    found.observed,
                    found.alpha,
                    found.low,
                    found.high,
                    found.use,
                )
            )
    return AgreementReport(source, partition, seed, n_resamples, tuple(rows))
