"""``corpus examples`` writes what a release can read, and never without naming its suites."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from tests.corpus.massive_files import lines, row, write_files
from vernacular.assistants.in_context.examples import read_examples
from vernacular.cli import corpus_examples
from vernacular.collection.import_corpus import import_massive
from vernacular.errors import InvalidInput
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

app = typer.Typer()
app.command()(corpus_examples.examples)


@pytest.fixture
def wiring(sqlite_store: Store, tmp_path: Path) -> Iterator[Wiring]:
    """A suite of one utterance, and three more to learn from."""
    learnt = [
        row(i, partition="train", utt=f"saa {word}", annot_utt=f"saa [time : {word}]")
        for i, word in enumerate(("moja", "mbili", "tatu"), start=2)
    ]
    write_files(tmp_path, sw_KE=lines(row(1), *learnt))
    assert [file.n_added for file in import_massive(sqlite_store, tmp_path)] == [4]
    with sqlite_store.writing() as db:
        freeze(db, "held-out", select_utterances(db, source="massive-1.1", partition="test"))
    made = Wiring(Settings(database_url=sqlite_store.url))
    yield made
    made.close()


def typed(wiring: Wiring, *words: str) -> Result:
    return CliRunner().invoke(app, words, obj=wiring, catch_exceptions=False)


def test_what_is_written_can_be_read_and_is_the_same_again(wiring: Wiring, tmp_path: Path) -> None:
    first, again = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path in (first, again):
        done = typed(wiring, "--exclude-suite", "held-out", "--per-intent", "2", "-o", str(path))
        assert done.exit_code == 0
        assert "2 examples of 1 intents in 1 locales" in done.stdout
        assert not list(tmp_path.glob("*.part"))
    assert first.read_bytes() == again.read_bytes()
    examples = read_examples(first)
    assert {one.intent for one in examples} == {"alarm_set"}
    assert all(one.text[s.start : s.end] in one.text for one in examples for s in one.slots)
    assert len(examples) == 2


def test_it_is_counted_where_there_are_too_few(wiring: Wiring, tmp_path: Path) -> None:
    words = ("--exclude-suite", "held-out", "--per-intent", "5", "-o", str(tmp_path / "a.jsonl"))
    assert "1 times an intent has fewer than 5" in typed(wiring, *words).stdout
    found = json.loads(typed(wiring, *words, "--json").stdout)
    assert (found["n_examples"], found["n_short"]) == (3, 1)
    assert found["excluded_suites"] == ["held-out"]


def test_without_a_suite_to_exclude_it_is_refused(wiring: Wiring, tmp_path: Path) -> None:
    done = typed(wiring, "-o", str(tmp_path / "a.jsonl"))
    assert done.exit_code == 2
    assert "--exclude-suite" in done.output
    assert not (tmp_path / "a.jsonl").exists()


def test_a_file_that_cannot_be_written_is_named(wiring: Wiring, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere.*cannot be written"):
        typed(wiring, "--exclude-suite", "held-out", "-o", str(tmp_path / "nowhere" / "a.jsonl"))
