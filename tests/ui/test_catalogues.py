"""Every text of the UI and of the sign-in pages exists in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import update
from babel.messages.catalog import Catalog, Message

FILES = update.list_catalogues()
_PLACEHOLDER = re.compile(r"\{\w*\}|%(?:\(\w+\))?[ds]")


@pytest.fixture(params=FILES, ids=lambda file: file.parent.parent.name)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return update.read_catalogue(Path(request.param))


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_arabic_is_among_the_languages() -> None:
    assert "ar" in [file.parent.parent.name for file in FILES]


def test_the_template_is_what_the_sources_say() -> None:
    written = update.read_template()
    assert {message.id for message in written} == {message.id for message in update.extract()}


def test_no_message_is_missing_and_none_is_stale(catalogue: Catalog) -> None:
    expected = {str(message.id) for message in messages(update.extract())}
    assert {str(message.id) for message in messages(catalogue)} == expected
    assert not catalogue.obsolete


def test_every_message_is_translated_in_all_its_forms(catalogue: Catalog) -> None:
    untranslated = [message.id for message in messages(catalogue) if not all(texts(message.string))]
    assert untranslated == []
    counted = [message for message in messages(catalogue) if message.pluralizable]
    assert counted
    assert {len(message.string) for message in counted} == {catalogue.num_plurals}


def test_no_translation_is_a_guess(catalogue: Catalog) -> None:
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []


def test_placeholders_are_those_of_the_message(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        singular = set(_PLACEHOLDER.findall(texts(message.id)[-1]))
        for string in texts(message.string):
            # A form for one, two or none may say so in words.
            found = set(_PLACEHOLDER.findall(string))
            assert found == singular or (message.pluralizable and not found), string


def test_babel_finds_no_error(catalogue: Catalog) -> None:
    assert list(catalogue.check()) == []


def test_messages_inside_f_strings_are_found() -> None:
    source = 'f"<b>{escape(_("Login"))}</b>{count("{n} turn", "{n} turns", n)}"'
    source = source.replace('"Login"', "'Login'").replace('"{n} turn"', "'{n} turn'")
    source = source.replace('"{n} turns"', "'{n} turns'")
    assert list(update.find_messages(source)) == ["Login", ("{n} turn", "{n} turns")]


def test_calls_that_translate_nothing_are_no_messages() -> None:
    source = "text.count('a')\nmark(name)\ntranslate(language, 'Saved')\nother('x')"
    assert list(update.find_messages(source)) == []
