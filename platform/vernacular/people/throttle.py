"""Slows down guessing: so many attempts per key and window, then a wait.

The counts live in this process. With several processes a guesser gets as many times the attempts,
which is still far too few to guess a password.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

MAX_KEYS = 10_000


class Throttle:
    """Counts attempts in a sliding window; safe to use from many threads."""

    def __init__(
        self,
        limit: int,
        window_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        max_keys: int = MAX_KEYS,
    ) -> None:
        self._limit = limit
        self._window_seconds = window_seconds
        self._clock = clock
        self._max_keys = max_keys
        self._attempts: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> float:
        """Counts an attempt; returns 0, or the seconds to wait where there were too many.

        It is counted before its outcome is known, so that attempts made at once cannot slip
        through together; ``give_back`` takes one that succeeded out of the count.
        """
        now = self._clock()
        with self._lock:
            attempts = self._attempts.setdefault(key, deque())
            self._attempts.move_to_end(key)
            while attempts and attempts[0] <= now - self._window_seconds:
                attempts.popleft()
            if len(attempts) >= self._limit:
                return attempts[0] + self._window_seconds - now
            attempts.append(now)
            # Forgetting the key longest unused bounds the memory that strangers can fill.
            while len(self._attempts) > self._max_keys:
                self._attempts.popitem(last=False)
        return 0.0

    def give_back(self, key: str) -> None:
        """Takes the newest attempt out of the count, because it succeeded."""
        with self._lock:
            attempts = self._attempts.get(key)
            if attempts:
                attempts.pop()

    def forget(self, key: str) -> None:
        """Clears a key's count."""
        with self._lock:
            self._attempts.pop(key, None)
