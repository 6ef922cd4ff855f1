"""The commands from an empty database to a comparison, with the exit codes that scripts rely on."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.assistants.checkpoint_files import write_checkpoint
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
from vernacular.assistants.contract import Answer, Request
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
    write_checkpoint(tmp_path / "weights")
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


@pytest.fixture
def tiny(shell: Shell, store: Store, tmp_path: Path) -> Path:
    """A registered release of which the weights cannot be loaded, beside a suite; its folder."""
    prepare_suite(store, tmp_path / "c", 2)
    (tmp_path / "tiny-1.yaml").write_text(MANIFEST)
    write_checkpoint(tmp_path / "weights")
    shell("release", "add", str(tmp_path / "tiny-1.yaml"))
    return tmp_path


def test_a_run_of_a_release_that_cannot_be_loaded_does_not_come_to_be(
    shell: Shell, tiny: Path
) -> None:
    done = shell("run", "start", "tiny-1", "smoke")
    assert done.code == 2
    assert "weights" in done.err
    (tiny / "weights" / "model.safetensors").unlink()
    gone = shell("run", "start", "tiny-1", "smoke")
    assert (gone.code, "not those it was registered with" in gone.err) == (2, True)
    assert json.loads(shell("run", "list", "--json").out) == []


def test_an_interrupt_while_the_weights_load_leaves_no_run(
    shell: Shell, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vernacular.assistants.load.load_assistant", interrupt)
    done = shell("run", "start", "tiny-1", "smoke")
    assert done.code == 130
    assert "there is no run yet" in done.err
    assert "there is no run yet" in shell("run", "list").out


def test_a_run_that_is_open_without_results_is_taken_back(
    shell: Shell, store: Store, tiny: Path
) -> None:
    open_run(store, "tiny-1", "smoke")
    kept = shell("release", "remove", "tiny-1")
    assert (kept.code, "referred to by 1 run" in kept.err) == (2, True)
    failed = shell("run", "resume", "1")
    assert failed.code == 2
    assert "run 1 is open with 0 of 4 results" in failed.err
    assert "'vernacular run abandon 1' gives it up" in failed.err
    assert shell("run", "abandon", "1").out == "run 1 had no result and is gone\n"
    assert json.loads(shell("run", "list", "--json").out) == []
    assert shell("release", "remove", "tiny-1").out == "release tiny-1 removed\n"
    assert json.loads(shell("release", "list", "--json").out) == []


def test_a_slip_in_a_locale_is_told_and_refuses_nothing(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    write_checkpoint(tmp_path / "weights")
    path = tmp_path / "tiny-1.yaml"
    path.write_text(MANIFEST + "trained_locales: [sw-KE, xx-YY]\n")
    done = shell("release", "add", str(path))
    assert (done.code, done.out) == (0, "release tiny-1 added\n")
    assert "warning: trained_locales: no language or place is known as xx-YY" in done.err
    assert "sw-KE" not in done.err


class Refuses(RuleAssistant):
    """Answers nothing but what is in Hindi, for two reasons."""

    def answer(self, request: Request) -> Answer:
        if request.locale == "hi-IN":
            return super().answer(request)
        return Answer(error=f"no {request.text.split()[0]}")


def test_why_results_failed_is_told_with_how_many_they_are(
    shell: Shell, store: Store, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernacular.assistants.load.load_assistant", lambda *_: Refuses())
    monkeypatch.setattr("vernacular.cli.run_engine.closing", nullcontext)
    done = shell("run", "start", "tiny-1", "smoke")
    assert done.code == 0
    told = "the commonest reasons:\n  1 x no habari\n  1 x no niamshe\n"
    assert f"2 of 4 failed; {told}" in done.err
    assert shell("run", "show", "1").out.endswith(f"2 failed; {told}")
    shown = json.loads(shell("run", "show", "1", "--json").out)
    assert shown["failure_reasons"] == [
        {"reason": "no habari", "n": 1},
        {"reason": "no niamshe", "n": 1},
    ]


def test_a_retry_that_cannot_begin_takes_nothing_back(
    shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_suite(store, tmp_path / "c", 2)
    stage = "{engine: openai, url: 'http://127.0.0.1:9/v1', model: m, key_variable: KIOSK_KEY"
    path = tmp_path / "remote.yaml"
    path.write_text(
        "release: remote-1\nassistant: kiosk\nstages:\n"
        f"  nlu: {stage}, intents: [alarm_set], n_retries: 0}}\n"
    )
    shell("release", "add", str(path))
    monkeypatch.setenv("KIOSK_KEY", "k")
    begun = shell("run", "start", "remote-1", "smoke")
    assert (begun.code, "answered nothing at all" in begun.err) == (2, True)
    monkeypatch.delenv("KIOSK_KEY")
    before = json.loads(shell("run", "list", "--json").out)
    again = shell("run", "resume", "1", "--retry-failed")
    assert (again.code, "KIOSK_KEY" in again.err) == (2, True)
    assert json.loads(shell("run", "list", "--json").out) == before
    assert (before[0]["status"], before[0]["n_failed"]) == ("finished", 4)
    monkeypatch.setenv("KIOSK_KEY", "k")
    done = shell("run", "resume", "1", "--retry-failed")
    assert (done.code, "4 failed results are asked for again" in done.out) == (2, True)
    assert "  4 x " in done.err


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
    retried = shell("run", "resume", "1", "--retry-failed")
    assert (retried.code, "finished already, and nothing in it failed" in retried.out) == (0, True)


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
