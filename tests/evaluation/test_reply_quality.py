"""What is counted of live judgments: the newest word of a turn, by those whose language it is."""

from __future__ import annotations

from tests.evaluation.reply_situations import (
    find_or_write_release,
    judge_replies,
    judgment_of,
    write_native,
    yes_and_no,
)
from tests.testers import write_tester
from vernacular.comparison.reply_questions import ReplyQuestion
from vernacular.comparison.unpaired import Share
from vernacular.evaluation.reply_quality import ReplyCounts, Variety, count_replies
from vernacular.store.database import Store

OFFEND = ReplyQuestion.WOULD_OFFEND


def count(store: Store, by: Variety | None = None, release: str = "pocket-1") -> ReplyCounts:
    release_id = find_or_write_release(store, release)
    with store.reading() as db:
        return count_replies(db, release_id, by)


def test_each_question_is_counted_over_those_who_answered_it(store: Store) -> None:
    amina = write_native(store, "amina", "sw-KE", "en-KE")
    judge_replies(store, "pocket-1", "sw-KE", amina, yes_and_no("would_offend", 1, 4))
    judge_replies(store, "pocket-1", "sw-KE", amina, [{"is_appropriate": True, "rating": 4}])
    judge_replies(store, "pocket-1", "en-KE", amina, [{"rating": 1, "tags": ["other"]}])
    english, swahili = count(store).groups
    assert (swahili.n_turns, swahili.n_people) == (5, 1)
    assert swahili.share(OFFEND) == Share.of_people([(amina, yes) for yes in (True, *[False] * 3)])
    assert swahili.share(ReplyQuestion.APPROPRIATE) == Share.of_people([(amina, True)])
    assert swahili.share(ReplyQuestion.UNDERSTANDABLE) == Share()
    assert (swahili.mean_rating, swahili.tags) == (4.0, {})
    assert (english.locale, english.mean_rating, english.tags) == ("en-KE", 1.0, {"other": 1})
    assert dict(english.shares) == {}


def test_the_newest_judgment_of_a_turn_counts_and_may_take_all_back(store: Store) -> None:
    amina = write_native(store, "amina", "sw-KE")
    first, second = judge_replies(
        store, "pocket-1", "sw-KE", amina, yes_and_no("would_offend", 2, 2)
    )
    with store.writing() as db:
        db.add(judgment_of(first, amina, would_offend=False, tags=["too_slow", "other"]))
        db.add(judgment_of(second, amina))
    (only,) = count(store).groups
    assert (only.n_turns, only.share(OFFEND)) == (1, Share.of_people([(amina, False)]))
    assert only.tags == {"other": 1, "too_slow": 1}


def test_only_those_whose_language_it_is_count(store: Store) -> None:
    ida = write_native(store, "ida", "de-DE")
    judge_replies(store, "pocket-1", "sw-KE", ida, yes_and_no("would_offend", 3, 3))
    nobody = write_tester(store, "bilal")
    judge_replies(store, "pocket-1", "de-DE", nobody, [{"rating": 5}, {}])
    found = count(store)
    assert (found.groups, found.n_by_others) == ((), 4), "an empty judgment is none"


def test_each_question_knows_by_how_many_people_it_was_answered(store: Store) -> None:
    for number in range(3):
        native = write_native(store, f"native-{number}", "sw-KE")
        judge_replies(store, "pocket-1", "sw-KE", native, yes_and_no("would_offend", number, 4))
    judge_replies(store, "pocket-1", "sw-KE", native, yes_and_no("is_appropriate", 2, 2))
    (swahili,) = count(store).groups
    offend, fits = swahili.share(OFFEND), swahili.share(ReplyQuestion.APPROPRIATE)
    assert (offend.n_yes, offend.n, offend.n_people, offend.n_independent) == (3, 12, 3, 3)
    assert (fits.n, fits.n_people, fits.n_independent) == (2, 1, 1)
    assert (swahili.n_turns, swahili.n_people) == (14, 3)


def test_another_release_is_another_matter(store: Store) -> None:
    amina = write_native(store, "amina", "sw-KE")
    judge_replies(store, "pocket-1", "sw-KE", amina, yes_and_no("would_offend", 1, 4))
    assert count(store, release="pocket-2").groups == ()


def test_varieties_are_those_named_when_the_session_began(store: Store) -> None:
    amina = write_native(store, "amina", "sw-KE", dialect="Kimvita")
    yes = yes_and_no("would_offend", 1, 1)
    judge_replies(store, "pocket-1", "sw-KE", amina, yes * 2, dialect="Kiamu", accent="coast")
    judge_replies(store, "pocket-1", "sw-KE", amina, yes, dialect="Kimvita")
    judge_replies(store, "pocket-1", "sw-KE", amina, yes)
    by_dialect = {one.variety: one.n_turns for one in count(store, "dialect").groups}
    assert by_dialect == {None: 1, "Kiamu": 2, "Kimvita": 1}
    by_accent = {one.variety: one.n_turns for one in count(store, "accent").groups}
    assert by_accent == {None: 2, "coast": 2}
