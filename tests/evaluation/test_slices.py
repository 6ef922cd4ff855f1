"""Slices of two stored runs: what each utterance is counted under."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
)
from tests.evaluation.voice_situations import (
    ListeningAssistant,
    add_voice_release,
    prepare_voice_suite,
)
from vernacular.clips.folder import ClipFolder
from vernacular.comparison.slices import SliceCell
from vernacular.errors import NotFound
from vernacular.evaluation.local_engine import LocalEngine
from vernacular.evaluation.noise_floor import find_noise_floor
from vernacular.evaluation.run import asking_of, carry_out, open_run
from vernacular.evaluation.slices import SliceKind, load_slices
from vernacular.store.database import Store
from vernacular.store.runs import find_run
from vernacular.store.tables import Recording, Utterance

N = 60


def slices(store: Store, runs: tuple[int, int], kind: SliceKind) -> dict[str, SliceCell]:
    with store.reading() as db:
        cells = load_slices(db, find_run(db, runs[0]), find_run(db, runs[1]), [kind])
    return {cell.value: cell for cell in cells if cell.metric == "intent_acc"}


@pytest.fixture
def runs(store: Store, tmp_path: Path) -> tuple[int, int]:
    """Odd utterances (alarms with a time) break in the second release, even ones do not."""
    prepare_suite(store, tmp_path, N)
    return run_release(store, "alpha"), run_release(store, "beta", lambda _, n: n % 6 == 1)


def test_a_slice_holds_the_utterances_of_its_domain_or_intent(
    store: Store, runs: tuple[int, int]
) -> None:
    by_domain = slices(store, runs, "domain")
    assert {name: cell.n for name, cell in by_domain.items()} == {"alarm": N, "general": N}
    assert by_domain["alarm"].delta == pytest.approx(-20 / 60)
    assert by_domain["general"].delta == 0
    by_intent = slices(store, runs, "intent")
    assert set(by_intent) == {"alarm_set", "general_greet"}
    worse, same = by_intent["alarm_set"], by_intent["general_greet"]
    assert worse.p_adjusted is not None and worse.p_adjusted < 0.01
    assert same.p_adjusted == 1.0


def test_a_slot_slice_holds_utterances_with_such_a_slot(
    store: Store, runs: tuple[int, int]
) -> None:
    assert {name: cell.n for name, cell in slices(store, runs, "slot").items()} == {"time": N}


def test_lengths_are_counted_in_units_of_the_locale(store: Store, runs: tuple[int, int]) -> None:
    # "niamshe saa tatu 1" has four words, "habari yako 2" three.
    by_length = slices(store, runs, "length")
    assert {name: cell.n for name, cell in by_length.items()} == {"2-3": N, "4-7": N}


def test_dialects_are_sliced_where_speakers_named_them(store: Store, runs: tuple[int, int]) -> None:
    assert slices(store, runs, "dialect") == {}
    with store.writing() as db:
        for one in db.query(Utterance).where(Utterance.locale == "sw-KE"):
            one.dialect = "Kimvita" if int(one.external_id) <= 40 else None
    assert {name: cell.n for name, cell in slices(store, runs, "dialect").items()} == {
        "Kimvita": 40
    }


def test_two_runs_of_one_release_give_the_noise_floor(store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, N)
    baseline = run_release(store, "alpha")
    add_release(store, "beta")
    for broken in (3, 5):
        run_id = open_run(store, "beta", "smoke")
        rule = lambda locale, n, broken=broken: locale == "sw-KE" and n <= broken  # noqa: E731
        carry_out(store, run_id, text_engine(RuleAssistant(rule)), ignore)
    with store.reading() as db:
        floor = find_noise_floor(db, find_run(db, run_id), find_run(db, baseline))
    assert set(floor) == {"intent_acc", "ex_match_acc"}
    by_locale = floor["intent_acc"].by_locale
    assert (by_locale["sw-KE"].n_flips, by_locale["hi-IN"].n_flips) == (2, 0)
    assert floor["intent_acc"].overall.rate == pytest.approx(2 / 120)


def test_without_a_second_run_the_noise_is_unknown(store: Store, runs: tuple[int, int]) -> None:
    with store.reading() as db, pytest.raises(NotFound, match="neither of beta and alpha"):
        find_noise_floor(db, find_run(db, runs[1]), find_run(db, runs[0]))


@pytest.mark.parametrize("other", [{"dialogue": "forced"}, {"has_transcripts": True}])
def test_a_run_that_was_asked_otherwise_is_no_noise(
    store: Store, runs: tuple[int, int], other: dict[str, object]
) -> None:
    again = open_run(store, "alpha", "smoke")
    carry_out(store, again, text_engine(RuleAssistant()), ignore)
    with store.writing() as db:
        for name, value in other.items():
            setattr(find_run(db, again), name, value)
    with store.reading() as db, pytest.raises(NotFound, match="neither of beta and alpha"):
        find_noise_floor(db, find_run(db, runs[1]), find_run(db, runs[0]))


def test_accents_are_those_of_who_speaks_in_the_clips(store: Store, tmp_path: Path) -> None:
    clips = ClipFolder(tmp_path / "clips")
    prepare_voice_suite(store, clips, tmp_path / "corpus", 6, ("sw-KE",))
    with store.writing() as db:
        spoken = {int(one.external_id): one.id for one in db.query(Utterance)}
        recorded = {one.utterance_id: one for one in db.query(Recording)}
        # Ours, Common Voice's, and two that do not say.
        for number in (1, 2, 3):
            recorded[spoken[number]].origin = {"accent": "coast", "age": 40}
        recorded[spoken[4]].origin = {"accents": "Nairobi"}
        recorded[spoken[5]].origin = {"accent": ""}
    runs = [hear(store, clips, name) for name in ("alpha", "beta")]
    found = slices(store, (runs[0], runs[1]), "accent")
    assert {name: cell.n for name, cell in found.items()} == {"Nairobi": 1, "coast": 3}


def test_a_suite_in_writing_has_no_accents(store: Store, runs: tuple[int, int]) -> None:
    assert slices(store, runs, "accent") == {}


def hear(store: Store, clips: ClipFolder, name: str) -> int:
    """Lets a new release hear the suite and returns the run's number."""
    add_voice_release(store, name)
    run_id = open_run(store, name, "spoken")
    with store.reading() as db:
        asking = asking_of(find_run(db, run_id))
    carry_out(store, run_id, LocalEngine(ListeningAssistant(), clips, asking), ignore)
    return run_id
