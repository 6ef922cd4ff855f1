"""The questions about a reply that only somebody of the culture can answer."""

from __future__ import annotations

from enum import StrEnum

from vernacular.comparison.answers_of_people import FEWEST_PEOPLE
from vernacular.comparison.unpaired import Share


class ReplyQuestion(StrEnum):
    """One question with yes or no for an answer, in the order they are asked."""

    APPROPRIATE = "appropriate"
    """It fits how one does things at home."""
    RIGHT_FORMALITY = "right_formality"
    WOULD_OFFEND = "would_offend"
    UNDERSTANDABLE = "understandable"
    """Of the spoken reply."""

    @property
    def is_yes_good(self) -> bool:
        """False where a yes is the worse answer."""
        return self is not ReplyQuestion.WOULD_OFFEND


REPLY_N_MIN = 30
"""Answers below which nothing is said of two releases: with 30 of each, a drop of 30 points is what
is seen four times in five."""
REPLY_PEOPLE_MIN = FEWEST_PEOPLE
"""People below whom nothing is said of two releases."""
REPLY_MARGIN = 0.1
"""How much worse still passes unless told otherwise; for less, people judge too few replies."""


def good_share(question: ReplyQuestion, share: Share) -> Share:
    """Returns the answers turned so that a yes is good."""
    return share if question.is_yes_good else share.turned


def judged_replies(share: Share) -> str:
    """Returns how many were judged by how many people: "40 replies judged by 1 person"."""
    return (
        f"{share.n:,} {'reply' if share.n == 1 else 'replies'} judged {by_people(share.n_people)}"
    )


def by_people(n: int) -> str:
    """Returns by how many people: "by 1 person"."""
    return f"by {n:,} {'person' if n == 1 else 'people'}"
