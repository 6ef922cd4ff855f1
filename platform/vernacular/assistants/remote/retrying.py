"""How long to wait before a server is asked again, and which answers are worth another try."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom

FIRST_WAIT_SECONDS = 0.5
MAX_WAIT_SECONDS = 20.0
MAX_RETRY_AFTER_SECONDS = 60.0
"""A server that wants to be left alone for longer is not waited for."""

_random = SystemRandom()


def is_passing(status: int) -> bool:
    """Returns whether a status says that the same request may well be answered later."""
    return status in (408, 429) or status >= 500


def wait_seconds(attempt: int, retry_after_seconds: float | None) -> float:
    """Returns how long to wait before another attempt.

    Exponential backoff with full jitter, so that those who were turned away together do not come
    back together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). What
    the server asks for is the least that is waited.

    Args:
        attempt: how many failed before, from 1.
        retry_after_seconds: what the server asked for, if it did.
    """
    ceiling = min(MAX_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1))
    jitter = _random.uniform(0.0, ceiling)
    return jitter if retry_after_seconds is None else retry_after_seconds + jitter


def read_retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """Returns the seconds that a ``Retry-After`` asks to wait; None where it says nothing usable.

    Args:
        header: a number of seconds or an HTTP date (RFC 9110, section 10.2.3).
        now: the time that a date is counted from; by default now.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            until = parsedate_to_datetime(header)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        seconds = (until - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
