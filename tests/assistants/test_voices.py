from __future__ import annotations

import pytest

from vernacular.assistants.voices import MAX_SPOKEN, check_speakable, find_voice
from vernacular.errors import InvalidInput


@pytest.mark.parametrize(
    ("voices", "tag", "voice"),
    [
        (["sw", "sw-KE"], "sw-KE", "sw-KE"),
        (["sw-TZ", "sw"], "sw-KE", "sw"),
        (["sw-TZ"], "sw-KE", "sw-TZ"),
        (["pt-BR", "pt-PT"], "pt-AO", "pt-BR"),
        (["en", "hi"], "sw-KE", None),
        (["zh"], "zh-TW", "zh"),
        (["cmn"], "zh-CN", "cmn"),
        (["tl"], "fil-PH", "tl"),
        (["no"], "nb-NO", "no"),
        (["az"], "az-Arab-IR", None),
        (["fa-Latn", "fa"], "fa-IR", "fa"),
        ([], "sw-KE", None),
    ],
)
def test_the_nearest_voice_speaks(voices: list[str], tag: str, voice: str | None) -> None:
    assert find_voice(voices, tag) == voice


def test_a_locale_that_is_no_tag_is_refused() -> None:
    with pytest.raises(InvalidInput):
        find_voice(["sw"], "??")


@pytest.mark.parametrize("text", ["", " \n", "a" * (MAX_SPOKEN + 1)])
def test_nothing_and_too_much_are_not_spoken(text: str) -> None:
    with pytest.raises(InvalidInput):
        check_speakable(text)
