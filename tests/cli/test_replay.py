"""Replays and suites of sessions from the command line, on real releases and recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.evaluation.session_situations import Talk, prepare_release
from vernacular.assistants.contract import Dialogue
from vernacular.store.database import Store

SEED = Path(__file__).parents[2] / "seed_data"
TEXT = "wake me up at five am tomorrow"


@pytest.fixture
def talk(shell: Shell, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A session with a typed turn and a spoken one, both corrected, and one that nobody corrected;
    in a folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    talk = Talk(store, tmp_path / "clips", prepare_release(store), "en-US")
    typed = talk.type(TEXT, dialogue=Dialogue("play_music"))
    spoken = talk.speak(
        (SEED / "pocket_ears" / "samples" / "en-US-1.wav").read_bytes(), heard="la la"
    )
    talk.type("tell me a joke", intent="general_joke")
    talk.correct(typed, "alarm_set")
    talk.correct(spoken, "lists_createoradd", text=_sample("en-US"))
    return talk


def _sample(locale: str) -> str:
    """Returns what is said in the first sample of a locale."""
    path = SEED / "pocket_ears" / "samples" / "samples.jsonl"
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return str(next(row["text"] for row in rows if row["locale"] == locale))


def test_sessions_are_replayed_on_real_releases_and_compared(shell: Shell, talk: Talk) -> None:
    for name in ("pocket-voice-1", "pocket-voice-2"):
        added = shell("release", "add", str(SEED / "pocket_ears" / f"{name}.yaml"))
        assert added.code == 0, added.err
    shown = shell("replay", "--release", "pocket-voice-2", "-o", "r.md", "-o", "r.json")
    assert shown.code == 0, shown.err
    assert "1 session with pocket-1 on pocket-voice-2" in shown.out
    found = json.loads(shell("replay", "--release", "pocket-voice-2", "--json").out)
    assert found["schema"] == "vernacular-replay/1"
    assert (found["total"]["n_turns"], found["total"]["n_corrected"]) == (3, 2)
    # "la la" was no word of it; real ears hear some.
    assert found["total"]["heard"]["n_better"] == 1
    typed = next(turn for turn in found["turns"] if turn["number"] == 1)
    assert typed["now"]["intent"] == "alarm_set"
    assert (typed["change"]["understood"]["judged"], typed["change"]["first"]) == (
        "better",
        "understood",
    )
    assert [stage["stage"] for stage in typed["trace"]] == ["nlu", "reply"]
    assert json.loads(Path("r.json").read_text("utf-8")) == found
    assert "| en-US | 3 | 2 | 0 |" in Path("r.md").read_text("utf-8")
    other = shell("replay", "--release", "pocket-voice-1")
    assert other.code == 0, other.err
    for run in found["runs"]:
        compared = shell(
            "compare", "pocket-voice-1", "pocket-voice-2", "--suite", run["suite"], "--json"
        )
        assert compared.code == 3, compared.err
        assert json.loads(compared.out)["suite"]["name"] == run["suite"]
    assert "replay" in shell("run", "list").out
    refused = shell("run", "resume", "1", "--retry-failed")
    assert (refused.code, "is a replay of sessions" in refused.err) == (2, True)


def test_a_replay_that_is_done_is_shown_again_without_loading_anything(
    shell: Shell, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("release", "add", str(SEED / "pocket" / "pocket-2.yaml"))
    first = shell("replay", "--release", "pocket-2", "--free", "--json")
    assert first.code == 0, first.err
    assert json.loads(first.out)["n_left_out"] == {"typed": 0, "spoken": 1}
    monkeypatch.setattr("vernacular.assistants.load.load_assistant", None)
    second = shell("replay", "--release", "pocket-2", "--free", "--json")
    assert json.loads(second.out) == json.loads(first.out)
    assert "--again does it anew" in second.err
    assert (
        "1 spoken turn, which pocket-2 cannot hear"
        in shell("replay", "--release", "pocket-2", "--free").out
    )


def test_a_stopped_replay_is_finished_before_what_was_said_since_is_replayed(
    shell: Shell, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("release", "add", str(SEED / "pocket" / "pocket-2.yaml"))

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("vernacular.evaluation.replay.answer_sessions", stop)
        stopped = shell("replay", "--release", "pocket-2")
    assert (stopped.code, "0 of 2 turns are stored" in stopped.err) == (130, True), stopped.err
    talk.correct(talk.type("play a song"), "play_music")
    finished = shell("replay", "--release", "pocket-2", "--json")
    assert "what was said or corrected since is not in it" in finished.err
    assert json.loads(finished.out)["total"]["n_turns"] == 2
    again = shell("replay", "--release", "pocket-2", "--json")
    assert "since" not in again.err
    assert json.loads(again.out)["total"]["n_turns"] == 3
    runs = json.loads(shell("run", "list", "--json").out)
    assert [one["status"] for one in runs] == ["finished"] * 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--release", "pocket-9"), "there is no release 'pocket-9'"),
        (("--release", "pocket-2", "--locale", "sw-KE"), "no session to be replayed fits"),
        (("--release", "pocket-2", "--locale", "?"), "'?' is not a locale tag"),
        (
            ("--release", "pocket-2", "--locale", "en-US", "--locale", "xx"),
            "no session to be replayed is in xx; there are some in en-US",
        ),
        (
            ("--release", "pocket-2", "--since", "2026-11-02", "--until", "2026-11-02"),
            "--since is not before --until",
        ),
        (("--release", "pocket-2", "--since", "2999-01-01"), "no session to be replayed fits"),
        (("--release", "pocket-2", "--until", "2001-01-01"), "no session to be replayed fits"),
        (("--release", "pocket-2", "--since", "yesterday"), "does not match"),
        (("--release", "pocket-2", "--from-release", "pocket-9"), "there is no release"),
        (("--release", "pocket-2", "-o", "replay.docx"), "written as .json or .md"),
        ((), "Missing option '--release'"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_stored(
    shell: Shell, talk: Talk, words: tuple[str, ...], complaint: str
) -> None:
    shell("release", "add", str(SEED / "pocket" / "pocket-2.yaml"))
    refused = shell("replay", *words)
    assert refused.code == 2
    assert complaint in refused.err
    assert json.loads(shell("run", "list", "--json").out) == []


def test_a_replay_in_which_nothing_is_corrected_offers_neither_suite_nor_run(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    talk = Talk(store, tmp_path / "clips", prepare_release(store), "en-US")
    talk.type(TEXT)
    shell("release", "add", str(SEED / "pocket" / "pocket-2.yaml"))
    shown = shell("replay", "--release", "pocket-2")
    assert (shown.code, "no typed turn is corrected" in shown.out) == (0, True), shown.err
    for noun in ("suite", "run"):
        assert json.loads(shell(noun, "list", "--json").out) == []


def test_corrected_turns_become_suites(shell: Shell, talk: Talk) -> None:
    made = shell("suite", "create", "said", "--from-sessions", "--json")
    assert json.loads(made.out)["n_items"] == 2
    heard = shell("suite", "create", "heard", "--from-sessions", "--voice", "--locale", "en-US")
    assert "heard: 1 item frozen" in heard.out
    again = shell("suite", "create", "said", "--from-sessions", "--release", "pocket-1")
    assert "frozen already" in again.out
    (said,) = [s for s in json.loads(shell("suite", "list", "--json").out) if s["name"] == "said"]
    assert not said["has_clips"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--since", "2026-01-01"), "--since: goes with --from-sessions"),
        (("--release", "pocket-1"), "--release: goes with --from-sessions"),
        (("--from-sessions", "--partition", "test"), "--partition: does not go with"),
        (("--from-sessions", "--source", "live"), "--source: does not go with"),
        (("--from-sessions", "--since", "2999-01-01"), "no turn that was corrected fits"),
        (
            ("--from-sessions", "--since", "2026-11-02", "--until", "2026-11-01"),
            "--since is not before --until",
        ),
    ],
)
def test_options_of_suites_that_do_not_fit_are_told(
    shell: Shell, talk: Talk, words: tuple[str, ...], complaint: str
) -> None:
    refused = shell("suite", "create", "said", *words)
    assert (refused.code, complaint in refused.err) == (2, True), refused.err
