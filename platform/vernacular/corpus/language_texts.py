"""Picks from texts that are kept per language the one that fits a locale best.

Keys are language subtags, followed by a script where one language is written in several
(``zh-Hant``); a locale finds its text by its tag, by language and script, or by a language alone
that is usually written in the locale's script.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from vernacular.corpus.locales import find_locale

_SAME_LANGUAGE = {"fil": "tl", "no": "nb"}
"""Subtags in wide use for what MASSIVE, and so the texts, call otherwise."""


def find_language(keys: Container[str], tags: Iterable[str]) -> str | None:
    """Returns the key that fits the first of ``tags`` for which there is one, or None.

    Raises:
        InvalidInput: a tag is not well formed.
    """
    for tag in tags:
        locale = find_locale(tag)
        language = _SAME_LANGUAGE.get(locale.language, locale.language)
        for key in (locale.tag, f"{language}-{locale.script}"):
            if key in keys:
                return key
        # Who reads az-Arab cannot be expected to read Azerbaijani in Latin letters.
        if language in keys and find_locale(language).script == locale.script:
            return language
    return None
