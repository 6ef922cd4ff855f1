"""Whether anybody knows the language and the place that a tag names, or it is a slip of the pen."""

from __future__ import annotations

from babel.core import Locale as BabelLocale
from babel.core import get_global

from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput


def is_known(tag: str) -> bool:
    """Returns whether CLDR knows the language of a tag, and its territory where it names one.

    Known are some 7,000 languages: those that have a name in English or a likely script.
    """
    try:
        locale = find_locale(tag)
    except InvalidInput:
        return False
    english = BabelLocale("en")
    likely = get_global("likely_subtags")
    is_language = locale.language in english.languages or locale.language in likely
    is_place = locale.territory is None or locale.territory in english.territories
    return locale.is_profiled or (is_language and is_place)
