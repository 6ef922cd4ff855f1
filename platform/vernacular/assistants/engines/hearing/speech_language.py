"""Finds what a speech model calls the language of a locale: ``sw`` for Whisper, ``swh`` for MMS."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel.core import Locale as BabelLocale
from babel.core import get_global

from vernacular.assistants.stages import Heard
from vernacular.corpus.locales import Locale, find_locale
from vernacular.errors import InvalidInput, ModelUnavailable

# CLDR's aliases lead from a code to the one that BCP 47 prefers (swh -> sw, cmn -> zh, jw -> jv).
# Two that models use it lacks: MMS has Malay under the code of the one Malay language, not of their
# group, and Whisper's "no" is the Norwegian that others call nb.
_FURTHER_ALIASES = {"zlm": "ms", "no": "nb"}
_N_NAMED = 12


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a model's name of a language says."""

    language: str
    """As BCP 47 prefers it."""
    script: str | None
    """ISO 15924 code, where the name has one: ``azj-script_cyrillic``, ``cmn_Hant``."""
    territory: str | None


class SpokenLanguages:
    """The languages that a model has to be told; none where it tells them apart by ear."""

    def __init__(
        self, names: Collection[str], overrides: Mapping[str, str], weights_name: str
    ) -> None:
        """Takes the model's own names and what the manifest maps to them under ``languages``.

        Raises:
            ModelUnavailable: the manifest maps to a name that the model does not have.
        """
        self._weights_name = weights_name
        self._names = sorted(names)
        self._meanings = [(name, _read_name(name)) for name in self._names]
        self._overrides = {find_locale(tag).tag: name for tag, name in overrides.items()}
        for tag, name in overrides.items():
            if name not in names:
                raise ModelUnavailable(
                    f"'languages' in the manifest maps {tag} to {name!r}, which"
                    f" {weights_name!r} does not have: {self._offer()}"
                )

    def find_name(self, tag: str) -> str | None:
        """Returns what the model calls the language of a locale; None if it need not be told.

        What the manifest says of the locale comes first, then what it says of its language, then
        a name that means the language, in the script of the locale where names differ in that.

        Raises:
            InvalidInput: the model does not have the language, or the tag is not well formed.
        """
        if not self._names:
            return None
        locale = find_locale(tag)
        for known in (locale.tag, locale.language):
            if known in self._overrides:
                return self._overrides[known]
        wanted = _preferred(locale.language)
        fitting = [
            (name, meaning)
            for name, meaning in self._meanings
            if meaning.language == wanted and meaning.script in (None, locale.script)
        ]
        if not fitting:
            raise InvalidInput(
                f"{self._weights_name!r} knows no language for {tag}: if it hears it under another"
                f" name, map it in the manifest, as in 'languages: {{{tag}: NAME}}';"
                f" {self._offer()}",
                field="locale",
            )
        return min(fitting, key=lambda one: _distance(one[1], locale))[0]

    def _offer(self) -> str:
        if not self._names:
            return "it is not told any language, so remove 'languages'"
        more = len(self._names) - _N_NAMED
        named = ", ".join(self._names[:_N_NAMED])
        return f"it has {named}" + (f" and {more:,} more" if more > 0 else "")


def group_by_language(
    clips: Sequence[Heard], languages: SpokenLanguages
) -> tuple[dict[str | None, list[int]], dict[int, InvalidInput]]:
    """Returns the places of the clips by what the model calls their language, and the errors of
    those whose language it does not have."""
    groups: dict[str | None, list[int]] = {}
    errors: dict[int, InvalidInput] = {}
    for place, clip in enumerate(clips):
        try:
            groups.setdefault(languages.find_name(clip.locale), []).append(place)
        except InvalidInput as error:
            errors[place] = error
    return groups, errors


def _distance(meaning: _Meaning, locale: Locale) -> tuple[bool, int]:
    """Orders names of one language: by the script of the locale, then by its territory."""
    by_territory = {locale.territory: 0, None: 1}
    return meaning.script != locale.script, by_territory.get(meaning.territory, 2)


def _read_name(name: str) -> _Meaning:
    """Returns what a name means: ``sw``, ``swh``, ``pt_br``, ``cmn_Hant``, ``azj-script_latin``."""
    language, *rest = re.split(r"[-_]", name)
    scripts = [_scripts()[part.lower()] for part in rest if part.lower() in _scripts()]
    territories = [part.upper() for part in rest if len(part) == 2]
    return _Meaning(
        _preferred(language.lower()),
        scripts[0] if scripts else None,
        territories[0] if territories else None,
    )


def _preferred(code: str) -> str:
    """Returns the code that BCP 47 prefers for a language: ``sw`` for ``swh`` and ``swa``."""
    code = _FURTHER_ALIASES.get(code, code)
    alias = str(get_global("language_aliases").get(code, code)).split("_")[0]
    return _FURTHER_ALIASES.get(alias, alias)


@cache
def _scripts() -> dict[str, str]:
    """Returns the codes of scripts by their codes and English names, in small letters."""
    names = {str(code): str(name) for code, name in BabelLocale("en").scripts.items()}
    return {code.lower(): code for code in names} | {
        name.lower(): code for code, name in names.items()
    }
