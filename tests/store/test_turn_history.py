from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.told_turn import SAID, ToldTurn, tell_turn
from vernacular.store.database import Store
from vernacular.store.turn_history import find_turn_history


@pytest.fixture
def told(store: Store, tmp_path: Path) -> ToldTurn:
    return tell_turn(store, tmp_path / "clips")


def test_a_turn_is_found_by_the_name_of_its_utterance(store: Store, told: ToldTurn) -> None:
    with store.reading() as db:
        found = find_turn_history(db, "live", f"turn-{told.turn_id}")
        assert found is not None
        assert (found.turn.id, found.release, found.tester) == (told.turn_id, "pocket-1", "amina")
        assert [(one.text, author) for one, author in found.corrections][-1] == (SAID, "amina")
        assert [one.rating for one in found.judgments] == [4, 2]
        assert [one.release for one in found.replays] == ["worse", "newer", "early"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("massive-1.1", "turn-1"),
        ("live", "1"),
        ("live", "turn-01"),
        ("live", "turn-"),
        ("live", "turn-99"),
        ("live", f"turn-{2**31}"),
        ("live", "turn-" + "9" * 5000),
        ("live", "turn-١"),
    ],
)
def test_other_names_lead_to_no_turn(store: Store, told: ToldTurn, source: str, name: str) -> None:
    with store.reading() as db:
        assert find_turn_history(db, source, name) is None
