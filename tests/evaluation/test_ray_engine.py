"""Ray answers a run as this process would, item by item, and whatever dies costs no result."""

from __future__ import annotations

import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests import processes
from tests.assistants.odd_server import Call, serving
from tests.assistants.tiny_checkpoint import write_checkpoint, write_manifest
from tests.evaluation.situations import ignore, prepare_suite, text_engine
from tests.evaluation.test_killed_run import count, list_counts, list_results
from tests.local_ray import IGNORED, LOOPBACK, N_CPUS, join_ray, kill_actors, list_listening
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import Manifest
from vernacular.errors import InvalidInput, ModelUnavailable
from vernacular.evaluation.answering import AnsweredItem, Asking
from vernacular.evaluation.local_engine import TEXT_BATCH
from vernacular.evaluation.ray_answerer import MAX_BEGINNINGS, Answerer, Assignment, Outcome, unpack
from vernacular.evaluation.ray_engine import BATCHES_PER_ACTOR, Fleet, RayEngine
from vernacular.evaluation.ray_handout import InHand
from vernacular.evaluation.releases import add_release, manifest_of
from vernacular.evaluation.run import carry_out, open_run
from vernacular.ray_cluster import check_room, joined_to_ray
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.releases import find_release
from vernacular.store.runs import find_run
from vernacular.store.suites import Reference
from vernacular.store.tables.runs import RunStatus

pytestmark = [pytest.mark.filterwarnings(one) for one in IGNORED]

SIZE = 4
"""Items per batch of the engines made here."""


@pytest.fixture(scope="module")
def ray_address() -> str:
    return join_ray()


def remote_manifest(url: str, **fields: object) -> Manifest:
    service = {"engine": "http", "url": url, "n_retries": 0, **fields}
    return Manifest.model_validate({"release": "far-1", "assistant": "far", "service": service})


def make_engine(
    manifest: Manifest, root: Path, fleet: Fleet | None = None, asking: Asking | None = None
) -> RayEngine:
    engine = RayEngine(manifest, root, root / "clips", asking or Asking(), fleet or Fleet())
    engine.batch_size = SIZE
    return engine


def make_batches(n: int) -> Iterator[list[Reference]]:
    """Yields ``n`` batches; the text of an item is its number."""
    for first in range(1, n * SIZE + 1, SIZE):
        yield [
            Reference(number, "sw-KE", number, str(number), "general_greet", ())
            for number in range(first, first + SIZE)
        ]


def answer_all(engine: RayEngine, n_batches: int) -> list[AnsweredItem]:
    with closing(engine):
        return [one for batch in engine.answer(make_batches(n_batches)) for one in batch.answered]


def echo(call: Call) -> None:
    """Answers each text with itself as the intent, but for the seventh, of which it knows none."""
    texts = [one["text"] for one in call.json["requests"]]
    call.send({"answers": [{"error": "no idea"} if t == "7" else {"intent": t} for t in texts]})


