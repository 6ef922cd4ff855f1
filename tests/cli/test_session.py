"""What engineers see of live sessions."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell
from tests.clips.recordings import record
from tests.evaluation.session_situations import Talk, prepare_release
from tests.live.conversation import TEXT, write_release
from tests.testers import write_tester
from vernacular.live.judgments import record_judgment
from vernacular.store.database import Store


def hold(store: Store, folder: Path) -> Talk:
    """Holds a session of one misheard turn and one without an answer."""
    person_id = prepare_release(store)
    talk = Talk(store, folder, person_id, "en-US")
    turn = talk.speak(record(), heard="wake me at nine am", intent="alarm_set")
    talk.correct(turn, "alarm_set", (), TEXT)
    talk.fail("play [red]music\x1b[2J")
    with store.writing() as db:
        record_judgment(db, turn.id, person_id, 2, ["too_slow"])
    return talk


def listed_sessions(shell: Shell, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(shell("session", "list", "--json", *words).out)[
        "sessions"
    ]
    return found


def test_without_sessions_the_list_says_where_people_talk(shell: Shell, store: Store) -> None:
    done = shell("session", "list")
    assert done.code == 0
    assert "'vernacular serve ui'" in done.out
    assert json.loads(shell("session", "list", "--json").out) == {"total": 0, "sessions": []}


def test_sessions_are_listed_with_who_and_with_what(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    hold(store, tmp_path / "clips")
    (listed,) = listed_sessions(shell, "--locale", "en-us")
    assert (listed["login"], listed["release"], listed["locale"]) == ("amina", "pocket-1", "en-US")
    assert (listed["n_turns"], listed["n_spoken"], listed["n_corrected"]) == (2, 1, 1)
    assert listed["started_at"].endswith("Z")
    assert "amina" in shell("session", "list").out
    write_tester(store, "bilal")
    write_release(store, "pocket-2")
    assert listed_sessions(shell, "--person", "Amina", "--release", "pocket-1") == [listed]
    for filtered in (("--person", "bilal"), ("--release", "pocket-2"), ("--locale", "sw-KE")):
        assert listed_sessions(shell, *filtered) == []


def test_a_person_or_release_that_is_not_there_is_refused_with_those_that_are(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    hold(store, tmp_path / "clips")
    for filtered, complaint in (
        (("--person", "nobody"), "there is no person 'nobody'; people: amina"),
        (("--release", "nope"), "there is no release 'nope'; releases: pocket-1"),
    ):
        refused = shell("session", "list", *filtered)
        assert (refused.code, complaint in refused.err) == (2, True), refused.err


def test_a_list_that_is_cut_says_how_many_more_there_are(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    talk = hold(store, tmp_path / "clips")
    Talk(store, tmp_path / "clips", talk.person_id, "sw-KE")
    newest = Talk(store, tmp_path / "clips", talk.person_id, "en-US")
    cut = shell("session", "list", "--limit", "1", "--locale", "en-US", "--person", "amina")
    assert cut.out.splitlines()[-1] == "1 more; --limit 2 shows all"
    found = json.loads(shell("session", "list", "--limit", "1", "--json").out)
    assert (found["total"], [one["id"] for one in found["sessions"]]) == (3, [newest.id])
    assert "more;" not in shell("session", "list", "--release", "pocket-1").out


def test_a_session_is_shown_with_its_summary_and_turns(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    talk = hold(store, tmp_path / "clips")
    shown = json.loads(shell("session", "show", str(talk.id), "--json").out)
    assert shown["session"]["release_name"] == "pocket-1"
    assert shown["summary"]["hearing"] == {"unit": "word", "edits": 1, "n_units": 5}
    assert [turn["status"] for turn in shown["turns"]] == ["answered", "failed"]
    assert shown["turns"][0]["correction"]["text"] == TEXT
    printed = shell("session", "show", str(talk.id)).out
    assert "1 corrected: 0 all right, 1 misheard, 0 wrong intent, 0 wrong slots" in printed
    assert "WER 0.200 (1/5)" in printed
    assert "rated 2.00 of 5 (n=1)" in printed
    assert "[red]" in printed
    assert "\x1b[2J" not in printed


def test_a_session_that_is_not_there_is_a_data_error(shell: Shell, store: Store) -> None:
    done = shell("session", "show", "7")
    assert done.code == 2
    assert "there is no session 7; 'vernacular session list'" in done.err
