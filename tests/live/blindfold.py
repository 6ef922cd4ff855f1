"""Two releases that answer differently, and a blind session between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.live.conversation import ANSWER, NO_CLIPS, TEXT, write_release
from vernacular.assistants.contract import Answer, Footprint, Request, StageTrace
from vernacular.errors import ModelUnavailable
from vernacular.live.blind.sessions import BlindSessionView, start_session
from vernacular.live.blind.turn_view import BlindTurnView
from vernacular.live.blind.turns import ask
from vernacular.live.said import Said
from vernacular.store.database import Store

NAMES = ("pocket-1", "pocket-2")


def answer_of(name: str) -> Answer:
    """Returns an answer that says, to those who know, whose it is."""
    return replace(
        ANSWER,
        reply={"pocket-1": "Good, at five.", "pocket-2": "The alarm rings at five."}.get(
            name, "Well then."
        ),
        stages=(StageTrace("nlu", f"joint-encoder:{name}-nlu", 7.5),),
    )


@dataclass
class Duel:
    """Finds a release's own double; ``down`` are those whose host does not answer."""

    answers: dict[str, Answer] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    asked: list[tuple[str, Request]] = field(default_factory=list)

    def find(self, release: str, /) -> Side:
        return Side(release, self)

    def names(self) -> list[str]:
        """Returns who was asked, by name, because both are asked at once."""
        return sorted(name for name, _ in self.asked)


@dataclass
class Side:
    """One release of a duel."""

    name: str
    duel: Duel

    def predict_batch(self, requests: Sequence[Request]) -> list[Answer]:
        if self.name in self.duel.down:
            raise ModelUnavailable(f"the host of {self.name} does not answer")
        self.duel.asked += [(self.name, one) for one in requests]
        return [self.duel.answers.get(self.name) or answer_of(self.name) for _ in requests]

    def footprint(self) -> Footprint:
        return Footprint()

    def close(self) -> None: ...


def write_releases(store: Store, *names: str) -> None:
    """Writes releases that no file stands behind."""
    for name in names or NAMES:
        write_release(store, name)


def begin_blind(store: Store, person_id: int, locale: str = "en-US") -> BlindSessionView:
    """Starts a blind session of this person between both releases."""
    with store.writing() as db:
        return start_session(db, person_id, *NAMES, locale)


def put_blind(
    store: Store, duel: Duel, session: BlindSessionView, key: str = "key", text: str = TEXT
) -> BlindTurnView:
    """Puts a typed request to both releases of a session."""
    return ask(store, NO_CLIPS, duel, session.id, session.person_id, key, Said(text))
