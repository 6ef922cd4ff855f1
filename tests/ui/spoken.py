"""Runs over a voice suite, for the pages that show what was heard."""

from __future__ import annotations

from pathlib import Path

from tests.evaluation.situations import ignore
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    prepare_voice_suite,
)
from vernacular.clips.folder import ClipFolder
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.wiring import Wiring

LOCALES = ("ar-SA", "sw-KE")


def prepare(wiring: Wiring, folder: Path, n: int = 4) -> ClipFolder:
    """Freezes the suite ``spoken``: ``n`` recorded utterances in each of two locales."""
    clips = ClipFolder(folder / "clips")
    wiring.__dict__["clips"] = clips
    prepare_voice_suite(wiring.store, clips, folder / "corpus", n, LOCALES)
    return clips


def run_by_voice(
    store: Store, clips: ClipFolder, name: str, assistant: ListeningAssistant | None = None
) -> int:
    """Adds a release that hears, lets it hear the suite, and returns the run's number."""
    add_voice_release(store, name)
    run_id = open_run(store, name, "spoken")
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    carry_out(store, run_id, LocalEngine(assistant or ListeningAssistant(), clips, asking), ignore)
    return run_id
