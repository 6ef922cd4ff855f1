"""How good the replies of a release are, as native speakers judged them in live sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.comparison.unpaired import Share
from vernacular.live.judgments import MAX_RATING, MIN_RATING
from vernacular.store.database import Db
from vernacular.store.reply_judgments import JudgedTurn, list_judged_turns

Variety = Literal["dialect", "accent"]
VARIETIES: tuple[Variety, ...] = ("dialect", "accent")


@dataclass(frozen=True, slots=True)
class ReplyQuality:
    """What was said of the replies in one locale, or in one variety of it."""

    locale: str
    variety: str | None = None
    """The dialect or accent as speakers named it; None for all, and for those who named none."""
    n_turns: int = 0
    """Turns that were rated, tagged or answered about."""
    n_people: int = 0
    """Who judged them."""
    shares: Mapping[ReplyQuestion, Share] = field(default_factory=dict)
    """Of every question that somebody answered, with how the answers fall to people."""
    ratings: Mapping[int, int] = field(default_factory=dict)
    """How often each rating was given, 1 (bad) to 5 (good)."""
    tags: Mapping[str, int] = field(default_factory=dict)
    """How often each issue was named, the most frequent first."""

    def share(self, question: ReplyQuestion) -> Share:
        """Returns the answers to a question."""
        return self.shares.get(question, Share())

    @property
    def mean_rating(self) -> float | None:
        """The mean of the ratings; None without any."""
        n = sum(self.ratings.values())
        return sum(rating * times for rating, times in self.ratings.items()) / n if n else None


@dataclass(frozen=True, slots=True)
class ReplyCounts:
    """What was said of one release."""

    groups: tuple[ReplyQuality, ...]
    """By locale, then variety."""
    n_by_others: int
    """Judged turns that are in no group, because their locale is not one its judge speaks
    natively."""


def count_replies(db: Db, release_id: int, by: Variety | None = None) -> ReplyCounts:
    """Returns what native speakers said of a release's replies; of a turn, their newest judgment.

    Args:
        db: the store.
        release_id: the release.
        by: groups the varieties of each locale apart.
    """
    groups: dict[tuple[str, str | None], list[JudgedTurn]] = {}
    n_by_others = 0
    for turn in list_judged_turns(db, release_id):
        if _is_empty(turn):
            continue
        if not turn.is_native:
            n_by_others += 1
            continue
        variety = None if by is None else turn.dialect if by == "dialect" else turn.accent
        groups.setdefault((turn.locale, variety), []).append(turn)
    ordered = sorted(groups.items(), key=lambda one: (one[0][0], one[0][1] or ""))
    return ReplyCounts(tuple(_count(*where, turns) for where, turns in ordered), n_by_others)


def _is_empty(turn: JudgedTurn) -> bool:
    return turn.rating is None and not turn.tags and not any(_answers(turn))


def _answers(turn: JudgedTurn) -> list[tuple[ReplyQuestion, bool]]:
    """Returns the questions that were answered."""
    said = {
        ReplyQuestion.APPROPRIATE: turn.is_appropriate,
        ReplyQuestion.RIGHT_FORMALITY: turn.has_right_formality,
        ReplyQuestion.WOULD_OFFEND: turn.would_offend,
        ReplyQuestion.UNDERSTANDABLE: turn.is_understandable,
    }
    return [(question, answer) for question, answer in said.items() if answer is not None]


def _count(locale: str, variety: str | None, turns: Iterable[JudgedTurn]) -> ReplyQuality:
    listed = list(turns)
    given: dict[ReplyQuestion, list[tuple[int, bool]]] = {}
    for turn in listed:
        for question, answer in _answers(turn):
            given.setdefault(question, []).append((turn.person_id, answer))
    ratings = Counter(turn.rating for turn in listed if turn.rating is not None)
    tags = Counter(tag for turn in listed for tag in turn.tags)
    return ReplyQuality(
        locale=locale,
        variety=variety,
        n_turns=len(listed),
        n_people=len({turn.person_id for turn in listed}),
        shares={one: Share.of_people(given[one]) for one in ReplyQuestion if one in given},
        ratings={rating: ratings[rating] for rating in range(MIN_RATING, MAX_RATING + 1)},
        tags=dict(sorted(tags.items(), key=lambda one: (-one[1], one[0]))),
    )
