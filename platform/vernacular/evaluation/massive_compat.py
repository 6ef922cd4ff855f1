"""Scores a run as MASSIVE's own tools would, for standing beside published figures only.

Their parser leaks a label in ja-JP, zh-CN and zh-TW (``scoring.massive_compat``); everywhere else
the figures are the usual ones. Nothing is stored, and nothing is judged by them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vernacular.comparison.locale_sums import LocaleSum, sum_per_locale
from vernacular.errors import InvalidInput
from vernacular.evaluation.load_counts import load_counts
from vernacular.scoring.massive_compat import CHARACTER_LOCALES, label_as_massive
from vernacular.scoring.slots import score_slots
from vernacular.store.answers import list_answers
from vernacular.store.database import Db
from vernacular.store.tables import Run


def sum_as_massive(db: Db, run: Run) -> list[LocaleSum]:
    """Returns the sums of a run over typed text with the slot labels of MASSIVE's parser.

    Raises:
        InvalidInput: the run is of transcripts, whose slots MASSIVE does not score.
    """
    if run.has_transcripts:
        raise InvalidInput(f"run {run.id} is of transcripts; MASSIVE scores slots of typed text")
    counts = load_counts(db, run)
    changed = {name: counts.counts[name].copy() for name in ("exact", "tp", "fp", "fn")}
    row = {number: i for i, number in enumerate(counts.item.tolist())}
    for one in list_answers(db, run, CHARACTER_LOCALES):
        reference = one.reference
        labelled = label_as_massive(reference.text, reference.slots, reference.locale)
        answered = labelled.label_hypothesis(one.slots)
        i = row[reference.number]
        parts = score_slots(labelled.labels, answered)
        changed["tp"][i], changed["fp"][i], changed["fn"][i] = parts
        is_right = one.intent == reference.intent and list(labelled.labels) == list(answered)
        changed["exact"][i] = np.int32(is_right)
    return sum_per_locale(replace(counts, counts={**counts.counts, **changed}))
