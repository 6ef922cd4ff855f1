"""What people prefer as plain values for JSON: rates as fractions, unknown as null."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vernacular.comparison.answers_of_people import FEWEST_PEOPLE
from vernacular.comparison.bradley_terry import PRIOR_TIES
from vernacular.comparison.preferences import (
    FEWEST_VOTES,
    LEVEL,
    N_RESAMPLES,
    LocaleStanding,
    MeanStanding,
)
from vernacular.reports.preferences.preferences import PreferenceReport

SCHEMA = "vernacular-preferences/1"


def to_json(found: PreferenceReport) -> dict[str, Any]:
    """Returns all of it, with the numbers that the intervals depend on."""
    weighed = found.weighed
    return {
        "schema": SCHEMA,
        "rules": {
            "level": LEVEL,
            "resamples": N_RESAMPLES,
            "fewest_people": FEWEST_PEOPLE,
            "fewest_votes": FEWEST_VOTES,
            "prior_ties": PRIOR_TIES,
        },
        "n_votes": found.n_votes,
        "n_people": found.n_people,
        "not_counted": dict(found.not_counted),
        "elsewhere": list(found.elsewhere),
        "locales": [
            {
                "locale": one.locale,
                "n_votes": one.n_votes,
                "n_people": one.n_people,
                "clustered_by": one.clustered_by,
                "releases": [_standing(standing) for standing in one.standings],
            }
            for one in weighed.locales
        ],
        "mean": {
            "locales": list(weighed.averaged),
            "not_averaged": list(weighed.not_averaged),
            "clustered_by": weighed.clustered_by,
            "releases": [_mean(standing) for standing in weighed.means],
        },
    }


def _standing(one: LocaleStanding) -> dict[str, Any]:
    return {
        "release": one.release,
        **asdict(one.tally),
        "n_people": one.n_people,
        "is_by_few": one.is_by_few,
        "n_independent": one.n_independent,
        "win_rate": one.tally.win_rate,
        "low": one.low,
        "high": one.high,
        "strength": None if one.strength is None else asdict(one.strength),
    }


def _mean(one: MeanStanding) -> dict[str, Any]:
    values = asdict(one)
    return {"release": values.pop("release"), **values.pop("tally"), **values}
