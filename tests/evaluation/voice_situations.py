"""A voice suite whose clips are tones: the pitch says which utterance is spoken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.clips.recordings import record, sine
from tests.evaluation.situations import LOCALES, RuleAssistant, import_corpus
from vernacular.assistants.contract import Answer, Request, StageTrace
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_clips import ImportedClips, import_clips
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.tables import Release

LOWEST_HZ, STEP_HZ = 300, 40


def clip_of(number: int, container: str = "wav", codec: str = "pcm_s16le") -> bytes:
    """Returns the recording of utterance ``number``."""
    tone = sine(0.5, frequency_hz=LOWEST_HZ + STEP_HZ * number)
    return record(container, codec, channels=tone[None])


def number_of(audio: Audio) -> int:
    """Returns which utterance is spoken."""
    spectrum = np.abs(np.fft.rfft(audio.samples))
    loudest_hz = spectrum.argmax() * SAMPLE_RATE_HZ / audio.samples.size
    return round((loudest_hz - LOWEST_HZ) / STEP_HZ)


def text_of(number: int) -> str:
    """Returns what utterance ``number`` of the corpus says."""
    return f"niamshe saa tatu {number}" if number % 2 else f"habari yako {number}"


def prepare_voice_suite(
    store: Store, clips: ClipFolder, folder: Path, n: int = 8, locales: Sequence[str] = LOCALES
) -> ImportedClips:
    """Imports a corpus with a recording of each utterance and freezes it as ``spoken``."""
    import_corpus(store, folder, n, locales)
    rows = []
    for number in range(1, n + 1):
        (folder / f"{number}.wav").write_bytes(clip_of(number))
        rows += [
            {"id": str(number), "locale": locale, "audio": f"{number}.wav"} for locale in locales
        ]
    imported = import_clips(store, clips, write_list(folder, rows), source="massive-1.1")
    with store.writing() as db:
        freeze(db, "spoken", select_utterances(db, source="massive-1.1", by_voice=True))
    return imported


def write_list(folder: Path, rows: Sequence[dict[str, object]], name: str = "clips.jsonl") -> Path:
    """Writes a list of recordings."""
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def add_voice_release(store: Store, name: str, *, hears: bool = True) -> None:
    """Writes a release that no server stands behind, and that hears unless told."""
    service = {"engine": "http", "url": "http://127.0.0.1:9/", "hears": hears}
    manifest = {"release": name, "assistant": "rules", "service": service}
    with store.writing() as db:
        db.add(Release(name=name, assistant="rules", manifest=manifest, root="."))


@dataclass
class ListeningAssistant(RuleAssistant):
    """Hears tones; those of ``mishears`` as nothing that means anything."""

    mishears: tuple[int, ...] = ()

    def answer(self, request: Request) -> Answer:
        if request.audio is None:
            return super().answer(request)
        number = number_of(request.audio)
        stages = (StageTrace("asr", "tones/1", 3.0, 0.5), StageTrace("nlu", "rules/1", 1.0))
        if number in self.mishears:
            return Answer(intent="play_music", transcript="la la", stages=stages, latency_ms=4.0)
        text = text_of(number)
        understood = super().answer(Request(text, request.locale))
        return Answer(
            intent=understood.intent,
            slots=understood.slots,
            transcript=text,
            transcript_confidence=0.5,
            stages=stages,
            latency_ms=4.0,
        )
