"""Finds the two runs a comparison is about and the scores they share, and compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vernacular.comparison.compare import Comparison, compare_runs
from vernacular.comparison.metrics import HEARING
from vernacular.comparison.policy import DEFAULT_POLICY, Policy
from vernacular.comparison.run_counts import RunCounts
from vernacular.corpus.locales import find_locale
from vernacular.errors import NotComparable, NotFound
from vernacular.evaluation.load_counts import load_counts, load_places
from vernacular.evaluation.transfer import note_training
from vernacular.scoring.normaliser import LENIENT
from vernacular.store.database import Db
from vernacular.store.releases import find_accepted, find_release, find_release_of
from vernacular.store.replays import find_replayed_as
from vernacular.store.runs import find_finished_runs, list_runs_of
from vernacular.store.scores import list_judging_sets, list_score_sets, list_sums, rules_of
from vernacular.store.suites import find_suite
from vernacular.store.tables import Release, Run, ScoreSet

SPELLING_GAP = 0.02
"""Between strict and lenient error rates: more than that is orthography, not recognition."""

ACCEPTED = "accepted"
"""Stands, as a baseline, for the accepted release of the candidate's assistant."""


def find_baseline(db: Db, name: str, candidate: Release) -> Release:
    """Returns the release called ``name``, or the accepted one of the candidate's assistant.

    Raises:
        NotFound: there is none.
    """
    if name != ACCEPTED:
        return find_release(db, name)
    release = find_accepted(db, candidate.assistant)
    if release is None:
        raise NotFound(
            f"no release of {candidate.assistant} is accepted yet:"
            " 'vernacular release accept RELEASE' makes one"
        )
    return release


def find_comparable(
    db: Db,
    baseline: str,
    candidate: str,
    suite_name: str | None = None,
    *,
    may_be_open: bool = False,
) -> tuple[Run, Run]:
    """Returns the newest finished runs of two releases over one suite.

    Without ``suite_name`` it is the suite that both were run over last, and one of replays only
    where there is no other; runs that are still open count only where they ``may_be_open``.

    Raises:
        NotFound: a release or the suite is unknown.
        NotComparable: there is no suite that both have finished, or the suite is empty.
    """
    second = find_release(db, candidate)
    first = find_baseline(db, baseline, second)
    suite = None if suite_name is None else find_suite(db, suite_name)
    if suite is not None and suite.n_items == 0:
        raise NotComparable(
            f"suite {suite.name!r} has no corrected turns in it: there is nothing to compare"
        )
    suite_id = None if suite is None else suite.id
    find_runs = list_runs_of if may_be_open else find_finished_runs
    baseline_runs = find_runs(db, first.id, suite_id)
    candidate_runs = find_runs(db, second.id, suite_id)
    # A release against itself needs two runs (the noise floor), not one run twice.
    pairs = [
        (other, run)
        for run in candidate_runs
        for other in baseline_runs
        if other.suite_id == run.suite_id and other.id != run.id and other.dialogue == run.dialogue
    ]
    if pairs:
        return min(pairs, key=_rank)
    where = "any suite" if suite_name is None else f"suite {suite_name!r}"
    lacking = [
        one.name for one, runs in ((first, baseline_runs), (second, candidate_runs)) if not runs
    ]
    if lacking:
        lack = "has no finished run" if len(lacking) == 1 else "have no finished runs"
        is_replayed = suite is not None and find_replayed_as(db, suite.id) is not None
        remedy = (
            "'vernacular replay --release RELEASE' over the same sessions makes one"
            if is_replayed
            else "'vernacular run start RELEASE SUITE' makes one"
        )
        raise NotComparable(f"{' and '.join(lacking)} {lack} over {where}: {remedy}")
    raise NotComparable(f"{first.name} and {second.name} have no two finished runs over {where}")


def _rank(pair: tuple[Run, Run]) -> tuple[bool, bool]:
    """Returns how late two runs are taken where no suite is named; the newest of the least are.

    What was heard is held against what was heard, unless there is nothing else: a release that is
    given the texts would beat any that has to hear them.
    """
    first, second = pair
    return first.dialogue is not None, first.has_transcripts != second.has_transcripts


def find_shared_scores(db: Db, baseline_run: Run, candidate_run: Run) -> tuple[ScoreSet, ScoreSet]:
    """Returns the newest score sets of two runs that were made by the same rules.

    A run that was rescored for corrected references keeps its older scores, so that it can still be
    compared with one that was not. Lenient scores judge nothing.

    Raises:
        NotComparable: there are none.
    """
    firsts, seconds = (list_judging_sets(db, run.id) for run in (baseline_run, candidate_run))
    for second in seconds:
        for first in firsts:
            if rules_of(first).fit(rules_of(second)):
                return first, second
    raise NotComparable(
        f"run {baseline_run.id} and run {candidate_run.id} were scored by different rules:"
        f" 'vernacular run rescore {baseline_run.id}' and"
        f" 'vernacular run rescore {candidate_run.id}' score both anew"
    )


