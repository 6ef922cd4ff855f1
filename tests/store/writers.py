"""One process that writes to a store for a while: ``python -m tests.store.writers ROOM URL``.

It says ``ready``, waits for a line on standard input, writes, and prints what it has written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from tests.evaluation.situations import RuleAssistant, text_engine
from tests.live.conversation import AnsweringDouble, AssistantsDouble, put
from vernacular.evaluation import local_engine
from vernacular.evaluation.run import Progress, carry_out
from vernacular.feedback.ingest import record_feedback
from vernacular.feedback.item import NewFeedback
from vernacular.store.database import Store

SECONDS = 1.5
PERSON, SESSION, RUN = 1, 1, 1
"""What the test has written before."""


class _TimeIsUp(Exception):
    pass


def write_turns(store: Store, until: float) -> int:
    """What the tester UI does: a turn is stored when asked and again when answered."""
    assistants, n = AssistantsDouble(AnsweringDouble()), 0
    while time.monotonic() < until:
        put(store, assistants, SESSION, PERSON, f"key-{n}", f"wake me at {n} o'clock, please")
        n += 1
    return n


def write_feedback(store: Store, until: float) -> int:
    """What the API does: one event, one transaction."""
    n = 0
    while time.monotonic() < until:
        with store.writing() as db:
            record_feedback(db, NewFeedback("app", f"event-{n}", "sw-KE", "niamshe"), None)
        n += 1
    return n


def write_results(store: Store, until: float) -> int:
    """What a run does: a batch of results and their scores in one transaction."""
    n = 0

    def listen(progress: Progress) -> None:
        nonlocal n
        n = progress.n_done
        if time.monotonic() > until:
            raise _TimeIsUp

    local_engine.TEXT_BATCH = 20
    with suppress(_TimeIsUp):
        carry_out(store, RUN, text_engine(RuleAssistant()), listen)
    return n


ROOMS: dict[str, Callable[[Store, float], int]] = {
    "turns": write_turns,
    "feedback": write_feedback,
    "results": write_results,
}


if __name__ == "__main__":
    room, url = sys.argv[1:]
    opened = Store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.time()
    n_written = ROOMS[room](opened, time.monotonic() + SECONDS)
    print(json.dumps({"n": n_written, "began": began, "ended": time.time()}))
    opened.close()
