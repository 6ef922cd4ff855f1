"""Short replies from templates per language: the reply stage of an assistant without a model.

They say what was understood, in the language of the person who asked; the texts are in
``replies.toml``. Free of torch.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

from vernacular.assistants.contract import Footprint
from vernacular.assistants.dialogue import domain_of
from vernacular.assistants.stage_specs import TemplateReplyStage
from vernacular.assistants.stages import Understood
from vernacular.corpus.language_texts import find_language
from vernacular.corpus.locales import find_locale
from vernacular.errors import VernacularError

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_FALLBACK = "en"


class TemplateReplies:
    """The reply stage; every instance says the same, so one may serve all locales at once."""

    version = "templates/2"

    @classmethod
    def load(cls, spec: TemplateReplyStage, root: Path) -> TemplateReplies:  # noqa: ARG003
        """Returns the stage; its texts come with the package."""
        return cls()

    def reply_batch(self, requests: Sequence[Understood]) -> list[str | VernacularError]:
        """Returns one reply per request, in order."""
        return [
            self.ask_again(one.locale)
            if one.asks_back
            else self.reply(one.locale, one.intent, dict(one.values))
            for one in requests
        ]

    def ask_again(self, locale: str) -> str:
        """Returns the clarifying question, in the locale's language or in English."""
        return str(_read_texts(locale)[1]["ask_again"])

    def reply(
        self,
        locale: str,
        intent: str | None,
        slots: Mapping[str, str],
        domain: str | None = None,
    ) -> str:
        """Returns a reply in the locale's language, or in English where that has no texts.

        Args:
            locale: the BCP 47 tag of the request.
            intent: what was understood; None says that nothing was.
            slots: the values heard, by label, as they stand in the request.
            domain: the intent's domain; by MASSIVE's naming what precedes its first underscore.

        Raises:
            InvalidInput: ``locale`` is no language tag.
        """
        language, texts = _read_texts(locale)
        if intent is None:
            return str(texts["not_understood"])
        heard = {label: value for label, value in slots.items() if value.strip()}
        templates = texts.get("templates", {})
        found = templates.get(intent) or templates.get(domain or domain_of(intent))
        is_right_to_left = find_locale(language).direction == "rtl"
        if found is None:
            return _acknowledge(texts["understood"], list(heard.values()), is_right_to_left)
        template = _pick_template(found, heard)
        names = slot_names(template)
        values = _set_apart([heard[name] for name in names], is_right_to_left)
        return template.format(**dict(zip(names, values, strict=True)))

    def footprint(self) -> Footprint:
        """Returns that templates weigh nothing to speak of."""
        return Footprint(n_parameters=0, weights_bytes=0)

    def close(self) -> None:
        """Holds nothing."""


def slot_names(template: str) -> list[str]:
    """Returns the labels of the slots that a template speaks of, from left to right."""
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def _pick_template(templates: Sequence[str], heard: Mapping[str, str]) -> str:
    return next(one for one in templates if all(name in heard for name in slot_names(one)))


def _acknowledge(understood: str, values: list[str], is_right_to_left: bool) -> str:
    if not values:
        return understood
    return f"{understood} {' · '.join(_set_apart(values, is_right_to_left))}"


def _set_apart(values: list[str], is_right_to_left: bool) -> list[str]:
    """Returns the values, isolated where the reply may hold text of both directions.

    Without isolates a number or a Latin name inside Arabic drags the punctuation around it to the
    wrong side (UAX 9, section 2.7).
    """
    if not is_right_to_left and not any(map(_has_right_to_left, values)):
        return values
    return [f"{FIRST_STRONG_ISOLATE}{value}{POP_DIRECTIONAL_ISOLATE}" for value in values]


def _has_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def _read_texts(locale: str) -> tuple[str, dict[str, Any]]:
    """Returns the language that replies in a locale are in, and its texts."""
    languages = _read_languages()
    language = find_language(languages, (locale, _FALLBACK)) or _FALLBACK
    return language, languages[language]


@cache
def _read_languages() -> dict[str, dict[str, Any]]:
    text = resources.files("vernacular.assistants").joinpath("replies.toml").read_text("utf-8")
    return tomllib.loads(text)
