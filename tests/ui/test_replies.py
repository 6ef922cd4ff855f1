"""What native speakers say of replies: asked in a live turn, shown on the release page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.reply_situations import (
    judge_in_turns,
    judge_replies,
    write_native,
    write_natives,
    yes_and_no,
)
from tests.evaluation.situations import prepare_suite, run_release
from tests.live.conversation import TEXT, begin, put, write_release
from tests.ui.pages import Visitor, html, keys, open_page, read
from vernacular.live.judgments import ReplyJudgment
from vernacular.live.turns import list_turns
from vernacular.store.tables import Turn
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def judged(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> Wiring:
    """``first`` offends 2 of 60 in Swahili, ``second`` 24 of 60, say 20 people; of Hindi one gave 3
    answers."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=6)
    bahati, *others = write_natives(wiring.store, 20, "sw-KE", "hi-IN")
    for release, n_yes in (("first", 2), ("second", 24)):
        run_release(wiring.store, release)
        answers = [one | {"rating": 2} for one in yes_and_no("would_offend", n_yes, 60)]
        natives = [bahati, *others]
        judge_in_turns(wiring.store, release, "sw-KE", natives, answers, dialect="Kimvita")
        few = yes_and_no("would_offend", 0, 3)
        judge_replies(wiring.store, release, "hi-IN", bahati, few)
    return wiring


def drawn(at: AppTest) -> dict[str, Any]:
    """Returns the drawing of the replies as Plotly gets it."""
    figures = [json.loads(one.proto.spec) for one in at.get("plotly_chart")]
    (figure,) = (one for one in figures if one["data"][0].get("name") == "now")
    return dict(figure)


def table(at: AppTest) -> str:
    return html(at, 'aria-label="What native speakers say of the replies"')[0]


def test_every_locale_is_a_dot_with_its_interval_worst_first(judged: Wiring) -> None:
    at = open_page("releases", release="first", baseline="-")
    figure = drawn(at)
    names = [name.strip("\u2066\u2069") for name in figure["layout"]["yaxis"]["ticktext"]]
    assert names == ["Swahili", "Hindi"]
    (now,) = figure["data"]
    assert now["x"] == [pytest.approx(100 * 2 / 60), 0]
    assert now["error_x"]["array"][1] == pytest.approx(79.35, abs=0.01), "one person says little"
    (said,) = html(at, "v-plain")[:1]
    assert "Could it offend somebody? The fewer say yes, the better." in said
    assert "\u206660 answers\u2069 · \u206620 people\u2069" in table(at)
    assert "\u20663 answers\u2069 · \u20661 person\u2069" in table(at)
    assert "Judged by few people, so only a rough guess: \u2066Hindi (India)\u2069" in read(at)


def test_two_releases_stand_side_by_side_with_a_verdict(judged: Wiring) -> None:
    at = open_page("releases", release="second", baseline="first")
    now, before = drawn(at)["data"]
    assert (now["x"][0], before["x"][0]) == (pytest.approx(40), pytest.approx(100 * 2 / 60))
    assert now["marker"]["symbol"] != before["marker"]["symbol"]
    said = html(at, "The fewer say yes")[0]
    assert "Worse: \u2066Swahili (Kenya)\u2069." in said
    assert "In 1 locale there are too few answers to tell." in said
    least = "at least \u206630\u2069 answers in a locale, of at least \u206610\u2069 people."
    assert f"Each release needs {least}" in said
    swahili, hindi = table(at).split("<tr>")[2:]
    assert "+36.7" in swahili and "REGRESSED" in swahili
    assert "INCONCLUSIVE" in hindi and "too few answers to tell" in hindi


def test_dialects_are_told_apart_where_somebody_named_one(judged: Wiring) -> None:
    at = open_page("releases", release="second", baseline="-")
    assert "Kimvita" in html(at, 'aria-label="What native speakers say of the replies"')[1]
    assert "Nobody who judged has named an accent." in read(at)