@dataclass
class Story:
    """A run that Ray began, was interrupted in and ended, and the same run in this process."""

    store: Store
    n_items: int
    interrupted_with: int
    said: str
    n_after_interrupt: int


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, ray_address: str) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    n_items = prepare_suite(store, folder / "corpus", 5 * TEXT_BATCH // 2)
    write_checkpoint(folder / "weights", locales=("sw-KE",))
    with store.writing() as db:
        # A few utterances at a time, so that a batch takes long enough to be interrupted in.
        add_release(db, write_manifest(folder, "tiny-1", max_batch=8))
    ray = ("--engine", "ray", "--actors", "1", "--ray-address", ray_address)
    begun = processes.start("run", "start", "tiny-1", "smoke", *ray, database_url=store.url)
    processes.wait_until(lambda: count(store) > 0, begun, 120)
    begun.send_signal(signal.SIGINT)
    _, said = begun.communicate(timeout=60)
    n_after_interrupt = count(store)

    with store.reading() as db:
        release = find_release(db, "tiny-1")
    manifest, root = manifest_of(release), Path(release.root)
    with closing(RayEngine(manifest, root, folder, Asking(), Fleet())) as engine:
        carry_out(store, 1, engine, ignore)
    with closing(load_assistant(manifest, root)) as assistant:
        carry_out(store, open_run(store, "tiny-1", "smoke"), text_engine(assistant), ignore)
    yield Story(store, n_items, begun.returncode, said, n_after_interrupt)
    store.close()


def test_an_interrupted_run_keeps_whole_batches_and_says_how_to_go_on(story: Story) -> None:
    assert 0 < story.n_after_interrupt < story.n_items, story.said
    assert story.n_after_interrupt % TEXT_BATCH == 0
    assert story.interrupted_with == 130, story.said
    assert "go on with 'vernacular run resume 1'" in story.said
    assert "Traceback" not in story.said


def test_a_run_that_ray_began_and_resumed_has_the_results_of_this_process(story: Story) -> None:
    with story.store.reading() as db:
        far, near = (list_results(db, run_id) for run_id in (1, 2))
        assert list_counts(db, 1) == list_counts(db, 2)
        run = find_run(db, 1)
    assert [one.item for one in far] == list(range(1, story.n_items + 1))
    assert [(one.item, one.status, one.intent, one.slots) for one in far] == [
        (one.item, one.status, one.intent, one.slots) for one in near
    ]
    assert [one.intent_confidence for one in far] == pytest.approx(
        [one.intent_confidence for one in near], abs=1e-5
    )
    assert run.status is RunStatus.FINISHED
    assert (run.n_parameters or 0) > 1_000
    assert run.device == "cpu"


def test_replies_are_asked_for_and_timed_from_the_processes_of_ray_too(
    ray_address: str, tmp_path: Path
) -> None:
    asked = []

    def reply(call: Call) -> None:
        asked.extend(call.json["requests"])
        stages = [
            {"stage": stage, "version": "1", "latency_ms": took}
            for stage, took in (("nlu", 1.0), ("reply", 2.5))
        ]
        answer = {"intent": "general_greet", "reply": "habari", "stages": stages}
        call.send({"answers": [answer for _ in call.json["requests"]]})

    with serving(reply) as server:
        engine = make_engine(remote_manifest(server.url), tmp_path, asking=Asking(replies_too=True))
        answered = answer_all(engine, 1)
    assert [one["wants_reply"] for one in asked] == [True] * SIZE
    timed = [[(stage.stage, stage.latency_ms) for stage in one.answer.stages] for one in answered]
    assert timed == [[("nlu", 1.0), ("reply", 2.5)]] * SIZE


def test_a_killed_actor_loses_nothing_and_a_failed_item_only_itself(
    ray_address: str, tmp_path: Path
) -> None:
    n_killed = 0
    taken: list[int] = []

    def kill_once(call: Call) -> None:
        nonlocal n_killed
        if "15" in call.body.decode() and not n_killed:
            n_killed = kill_actors()
        else:
            echo(call)

    def take() -> Iterator[list[Reference]]:
        for batch in make_batches(5 * BATCHES_PER_ACTOR):
            taken.append(batch[0].number)
            yield batch

    answered: list[AnsweredItem] = []
    with serving(kill_once) as server:
        engine = make_engine(remote_manifest(server.url), tmp_path)
        with closing(engine):
            for n_done, batch in enumerate(engine.answer(take())):
                # A suite of millions never waits in memory.
                assert len(taken) <= BATCHES_PER_ACTOR + n_done
                answered += batch.answered
    assert n_killed == 1
    assert sorted(one.item.number for one in answered) == list(
        range(1, 5 * BATCHES_PER_ACTOR * SIZE + 1)
    )
    for one in answered:
        if one.item.number == 7:
            assert one.answer.error == "no idea"
        else:
            assert one.answer.intent == str(one.item.number)


@pytest.fixture(scope="module")
def in_hand(ray_address: str) -> InHand:
    """Some batches that are handed out, a new one to each test."""
    made = InHand(make_batches(5), 5)
    made.fill_up()
    return made


@dataclass
class Actor:
    """What an actor does to the next batch, done in this process."""

    in_hand: InHand
    task: Assignment

    def answer(self, n_beginnings: int = 0, *, is_settled: bool = False) -> Outcome | None:
        """Returns what becomes of a batch that was begun so many times before."""
        import ray  # noqa: PLC0415 - as the fixture has prepared it

        handout = self.in_hand.handout
        number = 5 - len(self.in_hand)
        assert ray.get(handout.has.remote(number))
        for _ in range(n_beginnings):
            ray.get(handout.begin.remote(number))
        if is_settled:
            ray.get(handout.drop.remote(number))
        row = Answerer(handout, ray.put(self.task))({"number": number})
        assert self.in_hand.settle(number)
        return unpack(row["outcome"])


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """Of an assistant that nobody is to ask."""
    # An actor changes it for itself.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    manifest = remote_manifest("http://127.0.0.1:9/").model_dump(mode="json")
    return Assignment(manifest, str(tmp_path), str(tmp_path), Asking(), 1, ())


def test_a_batch_that_kills_whoever_answers_it_ends_the_run_and_says_how_to_go_on(
    in_hand: InHand, task: Assignment
) -> None:
    outcome = Actor(in_hand, task).answer(MAX_BEGINNINGS)
    assert outcome is not None
    assert outcome.batch is None
    said = rf"whoever answered the items \d+ to \d+ died {MAX_BEGINNINGS} times"
    assert re.match(said, outcome.problem or "")
    assert "'vernacular run resume'" in (outcome.problem or "")


def test_a_batch_whose_outcome_arrived_is_not_answered_again(
    in_hand: InHand, task: Assignment
) -> None:
    assert Actor(in_hand, task).answer(is_settled=True) is None


@pytest.mark.parametrize("what", ["release", "clips", "weights"])
def test_what_a_machine_does_not_find_is_named_with_the_machine(
    in_hand: InHand, task: Assignment, tmp_path: Path, what: str
) -> None:
    gone = tmp_path / "gone"
    stages = {"nlu": {"engine": "joint-encoder", "weights": "gone"}}
    manifest = {"release": "tiny-1", "assistant": "tiny", "stages": stages}
    task = replace(task, manifest=manifest)
    if what == "release":
        task = replace(task, root=str(gone))
    if what == "clips":
        task = replace(task, clips_folder=str(gone), asking=Asking(by_voice=True))
    outcome = Actor(in_hand, task).answer()
    assert outcome is not None
    problem = outcome.problem or ""
    assert problem.startswith(f"there is no folder {gone}: ")
    assert what in problem
    assert problem.endswith(f"(on the machine {socket.gethostname()})")


def test_more_actors_than_there_is_room_for_are_refused_before_they_wait_for_ever(
    ray_address: str, tmp_path: Path
) -> None:
    manifest = remote_manifest("http://127.0.0.1:9/")
    with pytest.raises(InvalidInput, match=f"3 processes of 1 CPUs.*{N_CPUS} CPUs.*room for 2"):
        answer_all(make_engine(manifest, tmp_path, Fleet(n_actors=3)), 1)
    with pytest.raises(InvalidInput, match=r"1 processes of 1 CPUs and 0.5 GPUs.*0 GPUs"):
        answer_all(make_engine(manifest, tmp_path, Fleet(gpus_per_actor=0.5)), 1)


def test_a_release_for_a_gpu_is_refused_where_its_processes_would_see_none(tmp_path: Path) -> None:
    spec = {"engine": "joint-encoder", "weights": "weights", "device": "cuda"}
    manifest = Manifest.model_validate(
        {"release": "tiny-1", "assistant": "tiny", "stages": {"nlu": spec}}
    )
    with pytest.raises(InvalidInput, match="'nlu' of tiny-1 wants cuda"):
        answer_all(make_engine(manifest, tmp_path), 1)


def test_a_part_of_a_gpu_is_a_part_of_one() -> None:
    machine = {"Alive": True, "Resources": {"CPU": 16.0, "GPU": 2.0}}
    check_room(4, 1, 0.5, [machine])
    check_room(2, 1, 0.6, [machine])
    with pytest.raises(InvalidInput, match="room for 2"):
        check_room(3, 1, 0.6, [machine])
    check_room(1, 1, 2, [machine])
    with pytest.raises(InvalidInput, match="room for 1"):
        check_room(2, 1, 2, [machine])
    with pytest.raises(InvalidInput, match="room for 0"):
        check_room(1, 1, 1, [{**machine, "Alive": False}])


def test_a_ray_of_our_own_is_for_this_machine_alone(ray_address: str) -> None:
    listening = list_listening()
    assert listening
    assert listening <= LOOPBACK


def test_a_cluster_that_is_not_there_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    import ray  # noqa: PLC0415 - takes seconds

    # This process has joined a Ray already, and would use that.
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    engine = make_engine(remote_manifest("http://127.0.0.1:9/"), tmp_path, Fleet(address=address))
    with pytest.raises(ModelUnavailable, match=f"Ray at {address} cannot be joined: .*refused"):
        answer_all(engine, 1)


def test_without_ray_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    engine = make_engine(remote_manifest("http://127.0.0.1:9/"), tmp_path)
    with pytest.raises(
        ModelUnavailable, match=r"ray is not installed: pip install 'vernacular\[ray\]'"
    ):
        answer_all(engine, 1)
    # A run that has nothing left to answer needs none.
    assert answer_all(engine, 0) == []


def test_the_port_of_rays_client_is_refused_with_the_right_one() -> None:
    with pytest.raises(InvalidInput, match="HOST:6379"), joined_to_ray("ray://head:10001", 1):
        pass
