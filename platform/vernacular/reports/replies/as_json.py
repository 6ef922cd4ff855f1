"""What was said of replies as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vernacular.comparison.answers_of_people import FEW_PEOPLE
from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.comparison.unpaired import Share
from vernacular.evaluation.reply_quality import ReplyQuality
from vernacular.reports.replies.replies import LocaleReplies, ReplyReport

SCHEMA = "vernacular-replies/1"


def to_json(found: ReplyReport) -> dict[str, Any]:
    """Returns the report, rates as fractions and unknown as null.

    A rate is that of the answer yes; a change is negative where it is for the worse. So many
    independent answers as ``n_independent`` says would tell as much as those that people gave.
    """
    return {
        "schema": SCHEMA,
        "release": found.release,
        "against": found.against,
        "by": found.by,
        "n_min": found.n_min,
        "people_min": found.people_min,
        "few_people": FEW_PEOPLE,
        "margin": found.margin,
        "n_by_others": found.n_by_others,
        "locales": [_locale(one) for one in found.locales],
    }


def _locale(one: LocaleReplies) -> dict[str, Any]:
    return {
        "locale": one.locale,
        "variety": one.variety,
        "fewest_people": one.fewest_people,
        "now": _quality(one.now),
        "before": None if one.before is None else _quality(one.before),
        "changes": {question.value: asdict(change) for question, change in one.changes.items()},
    }


def _quality(one: ReplyQuality) -> dict[str, Any]:
    return {
        "n_turns": one.n_turns,
        "n_people": one.n_people,
        "questions": {question.value: _share(one.share(question)) for question in ReplyQuestion},
        "mean_rating": one.mean_rating,
        "ratings": {str(rating): n for rating, n in one.ratings.items()},
        "tags": dict(one.tags),
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval() or (None, None)
    return {
        "n": share.n,
        "n_people": share.n_people,
        "n_independent": share.n_independent,
        "n_yes": share.n_yes,
        "rate": share.rate,
        "low": low,
        "high": high,
    }
