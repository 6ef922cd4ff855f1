"""Labels as MASSIVE's script makes them: with its leak in ja-JP, zh-CN and zh-TW, else as ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.corpus.annotation import align_annotation, parse_annotation, write_annotation
from vernacular.corpus.massive import read_massive
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words
from vernacular.scoring.massive_compat import CHARACTER_LOCALES, label_as_massive
from vernacular.scoring.slots import OUTSIDE, label_words, score_slots

SEED = Path(__file__).parents[2] / "seed_data" / "massive" / "massive-1.1-test.tar.xz"


def read(annotation: str, locale: str = "ja-JP") -> list[tuple[str, str]]:
    """Returns each word with its label."""
    text, slots = parse_annotation(annotation)
    found = label_as_massive(text, slots, locale)
    assert len(found.words) == len(found.labels)
    words = [text[start:end] for start, end in found.words]
    return list(zip(words, found.labels, strict=True))


def test_the_label_of_an_ascii_value_leaks_to_the_end() -> None:
    assert read("[device_type : wifi] を オフ") == [
        (word, "device_type") for word in ("wifi", "を", "オ", "フ")
    ]


def test_a_value_in_another_script_takes_its_label_back() -> None:
    assert read("[device_type : 電気] を オフ") == [
        ("電", "device_type"),
        ("気", "device_type"),
        ("を", OUTSIDE),
        ("オ", OUTSIDE),
        ("フ", OUTSIDE),
    ]


def test_only_the_last_chunk_of_a_value_decides() -> None:
    labels = dict(read("[song_name : 青い bird] を流す"))
    assert labels["を"] == "song_name"
    labels = dict(read("[song_name : bird の歌] を流す"))
    assert labels["を"] == OUTSIDE


def test_the_next_slot_ends_the_leak() -> None:
    assert read("开 [device_type : tv] 到 [media_type : 新闻] 台", "zh-CN") == [
        ("开", OUTSIDE),
        ("tv", "device_type"),
        ("到", "device_type"),
        ("新", "media_type"),
        ("闻", "media_type"),
        ("台", OUTSIDE),
    ]


def test_a_chunk_of_two_scripts_falls_into_single_characters() -> None:
    assert [word for word, _ in read("usbを 抜く")] == ["u", "s", "b", "を", "抜", "く"]
    assert [word for word, _ in read("[device_type : usb] を 抜く")][:2] == ["usb", "を"]


@pytest.mark.parametrize("locale", ["en-US", "th-TH", "ko-KR", "yue-HK"])
def test_other_locales_are_split_at_spaces_and_do_not_leak(locale: str) -> None:
    text, slots = parse_annotation("turn [device_type : wifi] off")
    found = label_as_massive(text, slots, locale)
    assert list(found.words) == split_words(text, "word")
    assert (
        list(found.labels) == label_words(found.words, slots) == ["Other", "device_type", "Other"]
    )


def test_an_answer_is_labelled_on_the_same_words_and_never_leaks() -> None:
    text, slots = parse_annotation("[device_type : wifi] を オフ")
    found = label_as_massive(text, slots, "ja-JP")
    right = found.label_hypothesis(slots)
    assert right == ["device_type", OUTSIDE, OUTSIDE, OUTSIDE]
    assert score_slots(found.labels, right) == (0, 1, 1)
    learnt = found.label_hypothesis([Slot("device_type", 0, len(text))])
    assert score_slots(found.labels, learnt) == (1, 0, 0)


def by_brackets(annotation: str) -> tuple[list[str], list[str]]:
    """Reads the bracket form chunk by chunk, as the script is described to do."""
    words: list[str] = []
    labels: list[str] = []
    label, expects_colon = OUTSIDE, False
    for chunk in annotation.split():
        if chunk[0] == "[":
            label, expects_colon = chunk[1:], True
        elif expects_colon and chunk == ":":
            expects_colon = False
        else:
            value = chunk.removesuffix("]")
            parts = [value] if chunk.isascii() else list(value)
            words += parts
            labels += [label] * len(parts)
            if value != chunk and not chunk.isascii():
                label = OUTSIDE
    return words, labels


pieces = st.text("ab1.'を明日ガ", min_size=1, max_size=4)
values = st.lists(pieces, min_size=1, max_size=3).map(" ".join)
parts = st.tuples(st.sampled_from([None, "date", "time"]), values, st.sampled_from(["", " "]))


@given(st.lists(parts, min_size=1, max_size=5), st.sampled_from(sorted(CHARACTER_LOCALES)))
def test_words_and_labels_are_those_read_from_the_brackets(
    given_parts: list[tuple[str | None, str, str]], locale: str
) -> None:
    text, slots = "", []
    for label, value, space in given_parts:
        if label:
            slots.append(Slot(label, len(text), len(text) + len(value)))
        text += value + space
    annotation = write_annotation(text, slots, "character")
    words, labels = by_brackets(annotation)
    found = label_as_massive(text, slots, locale)
    assert [text[start:end] for start, end in found.words] == words
    assert list(found.labels) == labels
    assert align_annotation(annotation, text) == tuple(slots)


def test_the_leak_touches_as_many_published_utterances_as_is_said() -> None:
    n_leaking = dict.fromkeys(sorted(CHARACTER_LOCALES), 0)
    for file in read_massive(SEED, locales=list(CHARACTER_LOCALES)):
        for one in file.utterances:
            found = label_as_massive(one.text, one.slots, one.locale)
            ours = label_words(found.words, one.slots)
            n_leaking[one.locale] += list(found.labels) != ours
    assert n_leaking == {"ja-JP": 117, "zh-CN": 4, "zh-TW": 42}
