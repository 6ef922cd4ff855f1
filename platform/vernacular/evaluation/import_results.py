"""Takes in results that a release gave elsewhere, as a finished run of that release.

So a team uses suites, comparison and gate without our model host. All of a file becomes a run, or
nothing does and the reasons are named by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vernacular.assistants.manifest import NAME_PATTERN
from vernacular.corpus.predictions.prediction import Prediction, Predictions, fit_slots
from vernacular.corpus.predictions.problems import Problems
from vernacular.corpus.predictions.read import read_predictions
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.rescore import add_score_set, rescore
from vernacular.evaluation.score_answers import HEARD_RULES, TEXT_RULES, Hypothesis, score_answers
from vernacular.evaluation.suite_of_results import make_suite
from vernacular.scoring.normaliser import LENIENT, STRICT, find_normaliser
from vernacular.store.database import Db, Store
from vernacular.store.releases import find_release
from vernacular.store.runs import close_run, find_finished_runs, record_results, start_run
from vernacular.store.suites import NamedReference, find_suite, list_named_references
from vernacular.store.tables import Release
from vernacular.store.tables.runs import ResultStatus


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """What became of a file of results."""

    run_id: int
    n_results: int
    n_failed: int
    n_missing: int
    """Items of the suite that the file says nothing of; they lower the coverage."""
    has_intents: bool
    has_transcripts: bool
    is_new: bool
    """False if an earlier run was kept."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A prediction beside the item it belongs to, its slots as spans of the text they count in."""

    item: NamedReference
    prediction: Prediction
    slots: tuple[Slot, ...]


def import_results(
    store: Store,
    path: Path,
    release_name: str,
    suite_name: str,
    *,
    format: str | None = None,
    locale: str | None = None,
    references: Path | None = None,
    assistant: str | None = None,
    create_suite: bool = False,
    by_speaker: bool = False,
    reuse: bool = False,
) -> ImportedRun:
    """Stores a file of results as a finished run, with its scores.

    Args:
        store: where suite and run are.
        path: predictions JSONL, sclite trn, NeMo manifest or CSV.
        release_name: the release that gave them; made if it is new and ``assistant`` is named.
        suite_name: the suite they are for; ids and locales are looked up in it.
        format: of the file; else its ending tells.
        locale: of the whole file, where its rows name none.
        references: of a trn file.
        assistant: what a new release is a version of.
        create_suite: make the suite from the references in the file.
        by_speaker: of a suite that is made: utterances of one speaker go together.
        reuse: keep an earlier finished run of the release over the suite instead of adding one.

    Raises:
        InvalidInput: a row is wrong or belongs to no item of the suite; file and lines are named,
            and nothing is stored.
        NotFound: there is no such suite or release.
    """
    predictions = read_predictions(path, format=format, locale=locale, references=references)
    if not (predictions.has_intents or predictions.has_transcripts):
        raise InvalidInput(
            "says neither what was heard nor which intent was understood", file=str(path)
        )
    _check_release(store, release_name, assistant)
    # A suite that is made stays only if every row fits it.
    with store.writing() if create_suite else store.reading() as db:
        if create_suite:
            make_suite(db, suite_name, predictions, path, by_speaker=by_speaker)
        suite = find_suite(db, suite_name)
        items = list_named_references(db, suite.id)
        earlier = _find_earlier(db, release_name, suite.id) if reuse else None
        if earlier is not None:
            n = len(predictions.rows)
            return ImportedRun(
                earlier, n, 0, 0, predictions.has_intents, predictions.has_transcripts, False
            )
        has_intents = predictions.has_intents and _has_intents(items, path)
        rows = _match(predictions, items, path, suite_name)
    rules = HEARD_RULES if predictions.has_transcripts else TEXT_RULES
    scored = score_answers(
        rules,
        [row.item.reference for row in rows],
        [_hypothesis(row) for row in rows],
        has_intents=has_intents,
    )
    with store.writing() as db:
        run = start_run(
            db,
            _find_or_add_release(db, release_name, assistant),
            suite,
            has_intents=has_intents,
            has_transcripts=predictions.has_transcripts,
        )
        record_results(db, [_result(run.id, row) for row in rows])
        add_score_set(db, run, rules, scored)
        close_run(run)
    if predictions.has_transcripts:
        # Shown beside the strict scores: a wide gap means spelling, not hearing.
        rescore(store, run.id, newest_references=False, normaliser=LENIENT)
    return ImportedRun(
        run.id,
        n_results=len(rows),
        n_failed=sum(row.prediction.error is not None for row in rows),
        n_missing=len(items) - len(rows),
        has_intents=has_intents,
        has_transcripts=predictions.has_transcripts,
        is_new=True,
    )