def load_pair(
    db: Db,
    baseline: tuple[Run, ScoreSet],
    candidate: tuple[Run, ScoreSet],
    locales: Sequence[str] = (),
) -> tuple[RunCounts, RunCounts]:
    """Returns the counts of two runs, each by one of its score sets.

    With ``locales``, both are cut down to them, as if their suites held no others.

    Raises:
        InvalidInput: one of ``locales`` is no language tag.
        NotFound: neither suite holds one of ``locales``.
    """
    places = load_places(db, candidate[0].suite_id)
    is_shared = baseline[0].suite_id == candidate[0].suite_id
    first = load_counts(db, *baseline, places if is_shared else None)
    second = load_counts(db, *candidate, places)
    if not locales:
        return first, second
    locales = [find_locale(tag).tag for tag in locales]
    held = {*first.n_items, *second.n_items}
    unknown = [tag for tag in locales if tag not in held]
    if unknown:
        raise NotFound(
            f"suite {second.suite} has no {', '.join(unknown)}; it has {', '.join(sorted(held))}"
        )
    return first.only(locales), second.only(locales)


def compare(
    db: Db,
    baseline_run: Run,
    candidate_run: Run,
    policy: Policy = DEFAULT_POLICY,
    *,
    locales: Sequence[str] = (),
) -> Comparison:
    """Returns the comparison of two runs, in all locales unless ``locales`` names some.

    Raises:
        NotComparable: their suites or the rules of their scores differ, or one is a replay of
            another kind than the other.
        NotFound: neither suite holds one of ``locales``.
    """
    if baseline_run.dialogue != candidate_run.dialogue:
        raise NotComparable(
            f"run {baseline_run.id} was asked {_asking(baseline_run)}, run {candidate_run.id}"
            f" {_asking(candidate_run)}"
        )
    first, second = find_shared_scores(db, baseline_run, candidate_run)
    pair = load_pair(db, (baseline_run, first), (candidate_run, second), locales)
    comparison = compare_runs(*pair, policy)
    notes = []
    if locales:
        asked = ", ".join(sorted({*pair[0].n_items, *pair[1].n_items}))
        notes.append(f"compared in {asked} only, as asked; the suite may hold other locales")
    notes += [
        f"run {run.id} has newer scores that the other run lacks; 'vernacular run rescore"
        f" {other.id}' makes them comparable"
        for run, other, used in (
            (baseline_run, candidate_run, first),
            (candidate_run, baseline_run, second),
        )
        if any(one.id > used.id for one in list_judging_sets(db, run.id))
    ]
    releases = find_release_of(db, baseline_run), find_release_of(db, candidate_run)
    notes += note_training(*releases, sorted({*pair[0].n_items, *pair[1].n_items}))
    for release, used in zip(releases, (first, second), strict=True):
        notes += _warn_of_spelling(db, release.name, used)
    return replace(comparison, notes=(*comparison.notes, *notes))


def _asking(run: Run) -> str:
    """Returns in words how the items of a run hang together."""
    return {
        "forced": "with the dialogue as it was live (teacher-forced)",
        "free": "with the dialogue that its own answers led to (free)",
    }.get(run.dialogue or "", "item by item, without a dialogue")


def _warn_of_spelling(db: Db, release: str, strict: ScoreSet) -> list[str]:
    """Returns a sentence where errors of hearing are to a good part differences of spelling."""
    lenient = find_lenient_rates(db, strict)
    wide = [
        one.locale
        for one in list_sums(db, strict.id)
        if (one.metric, one.locale) in lenient
        and (one.sums.ratio or 0) - lenient[one.metric, one.locale] > SPELLING_GAP
    ]
    if not wide:
        return []
    return [
        f"{release} spells otherwise than the references in {', '.join(sorted(wide))}: by the"
        f" lenient rules its error rate there is more than {100 * SPELLING_GAP:g} points lower"
    ]


def find_lenient_rates(db: Db, strict: ScoreSet) -> dict[tuple[str, str], float]:
    """Returns the error rates by lenient rules, by metric and locale; none if it was not scored so.

    Only of the unit that judges the locale, and against the references of the ``strict`` scores
    that they stand beside: a corrected reference is no difference of spelling.
    """
    found = next(
        (
            one
            for one in list_score_sets(db, strict.run_id)
            if (one.normaliser, one.reference_key) == (LENIENT, strict.reference_key)
        ),
        None,
    )
    judging = {metric.key: metric for metric in HEARING}
    return {
        (one.metric, one.locale): one.sums.ratio
        for one in (list_sums(db, found.id) if found else [])
        if one.metric in judging
        and judging[one.metric].is_primary(one.locale)
        and one.sums.ratio is not None
    }
