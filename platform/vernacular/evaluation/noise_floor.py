"""Finds two runs of one release over a suite: what flips between them is noise."""

from __future__ import annotations

from collections.abc import Mapping

from vernacular.comparison.flips import count_flips
from vernacular.comparison.metrics import METRICS, MetricKind
from vernacular.comparison.noise_floor import NoiseFloor, noise_floor
from vernacular.comparison.pairs import pair_runs
from vernacular.errors import NotFound
from vernacular.evaluation.compare_runs import find_shared_scores, load_pair
from vernacular.store.database import Db
from vernacular.store.releases import find_release_of
from vernacular.store.runs import find_finished_runs
from vernacular.store.tables import Run


def find_noise_floor(db: Db, candidate_run: Run, baseline_run: Run) -> Mapping[str, NoiseFloor]:
    """Returns the flips between the two newest runs of one release, asked alike, by metric key.

    The candidate's own two runs are taken where it has them, else the baseline's.

    Raises:
        NotFound: neither release was run twice over the suite.
    """
    for run in (candidate_run, baseline_run):
        found = [
            one
            for one in find_finished_runs(db, run.release_id, run.suite_id)
            # Asked otherwise, a release answers otherwise, and that is no noise.
            if (one.dialogue, one.has_transcripts) == (run.dialogue, run.has_transcripts)
        ]
        if len(found) > 1:
            return _floor(db, found[1], found[0])
    names = " and ".join(find_release_of(db, run).name for run in (candidate_run, baseline_run))
    raise NotFound(
        f"neither of {names} was run twice over this suite, so its noise is unknown:"
        " 'vernacular run start RELEASE SUITE' once more makes the second run"
    )


def _floor(db: Db, first_run: Run, second_run: Run) -> dict[str, NoiseFloor]:
    first, second = find_shared_scores(db, first_run, second_run)
    pairs = pair_runs(*load_pair(db, (first_run, first), (second_run, second)))
    floors = {}
    for metric in pairs.metrics(METRICS):
        if metric.kind is MetricKind.PROPORTION:
            parts = pairs.parts(metric)
            floors[metric.key] = noise_floor(
                {
                    tag: count_flips(
                        parts.numerator_a[pairs.rows_of(i)] > 0,
                        parts.numerator_b[pairs.rows_of(i)] > 0,
                    )
                    for i, tag in enumerate(pairs.locales)
                }
            )
    return floors
