"""Takes out of two texts what must not count as an error, before they are compared.

The rules keep every mark: deleting them, as normalisers made for English do, hides whole classes of
errors in Indic scripts and Thai (Manohar, Pillai, Sherly 2024, "What is lost in Normalization?",
arXiv:2409.02449). What differs between locales is data, in ``normaliser.toml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import regex

from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput
from vernacular.scoring.composition import CompositionCheck
from vernacular.scoring.normaliser_rules import Rules, Sign, read_rules

STRICT = "vernacular-norm/1"
"""Names these rules; stored with every score. Scores of two normalisers are not comparable."""
LENIENT = "vernacular-norm/1-lenient"
"""Strict plus the folds marked lenient: shown beside the strict score, never gated."""

_JOINERS = re.compile("[\u200c\u200d]")
_TURKIC = str.maketrans({"İ": "i", "I": "ı"})
# FE00-FE0F, E0100-E01EF: they ask for a glyph, and are marks by category.
_VARIATION_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


class Normaliser:
    """The rules of one locale, ready for many texts; safe to share between threads."""

    def __init__(self, locale: str, name: str = STRICT) -> None:
        """Prefer `find_normaliser`, which keeps what it has made.

        Raises:
            InvalidInput: there is no such normaliser, or ``locale`` is no language tag.
        """
        if name not in list_normalisers():
            raise InvalidInput(
                f"{name!r:.80} is no normaliser; there are {', '.join(list_normalisers())}",
                field="normaliser",
            )
        found = read_rules(locale, is_lenient=name == LENIENT)
        self.name = name
        self.locale = find_locale(locale).tag
        """In the tag's usual casing."""
        self.is_default_profile = found.is_default
        """True where only the rules of its script, or of none, apply: its language has no row."""
        self._apply = _compile(found.rules)

    def __call__(self, text: str) -> str:
        """Returns the normalised text: NFC, single spaces, none at its ends; may be empty."""
        return self._apply(text)

    def many(self, texts: Sequence[str]) -> list[str]:
        """Returns the normalised texts in the same order; each distinct one is worked out once."""
        normalised = {text: self._apply(text) for text in set(texts)}
        return [normalised[text] for text in texts]


def normalise(text: str, locale: str, name: str = STRICT) -> str:
    """Returns ``text`` as it is compared in ``locale``; doing it again changes nothing.

    Raises:
        InvalidInput: there is no such normaliser, or ``locale`` is no language tag.
    """
    return find_normaliser(locale, name)(text)


@lru_cache(maxsize=4096)
def find_normaliser(locale: str, name: str = STRICT) -> Normaliser:
    """Returns the normaliser of a locale.

    Raises:
        InvalidInput: there is no such normaliser, or ``locale`` is no language tag.
    """
    return Normaliser(locale, name)


def list_normalisers() -> tuple[str, ...]:
    """Returns the names a score may carry."""
    return (STRICT, LENIENT)


@lru_cache(maxsize=256)
def _compile(rules: Rules) -> CompiledRules:
    """Returns the compiled rules; locales with the same rules share them."""
    return CompiledRules(rules)


