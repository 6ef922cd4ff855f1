from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vernacular.assistants.remote.retrying import (
    FIRST_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    is_passing,
    read_retry_after,
    wait_seconds,
)

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, NOON) == seconds


@pytest.mark.parametrize("attempt", [1, 2, 3, 30])
def test_waits_are_drawn_from_a_range_that_doubles_up_to_a_bound(attempt: int) -> None:
    ceiling = min(MAX_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
    waits = [wait_seconds(attempt, None) for _ in range(300)]
    assert 0 <= min(waits) < ceiling / 4
    assert ceiling * 3 / 4 < max(waits) <= ceiling


def test_nobody_comes_back_before_the_server_wants_it() -> None:
    assert all(wait_seconds(1, 7.0) >= 7.0 for _ in range(50))


def test_only_what_passes_is_tried_again() -> None:
    assert [
        one for one in (400, 401, 404, 408, 413, 422, 429, 500, 503, 529) if is_passing(one)
    ] == [
        408,
        429,
        500,
        503,
        529,
    ]
