"""A real run is killed, resumed, interrupted, and resumed by two processes at once.

Nothing is lost, nothing is there twice, and the results are those of a run that nobody disturbed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import processes
from tests.assistants.tiny_checkpoint import write_checkpoint, write_manifest
from tests.evaluation.situations import ignore, prepare_suite, text_engine
from vernacular.assistants.load import load_assistant
from vernacular.evaluation.local_engine import TEXT_BATCH
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import carry_out, open_run
from vernacular.store.database import Db, Store
from vernacular.store.migrate import upgrade
from vernacular.store.releases import find_release
from vernacular.store.runs import find_run
from vernacular.store.scores import find_score_set, list_sums
from vernacular.store.tables import Result, Score
from vernacular.store.tables.runs import RunStatus

N_BATCHES = 5
N = N_BATCHES * TEXT_BATCH // 2
"""Utterances per locale; two locales."""


@dataclass
class Story:
    """What happened to one run, step by step."""

    store: Store
    run_id: int
    killed_with: int
    n_after_kill: int
    status_after_kill: RunStatus
    interrupted_with: int
    said_at_interrupt: str
    n_after_interrupt: int
    n_items: int
    resumed_with: list[int]
    """Of two processes that resumed it at the same time."""
    said_at_end: list[str]


def count(store: Store) -> int:
    with store.reading() as db:
        return db.scalar(select(func.count()).select_from(Result)) or 0


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    n_items = prepare_suite(store, folder / "corpus", N)
    write_checkpoint(folder / "weights", locales=("sw-KE",))
    with store.writing() as db:
        # A few utterances at a time, so that a batch takes long enough to be killed in.
        add_release(db, write_manifest(folder, "tiny-1", max_batch=8))

    begun = processes.start("run", "start", "tiny-1", "smoke", database_url=store.url)
    processes.wait_until(lambda: count(store) >= TEXT_BATCH, begun, 60)
    begun.kill()
    begun.communicate()
    n_after_kill = count(store)
    with store.reading() as db:
        status = find_run(db, 1).status

    resumed = processes.start("run", "resume", "1", database_url=store.url)
    processes.wait_until(lambda: count(store) > n_after_kill, resumed, 60)
    resumed.send_signal(signal.SIGINT)
    _, said = resumed.communicate(timeout=60)
    n_after_interrupt = count(store)

    pair = [processes.start("run", "resume", "1", database_url=store.url) for _ in range(2)]
    ends = [process.communicate(timeout=120) for process in pair]
    yield Story(
        store=store,
        run_id=1,
        killed_with=begun.returncode,
        n_after_kill=n_after_kill,
        status_after_kill=status,
        interrupted_with=resumed.returncode,
        said_at_interrupt=said,
        n_after_interrupt=n_after_interrupt,
        n_items=n_items,
        resumed_with=[process.returncode for process in pair],
        said_at_end=[out for out, _ in ends],
    )
    store.close()


def list_results(db: Db, run_id: int) -> list[Result]:
    return list(db.scalars(select(Result).where(Result.run_id == run_id).order_by(Result.item)))


def list_counts(db: Db, run_id: int) -> list[tuple[int, ...]]:
    columns = (Score.item, Score.correct_intent, Score.exact, Score.tp, Score.fp, Score.fn)
    scores = find_score_set(db, run_id)
    query = select(*columns).where(Score.score_set_id == scores.id).order_by(Score.item)
    return [tuple(row) for row in db.execute(query)]


def test_a_killed_run_keeps_whole_batches_and_stays_open(story: Story) -> None:
    assert story.killed_with == -signal.SIGKILL
    assert 0 < story.n_after_kill < story.n_items
    assert story.n_after_kill % TEXT_BATCH == 0
    assert story.status_after_kill is RunStatus.OPEN


def test_an_interrupted_run_says_how_to_go_on_and_exits_130(story: Story) -> None:
    assert story.interrupted_with == 130, story.said_at_interrupt
    assert story.n_after_kill < story.n_after_interrupt < story.n_items
    assert (
        f"interrupted; {story.n_after_interrupt:,} of {story.n_items:,} results are stored:"
        " go on with 'vernacular run resume 1'"
    ) in story.said_at_interrupt
    assert "Traceback" not in story.said_at_interrupt


def test_a_run_resumed_by_two_at_once_holds_every_result_once(story: Story) -> None:
    assert story.resumed_with == [0, 0]
    for said in story.said_at_end:
        assert said == f"run 1: tiny-1 over smoke, {story.n_items:,} results\n"
    with story.store.reading() as db:
        numbers = [one.item for one in list_results(db, story.run_id)]
        counts = list_counts(db, story.run_id)
        sums = list_sums(db, find_score_set(db, story.run_id).id)
        assert find_run(db, story.run_id).status is RunStatus.FINISHED
    assert numbers == list(range(1, story.n_items + 1))
    assert [row[0] for row in counts] == numbers
    assert [one.n for one in sums] == [N, N] * 3


def test_a_resumed_run_has_the_results_of_an_uninterrupted_one(story: Story) -> None:
    run_id = open_run(story.store, "tiny-1", "smoke")
    with story.store.reading() as db:
        release = find_release(db, "tiny-1")
    with closing(load_assistant(manifest_of(release), Path(release.root))) as assistant:
        carry_out(story.store, run_id, text_engine(assistant), ignore)
    with story.store.reading() as db:
        first, second = (list_results(db, key) for key in (story.run_id, run_id))
        assert list_counts(db, story.run_id) == list_counts(db, run_id)
    assert [(one.item, one.status, one.intent, one.slots) for one in first] == [
        (one.item, one.status, one.intent, one.slots) for one in second
    ]
    assert [one.intent_confidence for one in first] == pytest.approx(
        [one.intent_confidence for one in second], abs=1e-5
    )
