"""What holds of the normaliser for every text, and what normalisers made for English get wrong."""

from __future__ import annotations

import json
import re
import tarfile
import unicodedata
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from tests.corpus.texts import ANY_TEXT
from vernacular.corpus.locales import find_locale, list_profiled
from vernacular.errors import InvalidInput
from vernacular.scoring.normaliser import (
    LENIENT,
    STRICT,
    find_normaliser,
    list_normalisers,
    normalise,
)
from vernacular.scoring.normaliser_rules import Rules, read_rules

SEED = Path(__file__).parents[2] / "seed_data" / "massive" / "massive-1.1-test.tar.xz"
N_SAMPLED = 40
LOCALES = [locale.tag for locale in list_profiled()]
UNPROFILED = ["ha-NG", "yi-001", "ks-Arab-IN", "hyw", "qaa"]
# Letters and marks of many scripts, signs that hang on neighbours, and what vanishes between them.
HOSTILE = [
    *"abglsIİıßΐΣςᾳŉŀｶﾞ゛´΄¨12५٣٫",
    *"''..,:·-\"׳״ \u00a0\u200b\u200c\u200d\u00ad\ufe0f",
    *"\u0301\u0307\u0323\u0327\u0331\u0345\u0338\u3099\u0651\u0654\u0640\u05b8\u20e3",
    *"ीँ\u093c्रडनक়ত্নൊக\u0bc6\u0bbe",
    *"นเ\u0e33\u0e4d\u0e48\u0e32ນເ\u0eb3\u0ecd\u0ec8\u0eb2",
    *"يىیكکهہھألאשջ՞և၏་ê",
    *("\u1112", "\u1161", "\u11a8", "ㅏ", "ﬁ", "½", "ﷺ", "\U0001f44d", "\x00", "\x85", "\u0378"),
]
MARKS = [
    *"\u0301\u0307\u0323\u0327\u0e34\u0e48\u093c\u093f\u094d\u0902\u0d3e\u0d4d\u05b8\u05bc",
    *"\u064e\u0651\u0654\u0670\u17d2\u1039\u3099\u20dd",
]
VARIATION_SELECTORS = {chr(c) for c in [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]}
HOSTILE_TEXT = st.lists(st.sampled_from(HOSTILE), max_size=10).map("".join)


def distinct_rules() -> dict[Rules, tuple[str, str]]:
    """Returns one locale and normaliser for each different set of rules."""
    found: dict[Rules, tuple[str, str]] = {}
    for locale in [*LOCALES, *UNPROFILED]:
        for name in list_normalisers():
            rules = read_rules(locale, is_lenient=name == LENIENT).rules
            found.setdefault(rules, (locale, name))
    return found


PROFILES = list(distinct_rules().values())


def check_form(text: str, locale: str, name: str) -> None:
    once = normalise(text, locale, name)
    assert normalise(once, locale, name) == once
    assert once == " ".join(once.split())
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(("locale", "name"), PROFILES)
@settings(max_examples=40)
@given(text=ANY_TEXT | HOSTILE_TEXT)
def test_doing_it_again_changes_nothing(locale: str, name: str, text: str) -> None:
    check_form(text, locale, name)


@pytest.mark.parametrize(("locale", "name"), PROFILES)
@settings(max_examples=40)
@given(text=ANY_TEXT | HOSTILE_TEXT)
def test_canonically_equal_texts_are_one(locale: str, name: str, text: str) -> None:
    # Joiner sequences aside, a reader cannot see which of the two forms was typed.
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalise(composed, locale, name) == normalise(decomposed, locale, name)


@pytest.mark.parametrize(("locale", "name"), PROFILES)
@settings(max_examples=40)
@given(text=ANY_TEXT | HOSTILE_TEXT)
def test_signs_are_left_only_where_a_rule_keeps_them(locale: str, name: str, text: str) -> None:
    normalised = normalise(text, locale, name)
    rules = read_rules(locale, is_lenient=name == LENIENT).rules
    kept = rules.letters | {sign.sign for sign in rules.signs if sign.kept_between}
    left = {sign for sign in normalised if unicodedata.category(sign)[0] in "PS"}
    assert left <= kept
    for at, sign in enumerate(normalised):
        if sign in ".,:":
            assert normalised[at - 1 : at].isdecimal() and normalised[at + 1 :][:1].isdecimal()
        if sign == "'" and locale != "uz-UZ":
            around = normalised[at - 1 : at], normalised[at + 1 :][:1]
            assert all(unicodedata.category(one)[0] in "LM" for one in around)


