"""What ``compare`` can be asked for beside the table: files, slices, noise, other rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.evaluation.situations import (
    RuleAssistant,
    ignore,
    prepare_suite,
    run_release,
    text_engine,
)
from vernacular.evaluation.run import carry_out, open_run
from vernacular.reports.comparison.write import FORMATS
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store where ``bad`` is worse in sw-KE, ``unsure`` mixed; ``base`` ran twice."""
    folder = tmp_path_factory.mktemp("stored")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    prepare_suite(store, folder / "corpus", 150)
    run_release(store, "base")
    carry_out(store, open_run(store, "base", "smoke"), text_engine(RuleAssistant()), ignore)
    run_release(store, "bad", lambda locale, number: locale == "sw-KE" and number <= 40)
    run_release(store, "unsure", lambda _, number: number <= 3)
    run_release(store, "lonely")
    store.close()
    return store.url


@pytest.fixture
def shell(
    stored: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(stored, monkeypatch, capsys)


def test_reports_are_written_in_every_format_beside_the_table(shell: Shell, tmp_path: Path) -> None:
    paths = [tmp_path / f"report{extension}" for extension in FORMATS]
    words = [word for path in paths for word in ("-o", str(path))]
    done = shell("compare", "base", "bad", *words)
    assert done.code == 1
    assert done.out.rstrip().splitlines()[-1] == "✗ REGRESSED: regressed in sw-KE"
    assert all(f"written: {path}" in done.err for path in paths)
    assert json.loads((tmp_path / "report.json").read_bytes())["verdict"] == "REGRESSED"
    assert "niamshe saa tatu 1" in (tmp_path / "report.html").read_text("utf-8")


def test_printed_and_written_json_are_one(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    done = shell("compare", "base", "bad", "--json", "--output", str(path))
    assert done.out == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("report.pdf", "a report is written as .json, .xml"), ("no/report.md", "there is no folder")],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_compared(
    shell: Shell, tmp_path: Path, name: str, reason: str
) -> None:
    done = shell("compare", "nobody", "knows", "-o", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_what_to_collect_is_a_list(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    assert shell("compare", "base", "unsure", "-o", str(path)).code == 3
    lines = path.read_text().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"hi-IN", "sw-KE"}


def test_only_the_locales_asked_for_are_compared_and_that_is_said(shell: Shell) -> None:
    done = shell("compare", "base", "bad", "--locale", "hi-IN")
    assert "note: compared in hi-IN only, as asked" in done.out
    assert "sw-KE" not in done.out
    cells = json.loads(shell("compare", "base", "bad", "--locale", "SW-ke", "--json").out)["cells"]
    assert {cell["locale"] for cell in cells} == {"sw-KE"}
    unknown = shell("compare", "base", "bad", "--locale", "fr-FR")
    assert unknown.code == 2
    assert "suite smoke has no fr-FR; it has hi-IN, sw-KE" in unknown.err


def test_slices_say_where_to_look(shell: Shell) -> None:
    done = shell("compare", "base", "bad", "--slices", "intent", "--slices", "slot", "--all")
    assert done.code == 1
    assert "intent alarm_set" in done.out
    assert "slot time" in done.out
    words = ("--slices", "domain", "--locale", "hi-IN", "--json")
    slices = json.loads(shell("compare", "base", "bad", *words).out)["slices"]
    assert {one["kind"] for one in slices} == {"domain"}
    assert {one["delta"] for one in slices if one["delta"] is not None} == {0}


def test_flips_are_held_against_two_runs_of_one_release(shell: Shell) -> None:
    done = shell("compare", "base", "bad", "--noise-floor")
    assert "two runs of one release break 0.00 % by noise; above it in sw-KE" in " ".join(
        done.out.split()
    )
    lonely = shell("compare", "bad", "lonely", "--noise-floor")
    assert lonely.code == 2
    assert "its noise is unknown" in lonely.err


def test_the_rules_can_be_chosen_and_are_printed(shell: Shell) -> None:
    words = ("--fwer", "--seed", "7", "--resamples", "200")
    out = shell("compare", "base", "bad", *words).out
    assert "by Holm, 200 resamples, seed 7" in out
    policy = json.loads(shell("compare", "base", "bad", *words, "--json").out)["policy"]
    assert (policy["fwer"], policy["n_resamples"], policy["seed"]) == (True, 200, 7)
    assert shell("compare", "base", "bad", "--resamples", "1").code == 2


def test_open_ended_calls_regressions_and_lets_nothing_pass(shell: Shell) -> None:
    assert shell("compare", "base", "bad", "--open-ended").code == 1
    same = shell("compare", "base", "lonely", "--open-ended")
    assert same.code == 3
    assert "only a regression can be called, nothing passes yet" in same.out


def test_the_policy_on_inconclusive_reaches_the_ci_report(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    words = ("compare", "base", "unsure", "-o", str(path), "--inconclusive")
    assert shell(*words, "fail").code == 3
    assert "<failure" in path.read_text("utf-8")
    assert shell(*words, "warn").code == 0
    text = path.read_text("utf-8")
    assert "<failure" not in text
    assert "<skipped" in text
