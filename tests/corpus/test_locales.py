import subprocess
import sys
import unicodedata

import pytest

from vernacular.corpus.locales import find_locale, list_profiled
from vernacular.errors import InvalidInput

# The tags of MASSIVE 1.1 (FitzGerald et al. 2023, table 1; ca-ES came with 1.1).
_TABLE = """
    af-ZA am-ET ar-SA az-AZ bn-BD ca-ES cy-GB da-DK de-DE el-GR en-US es-ES fa-IR fi-FI fr-FR
    he-IL hi-IN hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE km-KH kn-IN ko-KR lv-LV ml-IN
    mn-MN ms-MY my-MM nb-NO nl-NL pl-PL pt-PT ro-RO ru-RU sl-SL sq-AL sv-SE sw-KE ta-IN te-IN
    th-TH tl-PH tr-TR ur-PK vi-VN zh-CN zh-TW
"""
MASSIVE_TAGS = _TABLE.split()


def test_every_locale_of_massive_is_profiled() -> None:
    assert len(MASSIVE_TAGS) == 52
    assert set(MASSIVE_TAGS) <= {locale.tag for locale in list_profiled()}


def test_profiled_locales_come_in_the_order_of_their_tags() -> None:
    tags = [locale.tag for locale in list_profiled()]
    assert tags == sorted(set(tags))
    assert all(locale.is_profiled for locale in list_profiled())


def test_only_japanese_and_chinese_of_massive_are_labelled_by_character() -> None:
    by_character = {tag for tag in MASSIVE_TAGS if find_locale(tag).slot_unit == "character"}
    assert by_character == {"ja-JP", "zh-CN", "zh-TW"}


def test_the_gate_counts_characters_where_spaces_do_not_part_words() -> None:
    by_character = {tag for tag in MASSIVE_TAGS if find_locale(tag).unit == "character"}
    assert by_character == {"ja-JP", "km-KH", "ko-KR", "my-MM", "th-TH", "zh-CN", "zh-TW"}


@pytest.mark.parametrize("locale", [*MASSIVE_TAGS, "ha-NG", "ko-Hang-KP", "zh-MO", "qaa"])
def test_errors_are_shown_in_a_second_unit_where_both_can_be_told_apart(locale: str) -> None:
    found = find_locale(locale)
    if found.unit == "word":
        assert found.second_unit == "character"
    elif found.language == "ko":
        assert found.second_unit == "word"
    else:
        assert found.second_unit is None


def test_the_locales_beyond_massive_that_are_specified_are_profiled() -> None:
    extras = """
        yue-Hant-HK zh-HK lo-LA bo-CN dz-BT mr-IN ne-NP gu-IN pa-IN or-IN as-IN si-LK uk-UA be-BY
        sr-RS kk-KZ ky-KG ug-Arab-CN ckb-IQ ps-AF uz-UZ lt-LT
    """
    assert set(extras.split()) <= {locale.tag for locale in list_profiled()}


def test_four_locales_of_massive_run_from_right_to_left() -> None:
    from_right = {tag for tag in MASSIVE_TAGS if find_locale(tag).direction == "rtl"}
    assert from_right == {"ar-SA", "fa-IR", "he-IL", "ur-PK"}


@pytest.mark.parametrize("locale", [locale.tag for locale in list_profiled()])
def test_a_profiled_locale_is_named_and_written_its_own_way(locale: str) -> None:
    found = find_locale(locale)
    assert not found.display_name().startswith(f"{found.language} ")
    letters = [sign for sign in found.autonym if sign.isalpha()]
    from_right = [unicodedata.bidirectional(sign) in ("R", "AL") for sign in letters]
    assert all(from_right) if found.direction == "rtl" else not any(from_right)


