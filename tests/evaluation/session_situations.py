"""Sessions that people held: what they typed and spoke, and what they corrected."""

from __future__ import annotations

from pathlib import Path

from tests.evaluation.situations import LOCALES
from tests.live.conversation import AnsweringDouble, AssistantsDouble, write_release
from tests.testers import write_tester
from vernacular.assistants.contract import Answer, Dialogue
from vernacular.clips.folder import ClipFolder
from vernacular.corpus.utterance import Slot
from vernacular.live.corrections import record_correction
from vernacular.live.said import Said, keep_recording
from vernacular.live.sessions import start_session
from vernacular.live.turns import TurnView, ask
from vernacular.store.database import Store

LIVE_RELEASE = "pocket-1"
HINDI, SWAHILI = LOCALES


class Talk:
    """One session with a release that answers everything alike unless it is told otherwise."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        person_id: int,
        locale: str = SWAHILI,
        release: str = LIVE_RELEASE,
    ) -> None:
        self.store, self.clips, self.person_id = store, ClipFolder(folder), person_id
        with store.writing() as db:
            self.id = start_session(db, person_id, release, locale).id
        self._n_said = 0

    def type(self, text: str, intent: str = "play_music", **answer: object) -> TurnView:
        """Types something; the release takes it for ``intent``."""
        return self._ask(Said(text), Answer(intent=intent, **answer))  # type: ignore[arg-type]

    def speak(
        self, recording: bytes, heard: str, intent: str = "play_music", **answer: object
    ) -> TurnView:
        """Says something; the release hears it as ``heard``."""
        clip = keep_recording(self.store, self.clips, recording).content_hash
        said = Said(clip=clip)
        return self._ask(said, Answer(intent=intent, transcript=heard, **answer))  # type: ignore[arg-type]

    def fail(self, text: str) -> TurnView:
        """Types something that is not answered."""
        return self._ask(Said(text), Answer(error="out of order"))

    def _ask(self, said: Said, answer: Answer) -> TurnView:
        self._n_said += 1
        assistants = AssistantsDouble(AnsweringDouble(answer))
        key = f"key-{self._n_said}"
        return ask(self.store, self.clips, assistants, self.id, self.person_id, key, said)

    def correct(
        self, turn: TurnView, intent: str, slots: tuple[Slot, ...] = (), text: str | None = None
    ) -> None:
        """Says what a turn should have been heard and understood as."""
        with self.store.writing() as db:
            record_correction(db, turn.id, self.person_id, intent, slots, text)


def prepare_release(store: Store, login: str = "amina") -> int:
    """Writes the release that people talk with and a person, and returns her id."""
    write_release(store, LIVE_RELEASE)
    return write_tester(store, login)


def established(value: str) -> Dialogue:
    """Returns a dialogue that tells itself apart from others by a value."""
    return Dialogue("alarm_set", (("time", value),))
