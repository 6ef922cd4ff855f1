"""The gate's command: what it prints, writes and exits with, in this process and in a real one."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests import processes
from tests.cli.shell import Shell
from tests.evaluation.reply_situations import judge_in_turns, write_natives, yes_and_no
from tests.evaluation.situations import prepare_suite, run_release
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade
from vernacular.store.releases import accept_release
from vernacular.store.tables import GateOutcome

N = 150
POLICY = """\
schema: vernacular-gate/1
metrics: {intent_acc: {margin: 0.05}}
tiers:
  - name: core
    locales: [sw-KE]
  - name: rest
    locales: ["*"]
"""
WAIVER = """\
waivers:
  - {locale: sw-KE, owner: ida, reason: the label set moved, expires: 2027-01-31}
"""


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store where ``base`` is accepted, ``good`` equals it, ``bad`` has lost sw-KE,
    and ``unsure`` has changed a little for better and worse alike."""
    folder = tmp_path_factory.mktemp("gated")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    prepare_suite(store, folder / "corpus", N)
    run_release(store, "base", lambda _, number: number <= 8)
    run_release(store, "good", lambda _, number: number <= 8)
    run_release(store, "bad", lambda locale, number: locale == "sw-KE" or number <= 8)
    run_release(store, "unsure", lambda _, number: 8 < number <= 16)
    with store.writing() as db:
        accept_release(db, "base")
    store.close()
    return store.url


