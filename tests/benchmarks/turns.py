"""What a live turn costs beside the assistant, which answers at once here, against other chats.

A plain Streamlit chat and Gradio's ask the same model host for the same answer in the same run. All
of it takes about ten minutes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks import turns_page, turns_sessions
from tests.benchmarks.figure import Figure
from tests.benchmarks.turns_page import Chat
from tests.benchmarks.turns_served import Served, serving
from tests.e2e.browser import open_browser

N_TURNS = 60
ROUNDS = 3
N_TESTERS = 50
N_TURNS_OF_EACH = 10
ALLOWED_MS = 500.0
ALLOWED_GROWTH = 130.0
EARLY, LATE = slice(2, 12), slice(-10, None)
"""The first two turns start a session and fill caches."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, serving(Path(name), N_TESTERS) as served:
        rounds = measure_pages(served)
        yield from compare_pages(rounds)
        yield from measure_sessions(served)


def measure_pages(served: Served) -> dict[str, list[list[float]]]:
    """Returns the milliseconds of each turn, for each chat round by round."""
    chats = [Chat(name, url, served.tokens[0]) for name, url in served.urls.items()]
    rounds: dict[str, list[list[float]]] = {chat.which: [] for chat in chats}
    with open_browser() as browser:
        for number in range(ROUNDS):
            # Each comes first once, in case the machine is quieter then.
            for chat in chats[number:] + chats[:number]:
                rounds[chat.which].append(turns_page.talk(browser, chat, N_TURNS))
    return rounds


def compare_pages(rounds: Mapping[str, list[list[float]]]) -> Iterator[Figure]:
    p50 = {which: median(chain.from_iterable(each)) for which, each in rounds.items()}
    what = f"a live turn in the page, p50 of {N_TURNS} turns"
    yield Figure(what, p50["ours"], p50["streamlit"], "ms", "a plain Streamlit chat (0.7 allowed)")
    yield Figure(what, p50["ours"], p50["gradio"], "ms", "Gradio's chat (1 allowed)")
    growth = {which: growth_of(each) for which, each in rounds.items()}
    what = "its turns 51-60, in percent of 3-12"
    yield Figure(what, growth["ours"], ALLOWED_GROWTH, "%", "what is allowed")
    yield Figure(what, growth["ours"], growth["streamlit"], "%", "the plain Streamlit chat's")
    yield Figure(what, growth["ours"], growth["gradio"], "%", "Gradio's")


def growth_of(rounds: list[list[float]]) -> float:
    """Returns how long late turns take in percent of early ones."""
    early, late = (
        median(chain.from_iterable(one[part] for one in rounds)) for part in (EARLY, LATE)
    )
    return 100 * late / early


def measure_sessions(served: Served) -> Iterator[Figure]:
    waits = {
        which: turns_sessions.talk(served.urls[which], served.tokens, N_TURNS_OF_EACH)
        for which in ("ours", "streamlit")
    }
    p50 = {which: median(each) for which, each in waits.items()}
    p95 = {which: quantiles(each, n=20, method="inclusive")[-1] for which, each in waits.items()}
    what = f"{N_TESTERS} testers at once, p95 of a turn"
    peer_is = "the plain Streamlit chat under the same"
    yield Figure(what, p95["ours"], ALLOWED_MS, "ms", "what is allowed")
    yield Figure(what, p95["ours"], p95["streamlit"], "ms", peer_is)
    yield Figure("the same, p50", p50["ours"], p50["streamlit"], "ms", peer_is)
