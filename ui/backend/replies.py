"""How native speakers judged the replies of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.connection import store
from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.reports.replies import replies

if TYPE_CHECKING:
    from vernacular.comparison.unpaired import Share, ShareChange
    from vernacular.evaluation.reply_quality import ReplyQuality, Variety
    from vernacular.reports.replies.replies import LocaleReplies, ReplyReport


def find_replies(release: str, against: str | None, by: Variety | None = None) -> ReplyReport:
    """Returns what was said of a release's replies, beside another's where one is named.

    Args:
        release: its name.
        against: the name of another.
        by: ``dialect`` or ``accent``: shows the varieties of each locale apart.
    """
    with store().reading() as db:
        return replies.report_replies(db, release, against, by)


def list_answered(found: ReplyReport) -> list[str]:
    """Returns the questions that somebody answered of either release, as they are asked."""
    return [
        question.value
        for question in ReplyQuestion
        if any(
            quality.share(question).n
            for one in found.locales
            for quality in (one.now, one.before)
            if quality is not None
        )
    ]


def worst_replies_first(found: ReplyReport, question: str) -> list[LocaleReplies]:
    """Returns the locales with the one that has fewest good answers first; unanswered ones last."""

    def goodness(one: LocaleReplies) -> float:
        good = one.goodness(ReplyQuestion(question))
        return 2.0 if good is None else good

    return sorted(found.locales, key=lambda one: (goodness(one), one.locale, one.variety or ""))


def find_share(quality: ReplyQuality, question: str) -> Share:
    """Returns the answers to one question."""
    return quality.share(ReplyQuestion(question))


def find_change(one: LocaleReplies, question: str) -> ShareChange | None:
    """Returns how the answers to one question changed; None where either release has none."""
    return one.changes.get(ReplyQuestion(question))


def is_yes_good(question: str) -> bool:
    """False if the answer no is the better one."""
    return ReplyQuestion(question).is_yes_good
