from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.corpus.annotation import check_slots, parse_annotation, write_annotation
from vernacular.corpus.moved_slots import move_slots
from vernacular.corpus.utterance import Slot


def moved(before: str, after: str, locale: str) -> str:
    """Returns ``after`` with the slots that ``before`` has in brackets."""
    text, slots = parse_annotation(before)
    return write_annotation(after, move_slots(text, after, slots, locale))


@pytest.mark.parametrize(
    ("locale", "before", "after"),
    [
        ("en-US", "wake me at [time : five]", "please wake me at [time : five]"),
        ("en-US", "[n : five] songs at [time : five]", "at [time : five]"),
        ("en-US", "play [artist : abba] now", "play music now by [artist : abba]"),
        ("en-US", "wake me at [time : five am]", "Wake me, at [time : five AM]!"),
        ("en-US", "", "wake me"),
        ("zh-CN", "我要听[artist : 周杰伦]", "我想要听[artist : 周杰伦]的歌"),
        ("th-TH", "ปลุกฉันตอน[time : ตีห้า]", "ช่วยปลุกฉันตอน[time : ตีห้า]"),
        ("ar-SA", "أيقظني [time : الخامسة]", "أيقظني في [time : الخامسة]"),
    ],
)
def test_a_value_that_stays_keeps_its_slot(locale: str, before: str, after: str) -> None:
    assert moved(before, parse_annotation(after)[0], locale) == after


@pytest.mark.parametrize(
    ("locale", "before", "after"),
    [
        ("en-US", "wake me up at [time : nein]", "wake me up at [time : nine]"),
        ("en-US", "wake me at [time : fife am]", "wake me at [time : five am]"),
        ("en-US", "play [genre : jass]", "play some [genre : jazz]"),
        ("en-US", "play [playlist : myrock playlist]", "play [playlist : my rock playlist]"),
        ("en-US", "tpplay [playlist : myrock playlist]", "play [playlist : my rock playlist]"),
        ("en-US", "call [person : bob]", "call [person : alice]"),
        ("en-US", "turn on the [room : kitchen] lights", "turn off the [room : bedroom] lights"),
        ("en-US", "play [n : five] songs at [t : six]", "play [n : six] songs at [t : seven]"),
        ("en-US", "me [time : fife am] [date : tomorow]", "me [time : five am] [date : tomorrow]"),
        ("zh-CN", "播放[artist : 周结论]的歌", "播放[artist : 周杰伦]的歌"),
        ("ja-JP", "[date : 明日]の天気", "[date : 今日]の天気"),
        ("th-TH", "ปลุกฉันตอน[time : ตีห้า]", "ปลุกฉันตอน[time : ตีหก]"),
        ("ar-SA", "أيقظني في [time : الخامصة] صباحا", "أيقظني في [time : الخامسة] صباحا"),
    ],
)
def test_a_value_that_was_misheard_keeps_its_slot(locale: str, before: str, after: str) -> None:
    assert moved(before, parse_annotation(after)[0], locale) == after


@pytest.mark.parametrize(
    ("locale", "before", "after"),
    [
        ("en-US", "call [person : mom]", "cancel my alarm"),
        ("en-US", "call my [person : mom]", "cancel my alarm"),
        ("en-US", "call [person : my mom]", "cancel my alarm"),
        ("en-US", "wake me up at [time : nine]", "what is the weather in paris tomorrow"),
        ("en-US", "play my [playlist : rock playlist]", "turn off the kitchen lights"),
        ("en-US", "send [person : bob] an email", "send the email to alice"),
        ("en-US", "play [artist : abba]", "play the next song please"),
        ("en-US", "wake me at [time : five]", "wake me"),
        ("en-US", "[n : five] songs at five", "at five"),
        ("en-US", "play [genre : rock] music", "stop the music"),
        ("ar-SA", "tpplay [playlist : myrock playlist]", "أيقظني في الخامسة صباحا"),
        ("zh-CN", "打电话给[person : 妈妈]", "取消我的闹钟"),
        ("zh-CN", "给[person : 妈妈]打电话", "给我看新闻"),
    ],
)
def test_a_value_that_is_gone_loses_its_slot(locale: str, before: str, after: str) -> None:
    assert moved(before, after, locale) == after


LOCALES = st.sampled_from(["en-US", "zh-CN", "th-TH", "ar-SA"])
WORDS = st.lists(
    st.sampled_from(
        [
            "wake",
            "Wake,",
            "me",
            "at",
            "five",
            "fife",
            "...",
            "क्षि",
            "👩‍👩‍👧",
            "é",
            "日",
            "日本",
            "في",
        ]
    ),
    max_size=8,
)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Slot]]:
    """Returns a text with slots of one word or more, which need not be whole."""
    words = draw(WORDS)
    slots, text, begins = [], "", None
    for word in words:
        start = len(text) + bool(text)
        text = f"{text} {word}" if text else word
        if begins is None and draw(st.booleans()):
            begins = start
        if begins is not None and draw(st.booleans()):
            slots.append(Slot(f"value {len(slots)}", begins, len(text)))
            begins = None
    return text, slots


@given(marked(), WORDS, LOCALES)
def test_what_moved_is_always_a_valid_marking(
    before: tuple[str, list[Slot]], after: list[str], locale: str
) -> None:
    text, slots = before
    found = move_slots(text, " ".join(after), slots, locale)
    check_slots(" ".join(after), found)
    assert {one.label for one in found} <= {one.label for one in slots}


@given(marked(), LOCALES)
def test_the_same_text_keeps_every_slot(before: tuple[str, list[Slot]], locale: str) -> None:
    text, slots = before
    assert move_slots(text, text, slots, locale) == tuple(slots)


@given(marked(), st.lists(st.sampled_from(["play", "abba", "лампа", "灯", "fiver"])), LOCALES)
def test_a_text_that_shares_no_word_keeps_no_slot(
    before: tuple[str, list[Slot]], after: list[str], locale: str
) -> None:
    text, slots = before
    assert move_slots(text, " ".join(after), slots, locale) == ()


def test_a_slot_that_is_a_part_of_a_word_stays_the_same_part() -> None:
    slots = [Slot("time", 8, 12)]
    assert move_slots("wake me@five", "please wake me@five", slots, "en-US") == (
        Slot("time", 15, 19),
    )
