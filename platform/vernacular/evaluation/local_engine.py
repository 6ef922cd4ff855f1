"""Answers a run in this process, one batch after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vernacular.assistants.contract import Assistant, Footprint
from vernacular.clips.contract import Clips
from vernacular.evaluation.answering import Asking, Batch, answer_items
from vernacular.store.suites import Reference

TEXT_BATCH = 1024
"""Texts per transaction: long enough that batches sort well by length, short enough that a
tester's write beside it never waits for more than a fraction of a second."""
CLIP_BATCH = 64
"""Clips per transaction, or texts whose replies are spoken: some minutes of speech, which are some
megabytes. Or items that are asked one by one, which take as long."""
ROUNDS_PER_BATCH = 16
"""Requests that one connection to somebody else's server makes per transaction. Answers that were
paid for and are in hand when the run is stopped are lost, so there are few of them."""


class LocalEngine:
    """A loaded release and the folder of the clips that it hears."""

    def __init__(
        self, assistant: Assistant, clips: Clips, asking: Asking, n_parallel: int | None = None
    ) -> None:
        """Args: n_parallel: of a release that asks somebody else's server, see its manifest."""
        self.batch_size = batch_size(asking, n_parallel)
        self._assistant = assistant
        self._clips = clips
        self._asking = asking

    def answer(self, batches: Iterable[list[Reference]]) -> Iterator[Batch]:
        """Yields the answers to each batch, in order.

        Raises:
            ModelUnavailable: the release as a whole gave up.
        """
        for items in batches:
            yield answer_items(self._assistant, self._clips, self._asking, items)

    def footprint(self) -> Footprint:
        """Returns what the release weighs."""
        return self._assistant.footprint()


def batch_size(asking: Asking, n_parallel: int | None) -> int:
    """Returns how many items are answered and stored together."""
    is_slow = asking.by_voice or asking.replies_too or asking.alone
    size = CLIP_BATCH if is_slow else TEXT_BATCH
    return size if n_parallel is None else min(size, n_parallel * ROUNDS_PER_BATCH)
