"""Draws validated utterances as examples for a language model, never any that test it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import astuple
from hashlib import blake2b

from vernacular.assistants.in_context.examples import Example
from vernacular.corpus.folded_text import fold_text
from vernacular.corpus.utterance import Judgment
from vernacular.errors import InvalidInput, NotFound
from vernacular.store.database import Db
from vernacular.store.suites import find_suite
from vernacular.store.validated import (
    JudgedUtterance,
    list_frozen_texts,
    list_judged_utterances,
)

MIN_GOOD_JUDGMENTS = 2
"""Fewer say what somebody thinks, not what people agree on."""
LEARNING_PARTITIONS = ("train", "dev")
"""What a corpus publishes to learn from."""

_NATURAL_GRAMMAR = 3
"""Of 0 to 4, and up: what a native speaker may well say."""


def draw_examples(
    db: Db,
    excluded_suites: Sequence[str],
    *,
    per_intent: int,
    source: str | None = None,
    locales: Collection[str] | None = None,
    seed: int = 0,
) -> list[Example]:
    """Returns up to ``per_intent`` validated utterances of each intent and locale.

    Left out is whatever an excluded suite holds: the utterance itself, those of other locales that
    are parallel to it (they share source and external id), and any text that reads the same but for
    case and punctuation. Which ones are drawn depends on what is stored and on the seed alone, not
    on the order in which it was stored.

    Args:
        db: the store.
        excluded_suites: the suites that the examples must not give away.
        per_intent: examples of one intent in one locale, where there are so many.
        source: the corpus to take from; all unless told.
        locales: only these.
        seed: another one draws others.

    Raises:
        NotFound: there is no such suite, or of a locale nothing validated that the suites leave.
        InvalidInput: no suite is named.
    """
    if not excluded_suites:
        raise InvalidInput(
            "name every suite that a release with these examples will be run on",
            field="excluded_suites",
        )
    frozen_ids, frozen_texts = set(), set()
    suite_ids = [find_suite(db, name).id for name in excluded_suites]
    for name, external_id, text in list_frozen_texts(db, suite_ids):
        frozen_ids.add((name, external_id))
        frozen_texts.add(fold_text(text))
    drawn: defaultdict[tuple[str, str], dict[bytes, Example]] = defaultdict(dict)
    for one in list_judged_utterances(db, source, locales):
        folded = fold_text(one.text)
        if (
            (one.source, one.external_id) in frozen_ids
            or folded in frozen_texts
            or not is_validated(one)
        ):
            continue
        example = Example(one.locale, one.text, one.intent, one.slots)
        _keep_lowest(drawn[one.locale, one.intent], _lot(seed, folded), example, per_intent)
    missing = sorted(set(locales or ()) - {locale for locale, _ in drawn})
    if missing or not drawn:
        where = ", ".join(missing) or "any locale"
        raise NotFound(
            f"{source or 'the store'} holds nothing validated of {where} outside of"
            f" {', '.join(excluded_suites)}: import a corpus with judgments or a train partition"
        )
    examples = [one for group in drawn.values() for one in group.values()]
    return sorted(examples, key=astuple)


def is_validated(utterance: JudgedUtterance) -> bool:
    """Returns whether an utterance may serve as an example of its intent.

    Where people judged it as it stands, at least two and more than half of them must have found
    it good. Where nobody did, or it has been corrected since, it must be of a partition that its
    corpus publishes to learn from.
    """
    if utterance.judgments and not utterance.is_corrected:
        n_good = sum(_is_good(one) for one in utterance.judgments)
        return n_good >= MIN_GOOD_JUDGMENTS and 2 * n_good > len(utterance.judgments)
    return utterance.partition in LEARNING_PARTITIONS


def _is_good(judgment: Judgment) -> bool:
    """Returns whether a judge found intent and slots right, and the language good and its own."""
    return (
        judgment.intent_score >= 1
        and judgment.slots_score >= 1
        and judgment.grammar_score >= _NATURAL_GRAMMAR
        and judgment.spelling_score >= 1
        and "target" in judgment.language_identification.split("|")
    )


def _lot(seed: int, folded: str) -> bytes:
    """Returns a number that is as good as random, the same for texts that read the same."""
    return blake2b(f"{seed}\0{folded}".encode(), digest_size=8).digest()


def _keep_lowest(group: dict[bytes, Example], lot: bytes, example: Example, n: int) -> None:
    """Adds an example to a group of at most ``n``, of which those with the lowest lots stay."""
    other = group.get(lot)
    if other is None or astuple(example) < astuple(other):
        group[lot] = example
    if len(group) > n:
        del group[max(group)]