@pytest.mark.parametrize(("locale", "name"), PROFILES)
@settings(max_examples=40)
@given(
    text=st.text(st.characters(categories=["L", "M", "N", "Zs"]), max_size=20)
    | st.lists(st.sampled_from([*"กนมคपരनകതമ나עق", *MARKS]), max_size=20).map("".join)
)
def test_only_marks_that_a_rule_names_are_touched(locale: str, name: str, text: str) -> None:
    named = marks_in_rules(read_rules(locale, is_lenient=name == LENIENT).rules)
    # Case folding itself turns the iota subscript into a letter.
    folded = unicodedata.normalize("NFKC", text).casefold()
    assert marks(normalise(text, locale, name), named) == marks(folded, named)


def marks(text: str, but: set[str]) -> list[str]:
    """Returns the marks of a text, sorted, save variation selectors and those in ``but``."""
    return sorted(
        sign
        for sign in unicodedata.normalize("NFKD", text)
        if unicodedata.category(sign)[0] == "M" and sign not in VARIATION_SELECTORS | but
    )


def marks_in_rules(rules: Rules) -> set[str]:
    pieces = [*rules.maps, *rules.joined, *rules.rewrites]
    text = "".join(character for pair in pieces for character in pair)
    text = re.sub(r"\\u([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return {*rules.deleted, *unicodedata.normalize("NFKD", text)}


@pytest.mark.parametrize(("locale", "name"), PROFILES)
def test_every_character_of_the_basic_plane_alone_keeps_the_form(locale: str, name: str) -> None:
    normaliser = find_normaliser(locale, name)
    # Hangul syllables and unified ideographs are thousands of the same; a hundred of them do.
    skipped = {*range(0x3500, 0x4DB0), *range(0x4F00, 0x9FA0), *range(0xAD00, 0xD7A0)}
    every = [chr(c) for c in range(0xFB00) if c not in skipped and not 0xD800 <= c < 0xF900]
    once = normaliser(" x ".join(every))
    assert normaliser(once) == once


@cache
def sample() -> dict[str, list[str]]:
    """Returns the first texts of each locale of MASSIVE's test set."""
    texts = {}
    with tarfile.open(SEED) as archive:
        for member in archive:
            opened = archive.extractfile(member)
            if opened is not None and member.name.endswith(".jsonl"):
                rows = map(json.loads, islice(opened, N_SAMPLED))
                texts[Path(member.name).stem] = [row["utt"] for row in rows]
    return texts


@pytest.mark.parametrize("name", list_normalisers())
def test_the_form_holds_for_what_people_wrote_in_52_locales(name: str) -> None:
    assert len(sample()) == 52
    for locale, texts in sample().items():
        for text in texts:
            check_form(text, locale, name)
            check_form(text.upper(), locale, name)


@pytest.mark.parametrize("locale", ["tr-TR", "az-AZ", "de-DE", "el-GR", "hy-AM", "ka-GE", "ru-RU"])
def test_case_carries_nothing(locale: str) -> None:
    for text in sample()[locale]:
        upper = text.upper()
        if locale in ("tr-TR", "az-AZ"):  # str.upper knows no language
            upper = text.replace("i", "İ").upper()
        assert normalise(upper, locale) == normalise(text, locale)


# Metrics, section 2.1: what a normaliser that deletes marks, symbols and punctuation alike does.
def normalise_as_for_english(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(" " if unicodedata.category(c)[0] in "MSP" else c for c in text)


@pytest.mark.parametrize(
    ("locale", "text", "n_words", "n_words_as_for_english"),
    [
        ("hi-IN", "मुझे कल सुबह पाँच बजे जगाओ", 6, 10),
        ("th-TH", "ปลุกฉันตอนตีห้าพรุ่งนี้", 1, 6),
        ("he-IL", "שָׁלוֹם עוֹלָם", 2, 6),
        ("ar-SA", "كَتَبَ الوَلَدُ", 2, 6),
        ("fr-FR", "l’heure", 1, 2),
        ("ca-ES", "col·legi", 1, 2),
        ("en-US", "3.5", 1, 2),
    ],
)
def test_words_are_not_broken_at_their_marks(
    locale: str, text: str, n_words: int, n_words_as_for_english: int
) -> None:
    assert len(normalise_as_for_english(text).split()) == n_words_as_for_english
    assert len(normalise(text, locale).split()) == n_words


@pytest.mark.parametrize(
    ("locale", "reference", "hypothesis", "n_errors"),
    [
        # Every word has another vowel sign.
        ("ml-IN", "വില കുറി പാട്ട്", "വാല കൂറി പീട്ട്", 3),
        ("hi-IN", "दिन मेला पुल", "दीन मैला पूल", 3),
        ("ta-IN", "கொடி பாலை", "கெடு பீலே", 2),
    ],
)
def test_words_that_differ_by_a_mark_count_as_errors(
    locale: str, reference: str, hypothesis: str, n_errors: int
) -> None:
    merged = [normalise_as_for_english(text).split() for text in (reference, hypothesis)]
    kept = [normalise(text, locale).split() for text in (reference, hypothesis)]
    assert Levenshtein.distance(*kept) == n_errors
    assert Levenshtein.distance(*merged) == 0


def test_lost_tones_of_thai_count_as_errors() -> None:
    reference = "ไม้ใหม่ไม่ไหม้มั้ย"
    hypothesis = reference.translate(dict.fromkeys(range(0x0E48, 0x0E4C)))
    kept = [normalise(text, "th-TH") for text in (reference, hypothesis)]
    assert Levenshtein.distance(*kept) == len(reference) - len(hypothesis) == 5
    merged = [normalise_as_for_english(text).replace(" ", "") for text in (reference, hypothesis)]
    assert Levenshtein.distance(*merged) == 0


def test_an_unknown_locale_takes_the_rules_of_its_script_and_says_so() -> None:
    assert find_normaliser("ha-NG").is_default_profile
    western_armenian = find_normaliser("hyw")
    assert western_armenian.is_default_profile
    assert western_armenian("ո՞ւր") == "ուր"
    # Kashmiri writes its vowels with the signs that Arabic leaves out.
    assert normalise("كٔ", "ks-Arab-IN") == "كٔ"
    assert normalise("كٔ", "ar-SA") == "ك"


@pytest.mark.parametrize(
    ("locale", "given", "expected"),
    [
        ("ar-EG", "أَحمَد", "احمد"),
        ("tr-CY", "IŞIK", "ışık"),
        ("tr", "IŞIK", "ışık"),
        ("az-Cyrl-AZ", "IШЫГ", "iшыг"),  # another script, so other rules
    ],
)
def test_a_locale_takes_the_rules_of_its_language_in_the_same_script(
    locale: str, given: str, expected: str
) -> None:
    assert normalise(given, locale) == expected
    assert find_normaliser(locale).is_default_profile == (locale == "az-Cyrl-AZ")


def test_a_normaliser_is_known_by_name_and_locale() -> None:
    assert (
        list_normalisers()
        == (STRICT, LENIENT)
        == (
            "vernacular-norm/1",
            "vernacular-norm/1-lenient",
        )
    )
    lenient = find_normaliser("ru-ru", LENIENT)
    assert (lenient.name, lenient.locale) == (LENIENT, find_locale("ru-RU").tag)
    assert lenient is find_normaliser("ru-ru", LENIENT)


def test_an_unknown_normaliser_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match=r"'whisper' is no normaliser; there are vernacular-n"):
        normalise("hello", "en-US", "whisper")
    with pytest.raises(InvalidInput, match="is not a locale tag"):
        normalise("hello", "english!")


@given(st.lists(ANY_TEXT | HOSTILE_TEXT, max_size=8).map(lambda texts: [*texts, *texts[:3]]))
def test_many_at_once_are_each_alone(texts: list[str]) -> None:
    normaliser = find_normaliser("th-TH")
    assert normaliser.many(texts) == [normaliser(text) for text in texts]
    assert normaliser.many([]) == []


def test_each_distinct_text_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    normaliser = find_normaliser("sw-KE")
    monkeypatch.setattr(normaliser, "_apply", lambda text: seen.append(text) or text.upper())
    assert normaliser.many(["a", "b", "a"]) == ["A", "B", "A"]
    assert sorted(seen) == ["a", "b"]
