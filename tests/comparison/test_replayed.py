from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.comparison.replayed import (
    Expected,
    Judged,
    Outcome,
    Step,
    compare_turn,
)
from vernacular.corpus.utterance import Slot

TEXT = "wake me at five am"
FIVE = (Slot("time", 11, 18),)
EXPECTED = Expected(TEXT, "alarm_set", FIVE)
RIGHT = Outcome(TEXT, "alarm_set", FIVE, "Done.")
MISHEARD = Outcome("wake me at nine am", "alarm_set", FIVE, "Done.")
FAILED = Outcome(None)


@pytest.mark.parametrize(
    ("live", "now", "first"),
    [
        (RIGHT, RIGHT, None),
        (RIGHT, Outcome("Wake me at five AM!", "alarm_set", FIVE, "Done."), None),
        (RIGHT, MISHEARD, Step.HEARD),
        (RIGHT, Outcome(TEXT, "alarm_query", FIVE, "Done."), Step.UNDERSTOOD),
        (RIGHT, Outcome(TEXT, "alarm_set", (), "Done."), Step.UNDERSTOOD),
        (RIGHT, Outcome(TEXT, "alarm_set", (Slot("date", 11, 18),), "Done."), Step.UNDERSTOOD),
        (RIGHT, Outcome(TEXT, "alarm_set", FIVE, "All done."), Step.ANSWERED),
        (RIGHT, FAILED, Step.HEARD),
        (FAILED, RIGHT, Step.HEARD),
        (FAILED, FAILED, None),
    ],
)
def test_the_first_step_that_changed_is_named(
    live: Outcome, now: Outcome, first: Step | None
) -> None:
    assert compare_turn("en-US", live, now, EXPECTED, by_voice=True).first is first


@pytest.mark.parametrize(
    ("live", "now", "judged"),
    [
        ("wake me at nine am", TEXT, Judged.BETTER),
        ("rake me at nine am", "wake me at nine am", Judged.BETTER),
        (TEXT, "wake me at nine am", Judged.WORSE),
        (TEXT, None, Judged.WORSE),
        (TEXT, "Wake me, at five am", Judged.STILL_RIGHT),
        ("wake me at nine am", "wake me at four am", Judged.STILL_WRONG),
        (None, None, Judged.STILL_WRONG),
    ],
)
def test_what_was_heard_is_judged_by_its_word_errors(
    live: str | None, now: str | None, judged: Judged
) -> None:
    change = compare_turn("en-US", Outcome(live), Outcome(now), EXPECTED, by_voice=True)
    assert change.heard is not None
    assert change.heard.judged is judged


def test_what_was_heard_is_judged_by_characters_where_words_are_not_written_apart() -> None:
    expected = Expected("明天五点叫醒我", "alarm_set", ())
    live, now = Outcome("明天九点叫醒你"), Outcome("明天九点叫醒我")
    change = compare_turn("zh-CN", live, now, expected, by_voice=True)
    assert change.heard is not None
    assert change.heard.judged is Judged.BETTER


@pytest.mark.parametrize(
    ("live", "now", "judged"),
    [
        (("alarm_query", FIVE), ("alarm_set", FIVE), Judged.BETTER),
        # A right intent outweighs the slots that it came without.
        (("alarm_query", FIVE), ("alarm_set", ()), Judged.BETTER),
        (("alarm_set", ()), ("alarm_set", FIVE), Judged.BETTER),
        (("alarm_set", FIVE), ("alarm_set", ()), Judged.WORSE),
        (("alarm_set", FIVE), ("alarm_query", FIVE), Judged.WORSE),
        (("alarm_set", FIVE), ("alarm_set", FIVE), Judged.STILL_RIGHT),
        (("alarm_query", FIVE), ("play_music", FIVE), Judged.STILL_WRONG),
        ((None, ()), (None, ()), Judged.STILL_WRONG),
    ],
)
def test_what_was_understood_is_judged_by_intent_before_slots(
    live: tuple[str | None, tuple[Slot, ...]],
    now: tuple[str | None, tuple[Slot, ...]],
    judged: Judged,
) -> None:
    outcomes = [Outcome(TEXT, *one) for one in (live, now)]
    change = compare_turn("en-US", *outcomes, EXPECTED, by_voice=False)
    assert change.heard is None
    assert change.understood is not None
    assert change.understood.judged is judged


def test_slots_are_held_against_each_other_by_value_wherever_they_stand() -> None:
    heard = Outcome("please wake me at five am", "alarm_set", (Slot("time", 18, 25),))
    change = compare_turn("en-US", Outcome(TEXT, "alarm_set", FIVE), heard, EXPECTED, by_voice=True)
    assert change.understood is not None
    assert not change.understood.is_changed
    assert change.understood.judged is Judged.STILL_RIGHT


def test_without_a_correction_a_change_is_neither_better_nor_worse() -> None:
    change = compare_turn("en-US", RIGHT, FAILED, None, by_voice=True)
    assert change.judgments == {Judged.UNCORRECTED}
    assert change.first is Step.HEARD


def test_a_release_that_only_hears_is_judged_by_that_alone() -> None:
    change = compare_turn("en-US", RIGHT, Outcome(TEXT), EXPECTED, by_voice=True, understands=False)
    assert (change.understood, change.first) == (None, None)


outcomes = st.builds(
    Outcome,
    st.none() | st.sampled_from([TEXT, "wake me at nine am", "la la", ""]),
    st.none() | st.sampled_from(["alarm_set", "alarm_query"]),
    st.sampled_from([(), FIVE]),
    st.none() | st.sampled_from(["Done.", "All done."]),
)
OPPOSITE = {Judged.BETTER: Judged.WORSE, Judged.WORSE: Judged.BETTER}


@given(live=outcomes, now=outcomes)
def test_what_is_better_one_way_is_worse_the_other_way(live: Outcome, now: Outcome) -> None:
    there = compare_turn("en-US", live, now, EXPECTED, by_voice=True)
    back = compare_turn("en-US", now, live, EXPECTED, by_voice=True)
    assert there.first is back.first
    for one, other in ((there.heard, back.heard), (there.understood, back.understood)):
        assert one is not None
        assert other is not None
        assert other.judged is OPPOSITE.get(one.judged, one.judged)
        # Something that is better or worse has changed.
        assert one.is_changed or one.judged not in OPPOSITE
