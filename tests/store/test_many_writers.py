"""The UI, the API and a run write to one SQLite file at once: real processes, nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from tests.evaluation.situations import add_release, prepare_suite
from tests.live.conversation import begin, write_release
from tests.store.writers import PERSON, ROOMS, RUN, SESSION
from tests.testers import write_tester
from vernacular.evaluation.run import open_run
from vernacular.store.database import Store
from vernacular.store.tables import FeedbackItem, Result, Score, Turn
from vernacular.store.tables.sessions import TurnStatus

CHECKOUT = Path(__file__).parents[2]


def test_ui_api_and_a_run_write_at_once_and_lose_nothing(
    sqlite_store: Store, tmp_path: Path
) -> None:
    assert write_tester(sqlite_store) == PERSON
    write_release(sqlite_store)
    assert begin(sqlite_store, PERSON).id == SESSION
    prepare_suite(sqlite_store, tmp_path / "corpus", 5000)
    add_release(sqlite_store, "alpha")
    assert open_run(sqlite_store, "alpha", "smoke") == RUN

    writers = {room: start(room, sqlite_store.url) for room in ROOMS}
    for writer in writers.values():
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    ends = {}
    for writer in writers.values():
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for room, writer in writers.items():
        out, err = writer.communicate(timeout=30)
        assert (writer.returncode, err) == (0, ""), room
        ends[room] = json.loads(out)

    assert max(one["began"] for one in ends.values()) < min(one["ended"] for one in ends.values())
    written = {room: end["n"] for room, end in ends.items()}
    assert min(written.values()) > 0
    with sqlite_store.reading() as db:
        turns, feedback, results, scores = (
            db.scalar(select(func.count()).select_from(table))
            for table in (Turn, FeedbackItem, Result, Score)
        )
        answered = select(func.count()).where(Turn.status == TurnStatus.ANSWERED)
        assert db.scalar(answered) == turns
        assert db.scalar(select(func.max(Turn.number))) == turns
    assert {"turns": turns, "feedback": feedback, "results": results} == written
    assert scores == results


def start(room: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writers", room, url],
        cwd=CHECKOUT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