@pytest.mark.parametrize(
    ("tag", "english", "own"),
    [
        ("sw-KE", "Swahili (Kenya)", "Kiswahili (Kenya)"),
        ("ug-Arab-CN", "Uyghur (Arabic, China)", "ئۇيغۇرچە (ئەرەب, جۇڭگو)"),
        ("yue-Hant-HK", "Cantonese (Traditional, Hong Kong SAR China)", None),
        ("zh-TW", "Chinese (Taiwan)", "中文 (台灣)"),
        ("de-DE", "German (Germany)", "Deutsch (Deutschland)"),
    ],
)
def test_names_are_those_of_cldr(tag: str, english: str, own: str | None) -> None:
    locale = find_locale(tag)
    assert locale.display_name() == english
    if own:
        assert locale.autonym == own


def test_slovenian_keeps_the_tag_of_massive_and_the_name_of_its_country() -> None:
    locale = find_locale("sl-SL")
    assert locale.tag == "sl-SL"
    assert locale.territory == "SI"
    assert locale.display_name("en") == "Slovenian (Slovenia)"
    assert locale.display_name("de-DE") == "Slowenisch (Slowenien)"
    assert locale.autonym == "slovenščina (Slovenija)"


def test_a_name_that_is_unknown_in_a_language_is_given_in_english_then_as_its_code() -> None:
    assert find_locale("sw-KE").display_name("xx") == "Swahili (Kenya)"
    assert find_locale("qaa-QX").display_name("sw") == "qaa (QX)"
    assert find_locale("qaa-QX").autonym == "qaa (QX)"


def test_casing_is_mended() -> None:
    assert find_locale("UG-arab-cn") == find_locale("ug-Arab-CN")
    assert find_locale("SW-ke").tag == "sw-KE"


@pytest.mark.parametrize(
    ("tag", "script", "direction", "slot_unit", "unit"),
    [
        ("ha-NG", "Latn", "ltr", "word", "word"),
        ("pa-PK", "Arab", "rtl", "word", "word"),  # the script hangs on the territory
        ("zh-MO", "Hant", "ltr", "character", "character"),
        ("zh-yue-HK", "Hant", "ltr", "character", "character"),
        ("nqo-GN", "Nkoo", "rtl", "word", "word"),
        ("lo-TH", "Laoo", "ltr", "word", "character"),
        ("az-Arab-IR", "Arab", "rtl", "word", "word"),  # the tag names the script
        ("qaa-IR", "Arab", "rtl", "word", "word"),  # an unknown language of a known place
        ("qaa", "Zzzz", "ltr", "word", "word"),
        ("es-419", "Latn", "ltr", "word", "word"),
        ("sl-rozaj-biske", "Latn", "ltr", "word", "word"),
        ("de-DE-u-co-phonebk-x-own", "Latn", "ltr", "word", "word"),
    ],
)
def test_an_unprofiled_locale_takes_what_its_script_says(
    tag: str, script: str, direction: str, slot_unit: str, unit: str
) -> None:
    locale = find_locale(tag)
    assert not locale.is_profiled
    assert locale.tag == tag
    assert (locale.script, locale.direction) == (script, direction)
    assert (locale.slot_unit, locale.unit) == (slot_unit, unit)


@pytest.mark.parametrize(
    "tag",
    [
        *("", "s", "sw_KE", "sw KE", "sw-KE-", "-KE", "sw--KE", "sw-KE\n", "x-own", "ſw-KE"),
        *("九-JP", "sw-KE-latn", "de-u", "en-x", "swahililang", "../sw-KE"),
    ],
)
def test_a_malformed_tag_is_refused_with_what_a_tag_looks_like(tag: str) -> None:
    with pytest.raises(InvalidInput, match="one looks like sw-KE") as refusal:
        find_locale(tag)
    assert repr(tag) in str(refusal.value)


def test_the_registry_loads_nothing_that_slows_a_command_down() -> None:
    # `--help` has half a second for everything, and every face imports this room.
    code = (
        "import sys, vernacular.corpus.massive, vernacular.corpus.locales;"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(printed.stdout.decode().split())
    assert not loaded & {"numpy", "pandas", "sqlalchemy", "torch", "transformers", "streamlit"}
