"""``corpus agreement``, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.corpus.massive_files import judgment, lines, row, write_files
from vernacular.cli import corpus_agreement
from vernacular.collection.import_corpus import import_massive
from vernacular.errors import NotFound
from vernacular.settings import Settings
from vernacular.store.database import Store
from vernacular.wiring import Wiring

app = typer.Typer()
app.command()(corpus_agreement.agreement)


@pytest.fixture
def wiring(sqlite_store: Store, tmp_path: Path) -> Iterator[Wiring]:
    """Two people judged four utterances of sw-KE."""
    pairs = [(4, 4), (4, 3), (0, 0), (1, 0)]
    rows = [
        row(
            number,
            judgments=[judgment(worker_id=str(i), grammar_score=one) for i, one in enumerate(pair)],
        )
        for number, pair in enumerate(pairs, start=1)
    ]
    write_files(tmp_path, sw_KE=lines(*rows))
    assert [file.n_added for file in import_massive(sqlite_store, tmp_path)] == [4]
    made = Wiring(Settings(database_url=sqlite_store.url))
    yield made
    made.close()


def typed(wiring: Wiring, *words: str) -> str:
    done = CliRunner().invoke(app, words, obj=wiring, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_agreement_is_listed_by_locale_and_label(wiring: Wiring) -> None:
    assert "Judgments of massive-1.1, test" in typed(wiring, "--partition", "test")
    found = json.loads(typed(wiring, "--locale", "sw-KE", "--json"))
    assert (found["source"], found["n_resamples"]) == ("massive-1.1", 10_000)
    grammar = next(one for one in found["rows"] if one["label"] == "grammar")
    assert (grammar["locale"], grammar["n_items"], grammar["observed"]) == ("sw-KE", 4, 0.5)
    assert grammar["use"] == "may not gate"


def test_scales_are_ranked_on_request(wiring: Wiring) -> None:
    assert "grammar (ordinal)" in typed(wiring, "--ordinal")


def test_a_source_without_judgments_is_an_error(wiring: Wiring) -> None:
    with pytest.raises(NotFound, match="no utterance of news came with judgments"):
        typed(wiring, "--source", "news")
