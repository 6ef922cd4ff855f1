"""The replies of a release as native speakers judged them, beside another release's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vernacular.comparison.answers_of_people import FEW_PEOPLE
from vernacular.comparison.policy import DEFAULT_POLICY
from vernacular.comparison.reply_questions import (
    REPLY_MARGIN,
    REPLY_N_MIN,
    REPLY_PEOPLE_MIN,
    ReplyQuestion,
    good_share,
)
from vernacular.comparison.unpaired import ShareChange, SharePair, judge_shares
from vernacular.errors import InvalidInput
from vernacular.evaluation.reply_quality import ReplyQuality, Variety, count_replies
from vernacular.store.database import Db
from vernacular.store.releases import find_release


@dataclass(frozen=True, slots=True)
class LocaleReplies:
    """One locale, or one variety of it."""

    locale: str
    variety: str | None
    now: ReplyQuality
    """Without turns where only the other release was judged here."""
    before: ReplyQuality | None
    """Of the release it is held against; None where there is none."""
    changes: Mapping[ReplyQuestion, ShareChange] = field(default_factory=dict)
    """Of every question that both were judged by; empty without another release."""

    def goodness(self, question: ReplyQuestion) -> float | None:
        """Returns the share of good answers; None where nobody answered."""
        return good_share(question, self.now.share(question)).rate

    @property
    def fewest_people(self) -> int | None:
        """How many answered the question that fewest people answered, of either release; None where
        nobody did."""
        shares = [*self.now.shares.values(), *(self.before.shares.values() if self.before else ())]
        return min((one.n_people for one in shares), default=None)

    @property
    def worst(self) -> float:
        """The share of good answers of the question that has fewest; 1 where there are none."""
        known = [self.goodness(one) for one in ReplyQuestion]
        return min((one for one in known if one is not None), default=1.0)


@dataclass(frozen=True, slots=True)
class ReplyReport:
    """What was said of a release's replies."""

    release: str
    against: str | None
    by: Variety | None
    n_min: int
    """Answers of each release below which two are not tested."""
    people_min: int
    """The same of people."""
    margin: float
    locales: tuple[LocaleReplies, ...]
    """Worst first: by the question that has the fewest good answers."""
    n_by_others: int
    """Judged turns of the release that do not count, because nobody of that locale judged them."""

    @property
    def by_few(self) -> tuple[LocaleReplies, ...]:
        """Those of the locales that fewer than `FEW_PEOPLE` judged."""
        return tuple(
            one
            for one in self.locales
            if one.fewest_people is not None and one.fewest_people < FEW_PEOPLE
        )


def report_replies(
    db: Db, release: str, against: str | None = None, by: Variety | None = None
) -> ReplyReport:
    """Returns what native speakers said of a release's replies in live sessions.

    The changes are tested as one family, with the default margin.

    Args:
        db: the store.
        release: its name.
        against: the name of another, to hold it against.
        by: shows the varieties of each locale apart.

    Raises:
        NotFound: there is no such release.
        InvalidInput: ``against`` is the release itself.
    """
    if against == release:
        raise InvalidInput(
            f"{release!r} cannot be held against itself: name another release, or none",
            field="against",
        )
    found = count_replies(db, find_release(db, release).id, by)
    before = None if against is None else count_replies(db, find_release(db, against).id, by)
    now = {(one.locale, one.variety): one for one in found.groups}
    then = {(one.locale, one.variety): one for one in before.groups} if before else {}
    changes = _changes(now, then)
    locales = [
        LocaleReplies(
            *where,
            now=now.get(where, ReplyQuality(*where)),
            before=None if against is None else then.get(where, ReplyQuality(*where)),
            changes=changes.get(where, {}),
        )
        for where in now | then
    ]
    locales.sort(key=lambda one: (one.worst, one.locale, one.variety or ""))
    return ReplyReport(
        release=release,
        against=against,
        by=by,
        n_min=REPLY_N_MIN,
        people_min=REPLY_PEOPLE_MIN,
        margin=REPLY_MARGIN,
        locales=tuple(locales),
        n_by_others=found.n_by_others,
    )


_Groups = Mapping[tuple[str, str | None], ReplyQuality]


def _changes(
    now: _Groups, then: _Groups
) -> dict[tuple[str, str | None], dict[ReplyQuestion, ShareChange]]:
    asked = [
        (where, question)
        for where in now
        if where in then
        for question in ReplyQuestion
        if now[where].share(question).n and then[where].share(question).n
    ]
    pairs = [
        SharePair(
            good_share(question, then[where].share(question)),
            good_share(question, now[where].share(question)),
            REPLY_MARGIN,
            REPLY_N_MIN,
            REPLY_PEOPLE_MIN,
        )
        for where, question in asked
    ]
    judged = judge_shares(pairs, alpha=DEFAULT_POLICY.alpha, q=DEFAULT_POLICY.q)
    changes: dict[tuple[str, str | None], dict[ReplyQuestion, ShareChange]] = {}
    for (where, question), change in zip(asked, judged, strict=True):
        changes.setdefault(where, {})[question] = change
    return changes
