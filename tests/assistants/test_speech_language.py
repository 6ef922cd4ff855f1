"""What models call the language of a locale."""

from __future__ import annotations

import pytest

from vernacular.assistants.engines.hearing.speech_language import SpokenLanguages
from vernacular.errors import InvalidInput, ModelUnavailable

# As Whisper's, MMS-1b-all's and SeamlessM4T's checkpoints on the hub list them.
WHISPER = ["en", "sw", "jw", "no", "nn", "tl", "he", "zh", "yue", "my"]
MMS = [
    "eng", "swh", "azj-script_cyrillic", "azj-script_latin", "uig-script_arabic",
    "uig-script_cyrillic", "cmn-script_simplified", "nob", "tgl", "zlm", "khk", "fas", "mya",
    "urd-script_arabic", "urd-script_devanagari",
]  # fmt: skip
SEAMLESS = ["eng", "swh", "cmn", "cmn_Hant", "arb", "pes", "khk", "zlm", "npi"]


@pytest.mark.parametrize(
    ("names", "locale", "expected"),
    [
        (WHISPER, "sw-KE", "sw"),
        (WHISPER, "jv-ID", "jw"),
        (WHISPER, "nb-NO", "no"),
        (WHISPER, "fil-PH", "tl"),
        (WHISPER, "zh-TW", "zh"),
        (WHISPER, "yue-HK", "yue"),
        (MMS, "sw-KE", "swh"),
        (MMS, "sw", "swh"),
        (MMS, "az-AZ", "azj-script_latin"),
        (MMS, "az-Cyrl-AZ", "azj-script_cyrillic"),
        (MMS, "ug-Arab-CN", "uig-script_arabic"),
        (MMS, "zh-CN", "cmn-script_simplified"),
        (MMS, "nb-NO", "nob"),
        (MMS, "fil-PH", "tgl"),
        (MMS, "ms-MY", "zlm"),
        (MMS, "mn-MN", "khk"),
        (MMS, "fa-IR", "fas"),
        (MMS, "ur-PK", "urd-script_arabic"),
        (SEAMLESS, "zh-CN", "cmn"),
        (SEAMLESS, "zh-TW", "cmn_Hant"),
        (SEAMLESS, "ar-SA", "arb"),
        (["pt", "pt-BR"], "pt-PT", "pt"),
        (["pt", "pt-BR", "pt-PT"], "pt-PT", "pt-PT"),
    ],
)
def test_a_locale_is_called_what_the_model_calls_it(
    names: list[str], locale: str, expected: str
) -> None:
    assert SpokenLanguages(names, {}, "ears").find_name(locale) == expected


def test_what_the_manifest_says_comes_first_and_its_locale_before_its_language() -> None:
    languages = SpokenLanguages(MMS, {"zh-TW": "cmn-script_simplified", "sw": "eng"}, "ears")
    assert languages.find_name("zh-TW") == "cmn-script_simplified"
    assert languages.find_name("sw-KE") == "eng"
    languages = SpokenLanguages(MMS, {"sw": "eng", "sw-CD": "swh"}, "ears")
    assert languages.find_name("sw-CD") == "swh"


def test_a_model_that_tells_languages_apart_by_ear_is_told_none() -> None:
    assert SpokenLanguages([], {}, "ears").find_name("sw-KE") is None


@pytest.mark.parametrize("locale", ["am-ET", "zh-TW"])
def test_an_unknown_language_or_script_says_how_to_map_it(locale: str) -> None:
    with pytest.raises(InvalidInput, match=f"'languages: {{{locale}: NAME}}'.* and 3 more") as it:
        SpokenLanguages(MMS, {}, "mms").find_name(locale)
    assert it.value.field == "locale"


@pytest.mark.parametrize(
    ("names", "complaint"), [(MMS, "maps sw-KE to 'swa'"), ([], "remove 'languages'")]
)
def test_a_mapping_to_a_name_the_model_lacks_is_refused(names: list[str], complaint: str) -> None:
    with pytest.raises(ModelUnavailable, match=complaint):
        SpokenLanguages(names, {"sw-KE": "swa"}, "mms")
