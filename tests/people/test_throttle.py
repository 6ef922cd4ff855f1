from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from vernacular.people.throttle import Throttle


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_attempts_above_the_limit_have_to_wait_until_the_first_is_old() -> None:
    clock = Clock()
    throttle = Throttle(limit=3, window_seconds=300, clock=clock)
    assert [throttle.take("amina") for _ in range(3)] == [0, 0, 0]
    clock.now += 100
    assert throttle.take("amina") == 200
    clock.now += 200
    assert throttle.take("amina") == 0


def test_waiting_attempts_do_not_make_the_wait_longer() -> None:
    clock = Clock()
    throttle = Throttle(limit=1, window_seconds=300, clock=clock)
    throttle.take("amina")
    for _ in range(10):
        throttle.take("amina")
    clock.now += 300
    assert throttle.take("amina") == 0


def test_keys_are_counted_apart() -> None:
    throttle = Throttle(limit=1, window_seconds=300)
    throttle.take("amina")
    assert throttle.take("amina") > 0
    assert throttle.take("baraka") == 0


def test_a_success_is_given_back_and_a_login_is_forgotten() -> None:
    throttle = Throttle(limit=2, window_seconds=300)
    for _ in range(10):
        assert throttle.take("office") == 0
        throttle.give_back("office")
    throttle.take("amina")
    throttle.take("amina")
    throttle.forget("amina")
    assert throttle.take("amina") == 0


def test_attempts_at_the_same_moment_cannot_slip_through_together() -> None:
    throttle = Throttle(limit=10, window_seconds=300)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(throttle.take, ["amina"] * 200))
    assert waits.count(0.0) == 10


def test_strangers_cannot_fill_the_memory() -> None:
    throttle = Throttle(limit=1, window_seconds=300, max_keys=100)
    for number in range(1_000):
        throttle.take(f"guess {number}")
    assert len(throttle._attempts) == 100
    assert throttle.take("guess 999") > 0
