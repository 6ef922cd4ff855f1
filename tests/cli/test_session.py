"""What engineers see of live sessions."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import Shell
from tests.clips.recordings import record
from tests.evaluation.session_situations import Talk, prepare_release
from tests.live.conversation import TEXT
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


def test_without_sessions_the_list_says_where_people_talk(shell: Shell, store: Store) -> None:
    done = shell("session", "list")
    assert done.code == 0
    assert "'vernacular serve ui'" in done.out
    assert json.loads(shell("session", "list", "--json").out) == []


def test_sessions_are_listed_with_who_and_with_what(
    shell: Shell, store: Store, tmp_path: Path
) -> None:
    hold(store, tmp_path / "clips")
    (listed,) = json.loads(shell("session", "list", "--json", "--locale", "en-us").out)
    assert (listed["login"], listed["release"], listed["locale"]) == ("amina", "pocket-1", "en-US")
    assert (listed["n_turns"], listed["n_spoken"], listed["n_corrected"]) == (2, 1, 1)
    assert listed["started_at"].endswith("Z")
    assert "amina" in shell("session", "list").out
    for filtered in (("--person", "bilal"), ("--release", "pocket-2"), ("--locale", "sw-KE")):
        assert json.loads(shell("session", "list", "--json", *filtered).out) == []


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