class CompiledRules:
    """One set of rules as a function of a text, applied until it changes nothing more.

    Nearly every text is done after one look at each character. Only composition, and a sign that
    vanishes from between two characters, can make something that has a rule of its own.
    """

    def __init__(self, rules: Rules) -> None:
        self._joined = rules.joined
        self._spacing_marks = _SpacingMarkTable(rules)
        self._composition = CompositionCheck()
        self._characters = _CharacterTable(rules, self._composition)
        self._rewrites = [(_compile_pattern(find), to) for find, to in rules.rewrites]
        self._find_sign = re.compile(_character_class(sign.sign for sign in rules.signs)).search
        self._spaced = _misplaced(sign for sign in rules.signs if sign.otherwise == " ")
        self._dropped = _misplaced(sign for sign in rules.signs if sign.otherwise == "")

    def __call__(self, text: str) -> str:
        """Returns the normalised text."""
        text, before = self._decompose(text), ""
        while text != before:
            before = text
            text = text.translate(self._characters)
            for pattern, replacement in self._rewrites:
                text = pattern.sub(replacement, text)
            n_characters = len(text)
            if self._find_sign(text):
                text = self._dropped.sub("", self._spaced.sub(" ", text))
            if text == before or text.isascii():
                break
            if not self._composition.is_normalized("NFC", text):
                text = unicodedata.normalize("NFC", text)
            elif len(text) == n_characters:
                break
        return " ".join(text.split())

    def _decompose(self, text: str) -> str:
        """Returns NFKC of the text, with letters for the sequences that hold a joiner."""
        if text.isascii():
            return text
        if not self._composition.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFC", text).translate(self._spacing_marks)
            text = unicodedata.normalize("NFKC", text)
        if self._joined and _JOINERS.search(text):
            for sequence, letter in self._joined:
                text = text.replace(sequence, letter)
            text = unicodedata.normalize("NFC", text)
        return text


class _CharacterTable(dict[int, str]):
    """What becomes of each character of an NFKC text; filled as characters are met."""

    def __init__(self, rules: Rules, composition: CompositionCheck) -> None:
        super().__init__()
        self._rules = rules
        self._composition = composition
        self._maps = str.maketrans(dict(rules.maps))
        self._unchanged = rules.letters | {sign.sign for sign in rules.signs}

    def __missing__(self, code_point: int) -> str:
        text, before = chr(code_point), ""
        # A map may lead to a character that has a rule itself.
        while text != before:
            before = text
            text = "".join(map(self._fold, text))
        self._composition.meet(chr(code_point))
        self[code_point] = text
        return text

    def _fold(self, character: str) -> str:
        if character in self._unchanged:
            return character
        if self._rules.casefold == "turkic":
            character = character.translate(_TURKIC)
        folded = unicodedata.normalize("NFKC", character.casefold()).translate(self._maps)
        return "".join(map(self._reduce, folded))

    def _reduce(self, character: str) -> str:
        """Returns what the category of a character leaves of it."""
        if character in self._unchanged:
            return character
        if character in self._rules.deleted or character in _VARIATION_SELECTORS:
            return ""
        category = unicodedata.category(character)
        if category == "Nd":
            return str(unicodedata.decimal(character))
        if category == "Cf":
            return ""
        # Control characters part words as the tabs and line ends among them do.
        return " " if category[0] in "PSZ" or category == "Cc" else character


class _SpacingMarkTable(dict[int, str]):
    """What becomes of ´ ¨ and their like before NFKC, which would make them a space and a mark."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._maps = dict(rules.maps)

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        decomposed = unicodedata.normalize("NFKC", character)
        made = character
        if decomposed != character:
            if character in self._maps:
                made = self._maps[character]
            elif unicodedata.category(character)[0] in "PS" and any(map(_is_mark, decomposed)):
                made = " "
        self[code_point] = made
        return made


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _misplaced(signs: Iterable[Sign]) -> re.Pattern[str]:
    """Returns the pattern of those signs where nothing keeps them; it never matches without any."""
    alike: dict[tuple[str, str], list[str]] = {}
    for sign in signs:
        alike.setdefault((sign.kept_between, sign.kept_after), []).append(sign.sign)
    parts = []
    for (between, after), members in alike.items():
        # The sign comes first, so that the search runs from one sign to the next.
        one = _character_class(members)
        if not between:
            parts.append(one)
            continue
        is_kept_after = f"(?<![{after}]{one})" if after else ""
        parts.append(f"{one}(?:(?<![{between}]{one})|{is_kept_after}(?![{between}]))")
    return _compile_pattern("|".join(parts) or "(?!)")


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    # The standard library's engine is twice as fast, but knows no Unicode properties.
    if r"\p" in pattern:
        with_properties: re.Pattern[str] = regex.compile(pattern)
        return with_properties
    return re.compile(pattern)


def _character_class(characters: Iterable[str]) -> str:
    return f"[{''.join(map(re.escape, characters))}]"