@pytest.fixture
def shell(
    gated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    copy = tmp_path / "copy.db"
    shutil.copy(gated.removeprefix("sqlite:///"), copy)
    return Shell(f"sqlite:///{copy}", monkeypatch, capsys)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "gate.yaml"
    path.write_text(POLICY)
    return path


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        (("good",), 0, "PASS"),
        (("bad",), 1, "REGRESSED"),
        (("bad", "--inconclusive", "pass"), 1, "REGRESSED"),
        (("unsure",), 3, "INCONCLUSIVE"),
        (("unsure", "--inconclusive", "warn"), 0, "INCONCLUSIVE"),
        (("unsure", "--inconclusive", "pass"), 0, "INCONCLUSIVE"),
        (("good", "--baseline", "bad"), 0, "PASS"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_the_exit_code_is_the_verdict(
    shell: Shell, words: tuple[str, ...], code: int, verdict: str
) -> None:
    done = shell("gate", *words)
    assert done.code == code
    first, last = done.out.splitlines()[0], done.out.rstrip().splitlines()[-1]
    assert verdict in first
    assert f"{verdict}" in last
    assert last.endswith(f"(exit code {code})")
    assert ("let through" in done.err) == ("warn" in words)
    as_json = shell("gate", *words, "--json")
    assert as_json.code == code
    assert json.loads(as_json.out)["gate"]["verdict"] == verdict


def test_without_a_policy_the_output_says_that_every_locale_decides(shell: Shell) -> None:
    assert "the default policy (no --policy: every locale decides)" in shell("gate", "good").out


def test_the_policy_decides_what_becomes_of_an_inconclusive_verdict(
    shell: Shell, policy: Path
) -> None:
    policy.write_text("schema: vernacular-gate/1\ninconclusive: warn\n")
    done = shell("gate", "unsure", "--policy", str(policy))
    assert (done.code, "let through" in done.err) == (0, True)
    assert shell("gate", "unsure", "--policy", str(policy), "--inconclusive", "fail").code == 3


def test_findings_stand_under_their_tier_with_what_to_do(shell: Shell, policy: Path) -> None:
    done = shell("gate", "bad", "--policy", str(policy))
    lines = done.out.splitlines()
    assert lines[0] == f"✗ REGRESSED: bad before the gate, by {policy}"
    assert lines.index("tier core") < lines.index(
        next(line for line in lines if "intent_acc of sw-KE is 94.67 points worse" in line)
    )
    flat = " ".join(done.out.split())
    assert "142 broken and 0 fixed of 150 utterances" in flat
    assert "vernacular compare base bad --suite smoke --flips sw-KE" in flat


def test_a_waiver_shows_its_owner_and_days_left_until_it_expires(
    shell: Shell, policy: Path
) -> None:
    # The mean over both locales has no locale to be waived for; here only one decides.
    policy.write_text(POLICY.replace('["*"]', '["*"]\n    gates: false') + WAIVER)
    done = shell("gate", "bad", "--policy", str(policy), "--today", "2027-01-29")
    assert done.code == 0
    assert "waived until 2027-01-31 (2 days left) by ida: the label set moved" in done.out
    assert "gate: ✓ PASS, although the comparison alone is REGRESSED (exit code 0)" in done.out
    late = shell("gate", "bad", "--policy", str(policy), "--today", "2027-02-01")
    assert late.code == 1
    assert "the waiver of sw-KE by ida expired on 2027-01-31 and does not count" in late.out
    unused = shell("gate", "good", "--policy", str(policy), "--today", "2027-01-31")
    assert "covers nothing now (today is its last day); it may be removed" in unused.out


def test_reports_are_written_in_the_format_of_their_extension(
    shell: Shell, policy: Path, tmp_path: Path
) -> None:
    names = ("r.json", "r.xml", "r.md", "r.html")
    words = [word for name in names for word in ("-o", str(tmp_path / name))]
    assert shell("gate", "bad", "--policy", str(policy), *words).code == 1
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["gate"]["verdict"] == "REGRESSED"
    begins = [(tmp_path / name).read_text("utf-8").lstrip()[:1] for name in names]
    assert begins == ["{", "<", "#", "<"]
    wrong = shell("gate", "bad", "-o", str(tmp_path / "r.pdf"))
    assert (wrong.code, wrong.out) == (2, "")


@pytest.mark.parametrize(
    ("release", "code", "verdict"), [("good", 2, "PASS"), ("bad", 1, "REGRESSED")]
)
def test_a_report_that_cannot_be_written_hides_neither_verdict_nor_the_other_report(
    shell: Shell, tmp_path: Path, release: str, code: int, verdict: str
) -> None:
    lost, kept = tmp_path / ("x" * 250 + ".md"), tmp_path / "gate.json"
    done = shell("gate", release, "-o", str(lost), "-o", str(kept))
    assert done.code == code
    assert verdict in done.out.splitlines()[0]
    assert done.err.splitlines() == [
        f"written: {kept}",
        f"error: {lost}: cannot be written: File name too long",
    ]
    assert json.loads(kept.read_text("utf-8"))["verdict"] == verdict


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nobody",), "no release 'nobody'"),
        (("good", "--baseline", "nobody"), "no release 'nobody'"),
        (("good", "--suite", "large"), "no suite 'large'"),
        (("good", "--policy", "nowhere.yaml"), "nowhere.yaml: the gate policy cannot be read"),
        (("good", "--policy", "/"), "the gate policy cannot be read"),
        (("good", "--today", "soon"), "soon"),
        (("base",), "base and base have no two finished runs"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_judged_exits_2(shell: Shell, words: tuple[str, ...], reason: str) -> None:
    done = shell("gate", *words)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_a_wrong_policy_is_named_with_its_line(shell: Shell, policy: Path) -> None:
    policy.write_text(POLICY.replace("0.05", "2"))
    done = shell("gate", "good", "--policy", str(policy))
    assert done.code == 2
    assert f"{policy}:2: metrics.intent_acc.margin: 2 is no fraction: write 0.02" in done.err


def test_what_native_speakers_say_of_replies_is_found_in_every_report(
    shell: Shell, policy: Path, tmp_path: Path
) -> None:
    store = Store(shell.url)
    natives = write_natives(store, 20, "sw-KE")
    for release, n_yes in (("base", 1), ("good", 20)):
        answers = yes_and_no("would_offend", n_yes, 40)
        judge_in_turns(store, release, "sw-KE", natives, answers)
    store.close()
    rules = "[sw-KE]\n    replies: {would_offend: {margin: 0.1}"
    policy.write_text(POLICY.replace("[sw-KE]", f"{rules}}}"))
    names = ("r.json", "r.xml", "r.md", "r.html")
    words = [word for name in names for word in ("-o", str(tmp_path / name))]
    done = shell("gate", "good", "--policy", str(policy), *words)
    assert done.code == 1
    message = "would_offend of sw-KE is 47.50 points worse, 50.00 % of 40 replies judged by 20"
    assert message in " ".join(done.out.split())
    for name in names:
        assert "47.50 points worse, 50.00 %" in (tmp_path / name).read_text("utf-8"), name
    (finding,) = json.loads((tmp_path / "r.json").read_text("utf-8"))["gate"]["findings"]
    assert (finding["rule"], finding["metric"], finding["tier"]) == (
        "replies",
        "would_offend",
        "core",
    )
    assert 'failures="1"' in (tmp_path / "r.xml").read_text("utf-8")
    policy.write_text(POLICY.replace("[sw-KE]", f"{rules}, appropriate: }}"))
    unsure = shell("gate", "base", "--baseline", "good", "--policy", str(policy))
    assert unsure.code == 3
    assert "of good 0 replies judged by 0 people and of base 0 replies" in " ".join(
        unsure.out.split()
    )


def test_utterances_are_pinned_listed_and_taken_back(shell: Shell) -> None:
    assert "there is no golden win yet" in shell("golden", "list").out
    assert json.loads(shell("golden", "list", "--json").out) == []
    assert shell("golden", "add", "smoke", "9", "10").out == "2 golden wins added\n"
    done = shell("golden", "add", "smoke", "9", "11", "--note", "heard in Pune")
    assert done.out == "1 golden wins added; 1 were pinned already\n"
    rows = json.loads(shell("golden", "list", "--json").out)
    assert [one["note"] for one in rows] == ["", "", "heard in Pune"]
    assert "heard in Pune" in shell("golden", "list", "--locale", "hi-IN").out
    assert json.loads(shell("golden", "list", "--locale", "sw-KE", "--json").out) == []
    assert shell("gate", "good").code == 0
    assert shell("gate", "unsure", "--inconclusive", "pass").code == 1, "item 9 is wrong there"
    numbers = [str(one["utterance"]) for one in rows]
    assert shell("golden", "remove", *numbers).out == "3 golden wins removed\n"
    assert shell("golden", "remove", numbers[0]).code == 2


def test_what_a_release_fixed_is_pinned_by_one_command(shell: Shell) -> None:
    words = ("golden", "add", "--from-fixes", "base", "unsure", "--locale", "sw-KE")
    assert shell(*words).out == "8 golden wins added\n"
    assert shell("gate", "good").code == 1


@pytest.mark.parametrize(
    "words",
    [(), ("smoke",), ("--from-fixes", "base", "good"), ("--locale", "sw-KE")],
    ids=" ".join,
)
def test_half_of_a_pin_is_a_usage_error(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell("golden", "add", *words)
    assert (done.code, done.out) == (2, "")


# A real process: 1 is kept for REGRESSED, whatever goes wrong.


def test_a_verdict_reaches_the_shell(gated: str) -> None:
    assert processes.run("gate", "good", database_url=gated).returncode == 0
    assert processes.run("gate", "bad", database_url=gated).returncode == 1
    assert processes.run("gate", "unsure", database_url=gated).returncode == 3


def test_a_database_that_is_garbage_is_no_regression(tmp_path: Path) -> None:
    path = tmp_path / "vernacular.db"
    path.write_bytes(b"\x00garbage" * 1000)
    done = processes.run("gate", "bad", database_url=f"sqlite:///{path}")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_database_that_was_cut_short_is_no_regression(gated: str, tmp_path: Path) -> None:
    whole = Path(gated.removeprefix("sqlite:///")).read_bytes()
    path = tmp_path / "vernacular.db"
    path.write_bytes(whole[: len(whole) // 2])
    done = processes.run("gate", "bad", database_url=f"sqlite:///{path}")
    assert done.returncode in {2, 4}
    assert "error: " in done.stderr


def test_a_policy_that_is_a_folder_is_no_regression(gated: str, tmp_path: Path) -> None:
    done = processes.run("gate", "bad", "--policy", str(tmp_path), database_url=gated)
    assert done.returncode == 2
    assert "the gate policy cannot be read" in done.stderr


def test_a_reader_that_leaves_early_is_no_regression(gated: str) -> None:
    process = processes.start("gate", "bad", database_url=gated)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    process.communicate(timeout=60)
    assert process.returncode == 141


def test_an_error_that_nobody_can_be_told_is_no_regression(gated: str, tmp_path: Path) -> None:
    """``2>&1`` into a pipe that is closed: even the message cannot be written."""
    words = ("gate", "bad", "--policy", str(tmp_path))
    process = processes.start(*words, database_url=gated)
    assert process.stdout is not None and process.stderr is not None
    for stream in (process.stdout, process.stderr):
        stream.close()
    process.stdout = process.stderr = None
    process.communicate(timeout=60)
    assert process.returncode == 141


def test_a_full_disk_is_no_regression(gated: str) -> None:
    words = "exec " + " ".join((*processes.COMMAND, "gate", "bad", ">/dev/full"))
    done = processes.run(words, database_url=gated, command=("sh", "-c"))
    assert done.returncode not in {0, 1}


def test_closed_streams_are_no_regression(gated: str, tmp_path: Path) -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        command = (*processes.COMMAND, "gate", "bad", "--policy", str(tmp_path), closed)
        words = "exec " + " ".join(command)
        done = processes.run(words, database_url=gated, command=("sh", "-c"))
        assert done.returncode not in {0, 1}, closed


def test_a_crash_that_is_traced_is_no_regression(gated: str, tmp_path: Path) -> None:
    """A library that cannot be imported, and the person who looks for the reason."""
    (tmp_path / "scipy.py").write_text("raise ZeroDivisionError('a bug')\n")
    words = ("gate", "bad")
    done = processes.run(*words, database_url=gated, PYTHONPATH=str(tmp_path), VERNACULAR_DEBUG="1")
    assert done.returncode == 4
    assert "Traceback" in done.stderr
    assert "internal error: ZeroDivisionError: a bug" in done.stderr


def test_an_installation_that_is_broken_is_no_regression(gated: str, tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ImportError('half installed')\n")
    done = processes.run("gate", "bad", database_url=gated, PYTHONPATH=str(tmp_path))
    assert done.returncode == 4
    assert "the installation is broken: ImportError: half installed" in done.stderr


def test_a_process_that_is_interrupted_is_no_regression(gated: str) -> None:
    script = (
        "import vernacular.evaluation.gate as g\n"
        "def stop(*a, **k): raise KeyboardInterrupt\n"
        "g.judge_candidate = stop\n"
        "import sys; sys.argv = ['vernacular', 'gate', 'bad']\n"
        "from vernacular.cli.main import main; main()\n"
    )
    done = processes.run("-c", script, database_url=gated, command=(sys.executable,))
    assert done.returncode == 130


def test_accepting_a_release_says_what_the_gate_said_of_it(shell: Shell) -> None:
    store = Store(shell.url)
    with store.writing() as db:  # what other tests asked of the same store
        db.execute(delete(GateOutcome))
    store.close()
    assert "warning: no gate has judged bad" in shell("release", "accept", "bad").err
    shell("release", "accept", "base")
    shell("gate", "bad")
    accepted = shell("release", "accept", "bad")
    assert (accepted.code, accepted.out.split(" (")[0]) == (
        0,
        "bad is the accepted release of rules now",
    )
    assert "warning: the gate's last word on bad was REGRESSED" in accepted.err
    shell("release", "accept", "base")
    shell("gate", "good")
    assert shell("release", "accept", "good").err == ""
