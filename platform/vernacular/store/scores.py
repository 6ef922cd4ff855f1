"""Queries on score sets, scores, and their sums per locale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from vernacular.comparison.locale_sums import LocaleSum
from vernacular.errors import NotFound
from vernacular.scoring.intervals import RatioSums
from vernacular.scoring.normaliser import LENIENT
from vernacular.store.database import Db
from vernacular.store.inserting import insert_new, insert_rows
from vernacular.store.tables import LocaleScore, Run, Score, ScoreSet, SuiteItem
from vernacular.store.tables.runs import AS_FROZEN


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """What scores were made by; scores of different rules are not comparable."""

    scorer: str
    normaliser: str | None
    reference_key: str = AS_FROZEN

    def fit(self, other: ScoringRules) -> bool:
        """True if scores of both may be compared; rules for what was heard bind only those who
        heard."""
        normalisers = {self.normaliser, other.normaliser} - {None}
        same = (self.scorer, self.reference_key) == (other.scorer, other.reference_key)
        return same and len(normalisers) <= 1


def rules_of(scores: ScoreSet) -> ScoringRules:
    """Returns what a score set was made by."""
    return ScoringRules(scores.scorer, scores.normaliser, scores.reference_key)


def start_score_set(db: Db, run: Run, rules: ScoringRules) -> ScoreSet:
    """Stores a new score set without scores."""
    scores = ScoreSet(
        run_id=run.id,
        scorer=rules.scorer,
        normaliser=rules.normaliser,
        reference_key=rules.reference_key,
    )
    db.add(scores)
    db.flush()
    return scores


def list_score_sets(db: Db, run_id: int) -> list[ScoreSet]:
    """Returns the score sets of a run, newest first."""
    query = select(ScoreSet).where(ScoreSet.run_id == run_id).order_by(ScoreSet.id.desc())
    return list(db.scalars(query))


def list_judging_sets(db: Db, run_id: int) -> list[ScoreSet]:
    """Returns the score sets that a run may be judged by, newest first: all but the lenient."""
    return [one for one in list_score_sets(db, run_id) if one.normaliser != LENIENT]


def find_score_set(db: Db, run_id: int) -> ScoreSet:
    """Returns the newest score set of a run; lenient ones only stand beside it.

    Raises:
        NotFound: the run has none.
    """
    newest = next(iter(list_judging_sets(db, run_id)), None)
    if newest is None:
        raise NotFound(f"run {run_id} has no scores")
    return newest


def record_scores(db: Db, score_set_id: int, scores: Sequence[dict[str, Any]]) -> None:
    """Stores scores of a set; those that are stored already stay as they are."""
    insert_new(db, Score, [{"score_set_id": score_set_id, **score} for score in scores])


def record_sums(db: Db, score_set_id: int, sums: Sequence[LocaleSum]) -> None:
    """Stores the sums of a score set, one row per metric and locale."""
    rows = [
        {
            "score_set_id": score_set_id,
            "metric": one.metric,
            "locale": one.locale,
            "n": one.n,
            "n_failed": one.n_failed,
            "n_clusters": one.sums.n_clusters,
            "numerator": one.sums.x,
            "denominator": one.sums.y,
            "sum_xx": one.sums.xx,
            "sum_xy": one.sums.xy,
            "sum_yy": one.sums.yy,
        }
        for one in sums
    ]
    insert_rows(db, LocaleScore, rows)


def list_sums(db: Db, score_set_id: int) -> list[LocaleSum]:
    """Returns the sums of a score set, by metric and locale; none while its run is open."""
    query = (
        select(LocaleScore)
        .where(LocaleScore.score_set_id == score_set_id)
        .order_by(LocaleScore.metric, LocaleScore.locale)
    )
    return [_sum_of(row) for row in db.scalars(query)]


def _sum_of(row: LocaleScore) -> LocaleSum:
    sums = RatioSums(
        row.n_clusters, row.numerator, row.denominator, row.sum_xx, row.sum_xy, row.sum_yy
    )
    return LocaleSum(row.metric, row.locale, row.n, row.n_failed, sums)


def list_edit_sums(db: Db, run: Run, score_set_id: int) -> list[tuple[str, int, int, int]]:
    """Returns (locale, substitutions, deletions, insertions) of a score set, by locale.

    Each is of the unit that judges its locale.
    """
    query = (
        select(
            SuiteItem.locale,
            func.sum(Score.substitutions),
            func.sum(Score.deletions),
            func.sum(Score.insertions),
        )
        .join(SuiteItem, (SuiteItem.suite_id == run.suite_id) & (SuiteItem.number == Score.item))
        .where(Score.score_set_id == score_set_id)
        .group_by(SuiteItem.locale)
        .order_by(SuiteItem.locale)
    )
    return [(locale, int(s), int(d), int(i)) for locale, s, d, i in db.execute(query)]


def list_scores(db: Db, score_set_id: int, columns: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    """Returns the named columns of every score of a set, ordered by item."""
    wanted = [getattr(Score, name) for name in columns]
    query = select(*wanted).where(Score.score_set_id == score_set_id).order_by(Score.item)
    # The driver's own tuples: a hundred thousand rows of whole numbers need nothing of the ORM.
    return db.connection().execute(query).cursor.fetchall()
