"""Which stage is at fault where a release that hears got an intent wrong: hearing, or what follows.

A run over clips asks twice: what is understood of what was heard, and of the reference text. An
intent that is wrong as heard but right as text was lost by hearing; one that is wrong both ways
would have been wrong however well it was heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from vernacular.errors import Conflict
from vernacular.store.database import Db
from vernacular.store.runs import find_parts, find_run
from vernacular.store.scores import find_score_set
from vernacular.store.stage_faults import count_outcomes


@dataclass(frozen=True, slots=True)
class Faults:
    """The utterances of one locale, or of all, by what became of their intent."""

    locale: str | None
    """None: all together."""
    n: int
    n_right: int
    n_lost_by_hearing: int
    """Wrong as heard, right as text."""
    n_lost_by_understanding: int
    """Wrong both ways, or the text could not be asked about."""
    n_failed: int
    """Without an answer, such as clips that cannot be decoded."""
    n_right_as_text: int
    """Of the reference text, whatever became of the clip."""

    @property
    def accuracy(self) -> float:
        """Share of intents right, as heard."""
        return self.n_right / self.n

    @property
    def text_accuracy(self) -> float:
        """Share of intents that are right if hearing makes no mistake: ``text_intent_acc``."""
        return self.n_right_as_text / self.n

    @property
    def hearing_share(self) -> float:
        """Share of intents lost by hearing."""
        return self.n_lost_by_hearing / self.n

    @property
    def understanding_share(self) -> float:
        """Share of intents lost by understanding."""
        return self.n_lost_by_understanding / self.n

    @property
    def failed_share(self) -> float:
        """Share of intents without an answer."""
        return self.n_failed / self.n


@dataclass(frozen=True, slots=True)
class FaultReport:
    """The faults of one run."""

    release: str
    suite: str
    run_id: int
    total: Faults
    locales: tuple[Faults, ...]
    """The one that loses most by hearing first."""


def report_faults(db: Db, run_id: int) -> FaultReport:
    """Returns what became of the intents of a run over clips, finished or not.

    Raises:
        NotFound: there is no such run.
        Conflict: the run did not ask twice: it is over text, names no intents, or has no results.
    """
    run = find_run(db, run_id)
    release, suite = find_parts(db, run)
    if not run.has_text_answers:
        raise Conflict(
            f"run {run_id} heard nothing, or understood nothing of what it heard: only a run over"
            " clips by a release with 'asr' and 'nlu' shows which stage is at fault"
        )
    by_locale: dict[str, dict[tuple[bool, bool, bool], int]] = {}
    for one in count_outcomes(db, run, find_score_set(db, run_id).id):
        outcomes = by_locale.setdefault(one.locale, {})
        outcomes[one.failed, one.is_right, one.is_right_as_text] = one.n
    if not by_locale:
        raise Conflict(f"run {run_id} has no results yet")
    locales = [_faults(locale, outcomes) for locale, outcomes in by_locale.items()]
    locales.sort(key=lambda one: one.hearing_share, reverse=True)
    everything: dict[tuple[bool, bool, bool], int] = {}
    for outcomes in by_locale.values():
        for outcome, n in outcomes.items():
            everything[outcome] = everything.get(outcome, 0) + n
    return FaultReport(release.name, suite.name, run_id, _faults(None, everything), tuple(locales))


def _faults(locale: str | None, outcomes: dict[tuple[bool, bool, bool], int]) -> Faults:
    def count(right: bool, as_text: bool) -> int:
        return outcomes.get((False, right, as_text), 0)

    return Faults(
        locale,
        n=sum(outcomes.values()),
        n_right=count(True, True) + count(True, False),
        n_lost_by_hearing=count(False, True),
        n_lost_by_understanding=count(False, False),
        n_failed=sum(n for (failed, _, _), n in outcomes.items() if failed),
        n_right_as_text=sum(n for (_, _, as_text), n in outcomes.items() if as_text),
    )
