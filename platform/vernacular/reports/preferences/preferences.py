"""What people prefer when they do not know who answers: all votes that count, weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from vernacular.comparison.preferences import Preferences, Vote, weigh_votes
from vernacular.corpus.typed_input import check_locale
from vernacular.store.blind import count_betrayed_votes, list_votes
from vernacular.store.database import Db


@dataclass(frozen=True, slots=True)
class PreferenceReport:
    """Votes and what they say; rates are fractions, strengths natural logarithms."""

    locale: str | None
    """The one that was asked for; None for all."""
    n_votes: int
    """Those that count."""
    n_people: int
    not_counted: Mapping[str, int]
    """By locale, votes on answers that gave a name away."""
    elsewhere: tuple[str, ...]
    """Where there are votes although there are none in the locale that was asked for."""
    weighed: Preferences


def report_preferences(db: Db, locale: str | None = None) -> PreferenceReport:
    """Returns how people voted, in one locale or in all.

    Raises:
        InvalidInput: ``locale`` is no language tag.
    """
    tag = None if locale is None else check_locale(locale)
    votes = tuple(list_votes(db, tag))
    return PreferenceReport(
        locale=tag,
        n_votes=len(votes),
        n_people=len({vote.person_id for vote in votes}),
        not_counted=count_betrayed_votes(db, tag),
        elsewhere=() if votes else tuple(sorted({vote.locale for vote in list_votes(db)})),
        weighed=_weigh(votes),
    )


# A page is drawn far more often than somebody votes, and resampling takes most of a second.
@lru_cache(maxsize=8)
def _weigh(votes: tuple[Vote, ...]) -> Preferences:
    return weigh_votes(votes)
