from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from vernacular import i18n

CATALOGUE = r"""
msgid ""
msgstr ""
"Language: ar\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 ? 4 : 5;\n"

msgid "Sign in"
msgstr "تسجيل الدخول"

#, fuzzy
msgid "Sign out"
msgstr "ربما"

msgid "Skip"
msgstr ""

msgid "%d turn"
msgid_plural "%d turns"
msgstr[0] "صفر"
msgstr[1] "واحد"
msgstr[2] "اثنان"
msgstr[3] "قليل"
msgstr[4] "كثير"
msgstr[5] "آخر"
"""


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for tag in ("ar", "zh_Hant", "en"):
        file = tmp_path / "i18n" / tag / "LC_MESSAGES" / "vernacular.po"
        file.parent.mkdir(parents=True)
        file.write_text(CATALOGUE.replace("Language: ar", f"Language: {tag}"), "utf-8")
    monkeypatch.setattr(i18n, "find_folder", lambda _name: tmp_path)
    _forget()
    yield
    _forget()


def _forget() -> None:
    i18n._catalogue_files.cache_clear()
    i18n._load_catalogue.cache_clear()


def test_a_message_is_translated_also_for_a_region(catalogues: None) -> None:
    for tag in ("ar", "ar-EG", "AR_eg"):
        assert i18n.gettext(tag, "Sign in") == "تسجيل الدخول"
    assert i18n.translator("ar")("Sign in") == "تسجيل الدخول"


@pytest.mark.parametrize("message", ["Never translated", "Sign out", "Skip", ""])
def test_a_message_without_a_sure_translation_stays_english(catalogues: None, message: str) -> None:
    # "Sign out" is marked fuzzy, "Skip" is empty; the empty message must not give the header.
    assert i18n.gettext("ar", message) == message


@pytest.mark.parametrize("tag", ["en", "en-GB", "tlh", "", "??"])
def test_an_unknown_language_reads_english(catalogues: None, tag: str) -> None:
    assert i18n.gettext(tag, "Sign in") == "Sign in"
    assert i18n.ngettext(tag, "%d turn", "%d turns", 1) == "%d turn"
    assert i18n.ngettext(tag, "%d turn", "%d turns", 2) == "%d turns"


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "صفر"), (1, "واحد"), (2, "اثنان"), (3, "قليل"), (11, "كثير"), (100, "آخر")],
)
def test_plurals_follow_the_rules_of_the_language(catalogues: None, number: int, form: str) -> None:
    assert i18n.ngettext("ar", "%d turn", "%d turns", number) == form


def test_english_comes_first_and_once(catalogues: None) -> None:
    assert i18n.list_languages() == ["en", "ar", "zh-Hant"]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ([], "en"),
        (["tlh", "ar-EG", "en"], "ar"),
        (["en-GB", "ar"], "en"),
        (["zh-Hant-TW"], "zh-Hant"),
        (["zh-Hans"], "en"),
    ],
)
def test_the_first_wanted_language_with_texts_is_chosen(
    catalogues: None, wanted: list[str], chosen: str
) -> None:
    assert i18n.choose_language(wanted) == chosen


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("ug-Arab-CN", "rtl"),
        ("fa_IR", "rtl"),
        ("en", "ltr"),
        ("sw-KE", "ltr"),
        ("tlh", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_follows_the_script(tag: str, direction: str) -> None:
    assert i18n.direction(tag) == direction


def test_a_language_is_named_in_itself() -> None:
    assert i18n.own_name("ar") == "العربية"
    assert i18n.own_name("tlh") == "tlh"


def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "broken.po"
    file.write_text('msgid "Sign in"\nbroken\n', "utf-8")
    with pytest.raises(PoFileError):
        i18n.read_catalogue(file)
