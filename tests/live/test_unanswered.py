from __future__ import annotations

import asyncio

import pytest

from tests.hosting.situations import Echo
from vernacular.errors import ModelUnavailable, NotFound
from vernacular.hosting.limits import Limits
from vernacular.hosting.metrics import HostMetrics
from vernacular.hosting.releases.loading import Releases
from vernacular.live.unanswered import is_starting


async def refuse_while_loading() -> str:
    """Returns what a host says of a release that it has only begun to load."""
    releases = Releases(lambda _: pytest.fail(), limits=Limits(), metrics=HostMetrics())
    releases.begin("pocket-1", Echo)
    try:
        with pytest.raises(ModelUnavailable) as raised:
            releases.find_batcher("pocket-1")
        with pytest.raises(NotFound) as missing:
            releases.find_batcher("pocket-2")
    finally:
        await releases.stop()
    assert not is_starting(str(missing.value))
    return str(raised.value)


def test_a_host_that_is_starting_is_known_by_what_it_says() -> None:
    detail = asyncio.run(refuse_while_loading())
    assert is_starting(detail)
    assert is_starting(f"the model host answered 503: {detail}")


@pytest.mark.parametrize(
    "error",
    [
        "the model host at http://127.0.0.1:8710 does not answer",
        "the model host at http://127.0.0.1:8710 took too long",
        "release 'pocket-1' could not be loaded: there is no folder weights",
    ],
)
def test_a_host_that_is_away_or_cannot_load_is_not_starting(error: str) -> None:
    assert not is_starting(error)
