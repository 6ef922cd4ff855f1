"""A small corpus whose right answers follow from its texts, and assistants that know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.massive_files import lines, row
from vernacular.assistants.contract import Answer, Assistant, Footprint, Request
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_corpus import ImportedFile, import_massive
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.answering import Asking
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.run import Progress, carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.tables import Release

LOCALES = ("hi-IN", "sw-KE")

Rule = Callable[[str, int], bool]
"""Whether the utterance of a locale and number is answered wrongly."""


def nothing(_locale: str, _number: int) -> bool:
    """The rule of a release that is always right."""
    return False


def write_corpus(folder: Path, n: int, locales: Sequence[str] = LOCALES) -> Path:
    """Writes ``n`` parallel utterances per locale, numbered from 1; odd ones have a slot."""
    folder.mkdir(parents=True, exist_ok=True)
    for locale in locales:
        (folder / f"{locale}.jsonl").write_bytes(lines(*(_row(i, locale) for i in range(1, n + 1))))
    return folder


def _row(number: int, locale: str) -> dict[str, object]:
    if number % 2:
        annotated = f"niamshe [time : saa tatu] {number}"
        return row(number, locale, utt=f"niamshe saa tatu {number}", annot_utt=annotated)
    greeting = {"scenario": "general", "intent": "general_greet"}
    text = f"habari yako {number}"
    return row(number, locale, utt=text, annot_utt=text, **greeting)


def import_corpus(
    store: Store, folder: Path, n: int, locales: Sequence[str] = LOCALES
) -> list[ImportedFile]:
    """Writes a corpus into ``folder`` and imports it."""
    return list(import_massive(store, write_corpus(folder, n, locales)))


def prepare_suite(
    store: Store, folder: Path, n: int = 60, locales: Sequence[str] = LOCALES, name: str = "smoke"
) -> int:
    """Imports a corpus and freezes all of it; returns the number of items."""
    import_corpus(store, folder, n, locales)
    with store.writing() as db:
        suite, _ = freeze(db, name, select_utterances(db, source="massive-1.1"))
        return suite.n_items


def add_release(store: Store, name: str) -> None:
    """Writes a release that no server stands behind."""
    with store.writing() as db:
        service = {"engine": "http", "url": "http://127.0.0.1:9/"}
        manifest = {"release": name, "assistant": "rules", "service": service}
        db.add(Release(name=name, assistant="rules", manifest=manifest, root="."))


def text_engine(assistant: Assistant) -> LocalEngine:
    """Returns the engine of a run over text, which has no clips."""
    return LocalEngine(assistant, ClipFolder(Path("no-clips")), Asking())


def right_answer(text: str) -> Answer:
    """Returns what the corpus expects of one of its texts."""
    if text.startswith("niamshe"):
        return Answer(
            intent="alarm_set",
            intent_confidence=0.75,
            slots=(Slot("time", 8, 16),),
            latency_ms=1.5,
        )
    return Answer(intent="general_greet", intent_confidence=0.5, latency_ms=1.5)


WRONG = Answer(intent="play_music", intent_confidence=0.25, latency_ms=1.5)


@dataclass
class RuleAssistant:
    """Answers the corpus rightly but for what its rule says, and keeps what it was asked."""

    is_wrong: Rule = nothing
    asked: list[Request] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    """Of the batches."""

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        self.asked += requests
        self.sizes.append(len(requests))
        return [self.answer(request) for request in requests]

    def answer(self, request: Request) -> Answer:
        assert request.text is not None, "the rules are about texts"
        number = int(request.text.split()[-1])
        return WRONG if self.is_wrong(request.locale, number) else right_answer(request.text)

    def footprint(self) -> Footprint:
        return Footprint(n_parameters=3, weights_bytes=12, device="cpu", peak_memory_bytes=4096)

    def close(self) -> None: ...


def run_release(store: Store, name: str, is_wrong: Rule = nothing, suite: str = "smoke") -> int:
    """Adds a release, runs it over the suite, and returns the run's number."""
    add_release(store, name)
    run_id = open_run(store, name, suite)
    carry_out(store, run_id, text_engine(RuleAssistant(is_wrong)), ignore)
    return run_id


def ignore(progress: Progress) -> None:
    """Listens to a run and does nothing about it."""
