"""Scores a finished run again: against corrected references, or by other text rules.

What a run returned is kept for ever, and so are its scores: rescoring adds a score set beside them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vernacular.comparison.locale_sums import sum_per_locale
from vernacular.errors import Conflict, InvalidInput
from vernacular.evaluation.load_counts import load_counts
from vernacular.evaluation.score_answers import TEXT_RULES, Hypothesis, score_answers
from vernacular.scoring.normaliser import LENIENT, STRICT, list_normalisers
from vernacular.scoring.utterance import SCORER
from vernacular.store.answers import list_answers, list_newest_references
from vernacular.store.database import Db, Store
from vernacular.store.runs import find_run
from vernacular.store.scores import (
    ScoringRules,
    list_score_sets,
    record_scores,
    record_sums,
    rules_of,
    start_score_set,
)
from vernacular.store.suites import Reference
from vernacular.store.tables import Run, ScoreSet
from vernacular.store.tables.runs import AS_FROZEN, RunStatus


@dataclass(frozen=True, slots=True)
class Rescored:
    """What became of a run that was to be scored again."""

    score_set_id: int
    rules: ScoringRules
    n_corrected: int
    """Items scored against a newer reference than the one the suite froze."""
    is_new: bool
    """False if a score set of these very rules was there already; nothing was stored then."""


def rescore(
    store: Store, run_id: int, *, newest_references: bool = True, normaliser: str = STRICT
) -> Rescored:
    """Returns the score set of the run under the rules, stored now unless it was there.

    All of it is stored in one transaction, after everything was computed. With strict scores of
    what was heard come lenient ones of the same references.

    Args:
        store: where the run is.
        run_id: a finished run.
        newest_references: score against the newest revision of each utterance; else against those
            that the suite froze.
        normaliser: name of the text rules for what was heard; a run over typed text needs none.

    Raises:
        NotFound: there is no such run.
        InvalidInput: there is no such normaliser.
        Conflict: the run is still open.
    """
    with store.reading() as db:
        run = find_run(db, run_id)
        if run.status != RunStatus.FINISHED:
            raise Conflict(
                f"run {run_id} is not finished: go on with 'vernacular run resume {run_id}'"
            )
        corrected = _corrected(db, run) if newest_references else {}
        rules = _rules(run, normaliser, corrected)
        stored = _find_scores(db, run, rules)
        if stored is not None:
            return Rescored(stored.id, rules, len(corrected), is_new=False)
        answers = list_answers(db, run)
    references = [corrected.get(one.reference.number, one.reference) for one in answers]
    hypotheses = [
        Hypothesis(a.failed, a.intent, a.slots, a.transcript, a.text_intent) for a in answers
    ]
    scored = score_answers(rules, references, hypotheses, has_intents=run.has_intents)
    with store.writing() as db:
        # Somebody else may have rescored the run in between.
        stored = _find_scores(db, run, rules)
        if stored is not None:
            return Rescored(stored.id, rules, len(corrected), is_new=False)
        found = Rescored(
            add_score_set(db, run, rules, scored).id, rules, len(corrected), is_new=True
        )
    if rules.normaliser == STRICT:
        # Lenient scores stand beside strict ones of the same references.
        rescore(store, run_id, newest_references=newest_references, normaliser=LENIENT)
    return found


def add_score_set(
    db: Db, run: Run, rules: ScoringRules, scored: Sequence[dict[str, object]]
) -> ScoreSet:
    """Stores a complete score set of a run with its sums, and returns it."""
    scores = start_score_set(db, run, rules)
    record_scores(db, scores.id, scored)
    record_sums(db, scores.id, sum_per_locale(load_counts(db, run, scores)))
    return scores


def _corrected(db: Db, run: Run) -> dict[int, Reference]:
    """Returns the corrected references that the run can be scored against, by item number.

    An assistant that was given a text has answered that text: where the correction changed it, the
    frozen reference stays. What was heard can be held against any transcript. Whether the run has a
    result of an item plays no part, so that runs with different gaps are scored by the same rules.
    """
    return list_newest_references(db, run.suite_id, with_same_text=not run.has_transcripts)


def _rules(run: Run, normaliser: str, corrected: Mapping[int, Reference]) -> ScoringRules:
    reference_key = AS_FROZEN
    if corrected:
        used = sorted((number, one.revision_id) for number, one in corrected.items())
        reference_key = hashlib.sha256(json.dumps(used).encode("ascii")).hexdigest()
    if not run.has_transcripts:
        return replace(TEXT_RULES, reference_key=reference_key)
    if normaliser not in list_normalisers():
        raise InvalidInput(
            f"{normaliser!r:.60} is none of {', '.join(list_normalisers())}", field="normaliser"
        )
    return ScoringRules(SCORER, normaliser, reference_key)


def _find_scores(db: Db, run: Run, rules: ScoringRules) -> ScoreSet | None:
    return next((one for one in list_score_sets(db, run.id) if rules_of(one) == rules), None)
