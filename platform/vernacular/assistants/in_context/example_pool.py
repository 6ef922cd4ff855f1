"""Chooses the examples that a language model is shown before a request.

An example that repeats what the release is being tested on would give the answer away, so nothing
that is withheld ever enters a pool.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from vernacular.assistants.in_context.examples import Example, read_examples
from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.stage_specs import InContext
from vernacular.assistants.stages import Typed
from vernacular.corpus.folded_text import fold_text
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput

N_OF_AN_INTENT = 2
"""Examples of one intent that go before the first of another, however alike they are: a model that
sees one label only answers with it."""


class ExamplePool:
    """The examples that may be shown, and the labels that may be answered."""

    def __init__(
        self,
        examples: Sequence[Example],
        labels: Labels,
        n_shots: int,
        withheld: Collection[tuple[str, str]] = (),
    ) -> None:
        """Takes the examples whose text is not withheld.

        Args:
            examples: all there are.
            labels: what may be answered; examples of other intents are left out, and slots with
                other labels are taken from those that stay.
            n_shots: examples chosen for a request, where there are so many.
            withheld: (locale, text) of utterances that must not be shown. Texts are compared folded
                (`fold_text`) and in whatever locale they stand: case, punctuation or a sister
                locale does not make them others.
        """
        self.labels = labels
        self._n_shots = n_shots
        hidden = {fold_text(text) for _, text in withheld}
        self._by_locale: defaultdict[str, list[tuple[str, Example]]] = defaultdict(list)
        for one in examples:
            folded = fold_text(one.text)
            if folded not in hidden and one.intent in labels.intents:
                slots = tuple(slot for slot in one.slots if slot.label in labels.slots)
                self._by_locale[one.locale].append((folded, replace(one, slots=slots)))

    def choose(self, request: Typed) -> list[Example]:
        """Returns up to ``n_shots`` examples for a request, the best one last.

        Those of its own locale come first, then those of its language, then English ones, then the
        others; within each, those that read most like it, of no intent too many. The request's own
        text is never among them. Equal requests get equal examples.

        Raises:
            InvalidInput: the request's locale is no language tag.
        """
        folded = fold_text(request.text)
        chosen: list[Example] = []
        for locales in self._tiers(request.locale):
            if len(chosen) >= self._n_shots:
                break
            tier = [pair for tag in locales for pair in self._by_locale[tag] if pair[0] != folded]
            chosen += _most_useful(folded, tier, self._n_shots - len(chosen))
        # What stands next to the request weighs most, and is the last to be left out.
        return chosen[::-1]

    def _tiers(self, tag: str) -> Iterator[list[str]]:
        """Yields the pool's locales, the nearest to ``tag`` first."""
        own = find_locale(tag)
        tiers: tuple[list[str], ...] = ([], [], [], [])
        for other in sorted(self._by_locale):
            language = find_locale(other).language
            distance = (
                0
                if other == own.tag
                else 1
                if language == own.language
                else 2
                if language == "en"
                else 3
            )
            tiers[distance].append(other)
        yield from tiers


def load_pool(spec: InContext, root: Path, withheld: Collection[tuple[str, str]]) -> ExamplePool:
    """Returns the pool of a stage: its examples, and its labels or those of the examples.

    Labels are read off all examples, withheld ones too, so that a release has the same ones
    whatever it is tested on.

    Args:
        spec: what the manifest says.
        root: the folder that its file of examples lies in.
        withheld: see `ExamplePool`.

    Raises:
        InvalidInput: the file of examples is wrong, or there is no intent to choose from.
    """
    examples = [] if spec.examples is None else read_examples(root / spec.examples)
    intents = spec.intents or tuple(sorted({one.intent for one in examples}))
    slots = spec.slots or tuple(sorted({s.label for one in examples for s in one.slots}))
    if not intents:
        raise InvalidInput(
            "holds no example, so there is no intent to choose from: name 'intents', or draw"
            " examples with 'vernacular corpus examples'",
            file=str(root / (spec.examples or "")),
        )
    return ExamplePool(examples, Labels(intents, slots), spec.n_shots, withheld)


def _most_useful(folded: str, tier: Sequence[tuple[str, Example]], n: int) -> list[Example]:
    """Returns the ``n`` examples most like the folded text, of no intent too many at once."""
    if not tier:
        return []
    alike = process.cdist(
        [folded], [text for text, _ in tier], scorer=Indel.normalized_similarity, dtype=np.float32
    )[0]
    seen: Counter[str] = Counter()
    ranked = []
    for rank, i in enumerate(np.argsort(-alike, kind="stable").tolist()):
        example = tier[i][1]
        ranked.append((seen[example.intent] // N_OF_AN_INTENT, rank, example))
        seen[example.intent] += 1
    ranked.sort(key=lambda one: one[:2])
    return [example for _, _, example in ranked[:n]]
