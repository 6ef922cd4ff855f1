"""The commands from an empty database to a comparison, with the exit codes that scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.corpus.massive_files import lines, row, write_files
from tests.evaluation.situations import (
    RuleAssistant,
    add_release,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
    write_corpus,
)
from vernacular.evaluation.run import carry_out, open_run
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.migrate import newest_revision, upgrade

MANIFEST = """\
release: tiny-1
assistant: tiny
stages:
  nlu:
    engine: joint-encoder
    weights: weights
"""


def test_the_database_goes_up_and_down_and_tells_where_it_is(shell: Shell) -> None:
    newest = newest_revision()
    empty = json.loads(shell("db", "status", "--json").out)
    assert empty == {"current": None, "newest": newest, "is_current": False}
    assert "run 'vernacular db upgrade'" in shell("db", "status").out
    assert f"at {newest} now (it was empty)" in shell("db", "upgrade").out
    again = shell("db", "upgrade")
    assert (again.code, f"at {newest} already" in again.out) == (0, True)
    assert json.loads(shell("db", "status", "--json").out)["is_current"]
    down = shell("db", "downgrade", "base", "--yes")
    assert (down.code, "at no migration now" in down.out) == (0, True)
    assert json.loads(shell("db", "status", "--json").out) == empty


def test_a_migration_that_is_not_known_is_a_data_error(shell: Shell, store: Store) -> None:
    done = shell("db", "downgrade", "20200101_first", "--yes")
    assert done.code == 2
    assert "20200101_first" in done.err
    assert "internal error" not in done.err


def test_a_corpus_is_imported_listed_and_frozen(shell: Shell, store: Store, tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus", 5)
    done = shell("corpus", "import", str(tmp_path / "corpus"))
    assert (done.code, done.out) == (0, "10 utterances read in 2 locales, 10 of them new\n")
    again = json.loads(shell("corpus", "import", str(tmp_path / "corpus"), "--json").out)
    assert (again["read"], again["added"], again["refused"]) == (10, 0, [])
    rows = json.loads(shell("corpus", "list", "--json").out)
    assert [(one["locale"], one["n"]) for one in rows] == [("hi-IN", 5), ("sw-KE", 5)]
    assert "sw-KE" in shell("corpus", "list").out
    made = json.loads(shell("suite", "create", "smoke", "--per-locale", "2", "--json").out)
    assert (made["n_items"], made["is_new"]) == (4, True)
    frozen = shell("suite", "create", "smoke", "--per-locale", "2")
    assert f"smoke: 4 items frozen already ({made['content_hash'][:12]})" in frozen.out
    conflict = shell("suite", "create", "smoke")
    assert (conflict.code, "choose another name" in conflict.err) == (2, True)
    (listed,) = json.loads(shell("suite", "list", "--json").out)
    assert listed["content_hash"] == made["content_hash"]
    assert listed["created_at"].endswith("Z")


def test_a_bad_file_is_refused_with_exit_code_2_and_good_rows_come_in_on_request(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    bad = row(2, annot_utt="niamshe [time : saa nne]")
    write_files(tmp_path / "c", hi_IN=lines(row(1, "hi-IN")), sw_KE=lines(row(1), bad))
    refused = shell("corpus", "import", str(tmp_path / "c"))
    assert refused.code == 2
    assert "1 utterances read in 2 locales, 1 of them new" in refused.out
    assert "sw-KE.jsonl:2: annot_utt" in refused.err
    assert "nothing of this file was imported" in refused.err
    as_json = shell("corpus", "import", str(tmp_path / "c"), "--json")
    assert as_json.code == 2
    assert json.loads(as_json.out)["refused"] == ["sw-KE.jsonl"]
    skipped = shell("corpus", "import", str(tmp_path / "c"), "--skip-bad")
    assert skipped.code == 0
    assert "2 utterances read in 2 locales, 1 of them new" in skipped.out
    changed = lines(row(1, intent="alarm_query"))
    write_files(tmp_path / "d", sw_KE=changed)
    again = shell("corpus", "import", str(tmp_path / "d"))
    assert (again.code, "1 differ from what is stored" in again.out) == (0, True)


def test_releases_are_added_accepted_and_listed(shell: Shell, store: Store, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    for name in ("tiny-1", "tiny-2"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(MANIFEST.replace("tiny-1", name))
        assert shell("release", "add", str(path)).out == f"release {name} added\n"
    assert "is registered already" in shell("release", "add", str(path)).out
    assert shell("release", "accept", "tiny-1").out.endswith("release of tiny now\n")
    assert shell("release", "accept", "tiny-2").out.endswith("tiny now (it was tiny-1)\n")
    newest, oldest = json.loads(shell("release", "list", "--json").out)
    assert (newest["name"], oldest["name"]) == ("tiny-2", "tiny-1")
    assert newest["manifest"]["stages"]["nlu"]["weights"] == "weights"
    assert newest["accepted_at"] > oldest["accepted_at"]
    path.write_text(MANIFEST.replace("engine", "motor"))
    wrong = shell("release", "add", str(path))
    assert wrong.code == 2
    assert f"{path}:4: stages.nlu.engine: is required" in wrong.err


def test_a_run_without_weights_is_a_data_error_and_can_go_on_later(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    prepare_suite(store, tmp_path / "c", 2)
    (tmp_path / "tiny-1.yaml").write_text(MANIFEST)
    (tmp_path / "weights").mkdir()
    shell("release", "add", str(tmp_path / "tiny-1.yaml"))
    (tmp_path / "weights").rmdir()
    done = shell("run", "start", "tiny-1", "smoke")
    assert done.code == 2
    assert "weights" in done.err
    (listed,) = json.loads(shell("run", "list", "--json").out)
    assert (listed["status"], listed["n_results"], listed["n_items"]) == ("open", 0, 4)
    assert "vernacular run resume 1" in shell("run", "start", "tiny-1", "smoke").err


def test_an_interrupt_while_the_weights_load_says_how_to_go_on(
    shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_suite(store, tmp_path / "c", 2)
    (tmp_path / "tiny-1.yaml").write_text(MANIFEST)
    (tmp_path / "weights").mkdir()
    shell("release", "add", str(tmp_path / "tiny-1.yaml"))

    def interrupt(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vernacular.assistants.load.load_assistant", interrupt)
    done = shell("run", "start", "tiny-1", "smoke")
    assert done.code == 130
    assert "0 of 4 results are stored: go on with 'vernacular run resume 1'" in done.err


def test_runs_are_listed_with_how_far_they_are(shell: Shell, store: Store, tmp_path: Path) -> None:
    prepare_suite(store, tmp_path, 5)
    run_release(store, "alpha")
    (listed,) = json.loads(shell("run", "list", "--json").out)
    assert (listed["release"], listed["suite"], listed["status"]) == ("alpha", "smoke", "finished")
    assert (listed["n_results"], listed["n_failed"]) == (10, 0)
    assert listed["finished_at"].endswith("Z")
    assert "10 of 10" in shell("run", "list").out
    again = shell("run", "resume", "1")
    assert (again.code, "is finished already" in again.out) == (0, True)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store where ``good`` equals ``base``, ``bad`` is worse, ``unsure`` mixed."""
    folder = tmp_path_factory.mktemp("judged")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    prepare_suite(store, folder / "corpus", 150)
    with store.writing() as db:
        freeze(db, "tiny", select_utterances(db, source="massive-1.1", per_locale=5))
    run_release(store, "base", lambda _, number: number <= 8)
    run_release(store, "good", lambda _, number: number <= 8)
    run_release(store, "bad", lambda locale, _: locale == "sw-KE")
    run_release(store, "unsure", lambda _, number: 8 < number <= 16)
    run_release(store, "elsewhere", suite="tiny")
    carry_out(store, open_run(store, "base", "tiny"), text_engine(RuleAssistant()), ignore)
    add_release(store, "new")
    store.close()
    return store.url