def _check_release(store: Store, name: str, assistant: str | None) -> None:
    """Refuses a release that is neither there nor can be made, before anything is stored."""
    for field, value in (("release", name), ("assistant", assistant)):
        if value is not None and not re.fullmatch(NAME_PATTERN, value):
            raise InvalidInput(
                f"{value!r:.60} is no name: up to 119 letters, digits, dots, hyphens and"
                " underscores, the first a letter or digit",
                field=field,
            )
    if assistant is None:
        with store.reading() as db:
            try:
                find_release(db, name)
            except NotFound as error:
                raise NotFound(
                    f"{error}; --assistant NAME makes it a new release of that assistant"
                ) from error


def _find_or_add_release(db: Db, name: str, assistant: str | None) -> Release:
    try:
        return find_release(db, name)
    except NotFound:
        manifest = {"release": name, "assistant": assistant, "imported": True}
        release = Release(name=name, assistant=assistant or "", manifest=manifest, root="")
        db.add(release)
        db.flush()
        return release


def _find_earlier(db: Db, release_name: str, suite_id: int) -> int | None:
    try:
        release = find_release(db, release_name)
    except NotFound:
        return None
    runs = find_finished_runs(db, release.id, suite_id)
    return runs[0].id if runs else None


def _has_intents(items: Sequence[NamedReference], path: Path) -> bool:
    if items and not items[0].reference.intent:
        raise InvalidInput(
            "names intents, but the suite has none to hold them against: it holds transcripts only",
            file=str(path),
        )
    return True


def _match(
    predictions: Predictions, items: Sequence[NamedReference], path: Path, suite_name: str
) -> list[_Row]:
    """Returns the predictions beside their items, ordered by item."""
    by_name: dict[tuple[str, str], NamedReference] = {}
    twice = set()
    for item in items:
        key = item.external_id, item.reference.locale
        if key in by_name:
            twice.add(key)
        by_name[key] = item
    # Asked once: the answer looks at every row.
    is_heard = predictions.has_transcripts
    problems = Problems()
    rows = []
    for one in predictions.rows:
        key = one.external_id, one.locale
        found = by_name.get(key)
        try:
            if found is None:
                raise InvalidInput(
                    f"suite {suite_name} has no {one.external_id!r:.90} in {one.locale}", field="id"
                )
            if key in twice:
                raise InvalidInput(
                    f"suite {suite_name} has more than one {one.external_id!r:.90} in {one.locale},"
                    " from several sources",
                    field="id",
                )
            rows.append(_fit(one, found, is_heard=is_heard))
        except InvalidInput as problem:
            problems.note(problem, str(path), one.line)
    problems.raise_any()
    return sorted(rows, key=lambda row: row.item.reference.number)


def _fit(one: Prediction, item: NamedReference, *, is_heard: bool) -> _Row:
    """Returns the row, once it is known to speak of the same words as the suite."""
    if is_heard and one.transcript is None and one.error is None:
        raise InvalidInput(
            "has neither a transcript nor an error, as other rows have: a row that failed says"
            ' "error", one where nothing was heard has an empty transcript',
            field="transcript",
        )
    text = item.reference.text
    if one.reference_text is not None and one.transcript is not None:
        normalise = find_normaliser(one.locale, STRICT)
        if normalise(one.reference_text) != normalise(text):
            raise InvalidInput(
                f"says that {one.reference_text!r:.120} was said, the suite has {text!r:.120}",
                field="text",
            )
    return _Row(item, one, fit_slots(one, text))


def _hypothesis(row: _Row) -> Hypothesis:
    one = row.prediction
    return Hypothesis(one.error is not None, one.intent, row.slots, one.transcript)


def _result(run_id: int, row: _Row) -> dict[str, Any]:
    one = row.prediction
    failed = one.error is not None
    return {
        "run_id": run_id,
        "item": row.item.reference.number,
        "status": ResultStatus.FAILED if failed else ResultStatus.ANSWERED,
        "intent": one.intent,
        "intent_confidence": one.intent_confidence,
        "slots": None if failed else row.slots,
        "transcript": one.transcript,
        "latency_ms": one.latency_ms,
        "error": one.error,
    }
