"""The texts that people read, in their language: one message catalogue per language.

Message ids are the English texts, so English needs no catalogue and a missing message still says
something. The ``.po`` files are read as they are; there is no compile step to forget.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from vernacular.places import find_folder

SOURCE_LANGUAGE = "en"
_CATALOGUE = Path("LC_MESSAGES") / "vernacular.po"


def gettext(language: str, message: str) -> str:
    """Returns ``message`` in ``language``, or as it is where there is no translation.

    ``language`` is a tag such as ``ar`` or ``ar-EG``; a region without a catalogue of its own uses
    its language's.
    """
    return _find_catalogue(language).gettext(message) if message else ""


def ngettext(language: str, singular: str, plural: str, number: int) -> str:
    """Returns the form of a message that fits ``number``, by the plural rules of ``language``.

    The number is not put into the text: ``ngettext(tag, "%d turn", "%d turns", n) % n``.
    """
    return _find_catalogue(language).ngettext(singular, plural, number)


def translator(language: str) -> Callable[[str], str]:
    """Returns a function that translates a message into ``language``."""

    def translate(message: str) -> str:
        return gettext(language, message)

    return translate


def list_languages() -> list[str]:
    """Returns the tags that texts exist in: English first, then by tag."""
    return [SOURCE_LANGUAGE, *sorted(_catalogue_files())]


def choose_language(wanted: Iterable[str]) -> str:
    """Returns the first wanted language that texts exist in; English where none does."""
    for tag in wanted:
        for candidate in _widen(tag):
            if candidate == SOURCE_LANGUAGE or candidate in _catalogue_files():
                return candidate
    return SOURCE_LANGUAGE


def direction(language: str) -> str:
    """Returns ``rtl`` or ``ltr``, as HTML's ``dir`` wants it; ``ltr`` for an unknown language."""
    found = _find_locale_data(language)
    return found.text_direction if found is not None else "ltr"


def own_name(language: str) -> str:
    """Returns the language's name in itself (``العربية``), or its tag where that is unknown."""
    found = _find_locale_data(language)
    return (found.display_name if found is not None else None) or language


@cache
def _catalogue_files() -> dict[str, Path]:
    folder = find_folder("ui") / "i18n"
    files = sorted(folder.glob(f"*/{_CATALOGUE.as_posix()}"))
    by_tag = {file.parent.parent.name.replace("_", "-"): file for file in files}
    by_tag.pop(SOURCE_LANGUAGE, None)
    return by_tag


def _find_catalogue(language: str) -> NullTranslations:
    # The cache is keyed by the chosen tag: what browsers ask for must not make it grow.
    return _load_catalogue(choose_language([language]))


@cache
def _load_catalogue(tag: str) -> NullTranslations:
    file = _catalogue_files().get(tag)
    return NullTranslations() if file is None else read_catalogue(file)


def read_catalogue(file: Path) -> GNUTranslations:
    """Returns the messages of a ``.po`` file; fuzzy and empty ones are left out.

    Raises:
        PoFileError: the file is not a message catalogue.
    """
    with file.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _widen(tag: str) -> list[str]:
    """Returns the tag and its wider forms: ``zh-Hant-TW``, ``zh-Hant``, ``zh``."""
    parts = tag.replace("_", "-").split("-")
    parts[0] = parts[0].lower()
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _find_locale_data(language: str) -> Locale | None:
    for candidate in _widen(language):
        try:
            return Locale.parse(candidate, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return None