@pytest.fixture
def judge(
    judged: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(judged, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        (("base", "good"), 0, "PASS"),
        (("base", "bad"), 1, "REGRESSED"),
        (("base", "unsure"), 3, "INCONCLUSIVE"),
        (("base", "unsure", "--inconclusive", "fail"), 3, "INCONCLUSIVE"),
        (("base", "unsure", "--inconclusive", "warn"), 0, "INCONCLUSIVE"),
        (("base", "unsure", "--inconclusive", "pass"), 0, "INCONCLUSIVE"),
        (("base", "bad", "--inconclusive", "pass"), 1, "REGRESSED"),
        (("base", "elsewhere"), 3, "INCONCLUSIVE"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_the_exit_code_of_a_comparison_is_its_verdict(
    judge: Shell, words: tuple[str, ...], code: int, verdict: str
) -> None:
    done = judge("compare", *words)
    assert done.code == code
    assert verdict in done.out.rstrip().splitlines()[-1]
    assert ("let through" in done.err) == ("warn" in words)
    as_json = judge("compare", *words, "--json")
    assert as_json.code == code
    assert json.loads(as_json.out)["verdict"] == verdict


def test_what_cannot_be_compared_exits_2(judge: Shell) -> None:
    done = judge("compare", "base", "new")
    assert (done.code, done.out) == (2, "")
    assert "new has no finished run over any suite" in done.err
    other = judge("compare", "good", "elsewhere")
    assert other.code == 2
    assert "no two finished runs" in other.err


def test_flips_are_listed_with_both_answers(judge: Shell) -> None:
    done = judge("compare", "base", "unsure", "--flips", "sw-KE")
    assert done.code == 0
    assert "niamshe saa tatu 9" in done.out
    assert "alarm_set [time: saa tatu]" in done.out
    assert "8 broken, 8 fixed (intent_acc, sw-KE)" in done.out
    rows = json.loads(judge("compare", "base", "unsure", "--flips", "all", "--json").out)
    assert [one["kind"] for one in rows] == ["regression"] * 16 + ["fix"] * 16
    assert rows[0]["candidate"]["intent"] == "play_music"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--flips", "fr-FR"), "suite smoke has no fr-FR; it has hi-IN, sw-KE"),
        (("--flips", "all", "--metric", "wer"), "'wer' is none of"),
    ],
)
def test_flips_of_something_unknown_exit_2(
    judge: Shell, words: tuple[str, ...], reason: str
) -> None:
    done = judge("compare", "base", "unsure", *words)
    assert done.code == 2
    assert reason in done.err


def test_the_whole_table_is_shown_on_request(judge: Shell) -> None:
    assert "no change in 2: hi-IN, sw-KE" in judge("compare", "base", "good").out
    assert "Swahili" in judge("compare", "base", "good", "--all").out