def test_a_release_nobody_judged_says_how_it_is_done(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    visitor = sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=6)
    run_release(wiring.store, "first")
    at = open_page("releases")
    assert "No native speaker has said anything of the replies of first yet." in read(at)
    judge_replies(wiring.store, "first", "sw-KE", visitor.id, yes_and_no("would_offend", 1, 2))
    at = open_page("releases")
    assert "2 turns were judged by people who do not speak their language natively" in read(at)
    assert "No native speaker has said anything" in read(at)


def test_what_was_said_of_a_release_without_a_run_is_shown(wiring: Wiring, sign_in: SignIn) -> None:
    sign_in()
    amina = write_native(wiring.store, "bahati", "sw-KE")
    judge_replies(wiring.store, "fresh", "sw-KE", amina, yes_and_no("is_appropriate", 3, 4))
    at = open_page("releases")
    assert "fresh has no finished run yet" in read(at)
    assert drawn(at)["data"][0]["x"] == [75]


def test_a_failing_store_leaves_the_rest_of_the_page(
    judged: Wiring, broken_store: Callable[[str], None]
) -> None:
    broken_store("find_replies")
    at = open_page("releases", release="second")
    assert len(at.error) == 1
    assert "Cost beside quality" in read(at)


# Asking in a live turn


def talk(wiring: Wiring, visitor: Visitor, locale: str = "en-US") -> AppTest:
    """Opens a session with one turn, on which more is to be said."""
    write_release(wiring.store)
    session = begin(wiring.store, visitor.id, locale)
    put(wiring.store, wiring.assistants, session.id, visitor.id, "key", TEXT)
    at = open_page(session=str(session.id))
    return at.toggle(key="turn.1.open").set_value(True).run()


def answer(at: AppTest, question: str, value: str | None) -> AppTest:
    return at.segmented_control(key=f"turn.1.reply.{question}").set_value(value).run()


def stored(wiring: Wiring) -> ReplyJudgment:
    with wiring.store.reading() as db:
        (turn,) = list_turns(db, 1)
    assert turn.judgment is not None
    return turn.judgment.reply


def test_an_answer_is_stored_with_the_others_and_can_be_taken_back(
    wiring: Wiring, sign_in: SignIn
) -> None:
    at = talk(wiring, sign_in())
    assert at.segmented_control(key="turn.1.reply.appropriate").value is None
    at = answer(at, "appropriate", "no")
    at = answer(at, "would_offend", "yes")
    assert stored(wiring) == ReplyJudgment(is_appropriate=False, would_offend=True)
    at = answer(at, "would_offend", None)
    assert stored(wiring) == ReplyJudgment(is_appropriate=False)
    assert not at.error


def test_what_was_answered_is_shown_again(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    answer(talk(wiring, visitor), "right_formality", "yes")
    at = open_page(session="1").toggle(key="turn.1.open").set_value(True).run()
    assert at.segmented_control(key="turn.1.reply.right_formality").value == "yes"
    assert "does not count" not in read(at)


def test_a_rating_given_later_leaves_the_answers_as_they_are(
    wiring: Wiring, sign_in: SignIn
) -> None:
    at = answer(talk(wiring, sign_in()), "appropriate", "yes")
    at.feedback(key="turn.1.rating").set_value(4).run()
    assert stored(wiring) == ReplyJudgment(is_appropriate=True)


def test_the_voice_is_asked_about_only_where_there_was_one(wiring: Wiring, sign_in: SignIn) -> None:
    visitor = sign_in()
    at = talk(wiring, visitor)
    assert "turn.1.reply.understandable" not in keys(at, "button_group")
    with wiring.store.writing() as db:
        db.query(Turn).one().speech = "0" * 64
    at = open_page(session="1").toggle(key="turn.1.open").set_value(True).run()
    at = answer(at, "understandable", "no")
    assert stored(wiring) == ReplyJudgment(is_understandable=False)


def test_who_does_not_speak_the_language_is_told_that_it_does_not_count(
    wiring: Wiring, sign_in: SignIn
) -> None:
    at = talk(wiring, sign_in(), locale="sw-KE")
    assert "Swahili (Kenya) is not among your own languages" in read(at)
    answer(at, "appropriate", "no")
    assert stored(wiring) == ReplyJudgment(is_appropriate=False)
