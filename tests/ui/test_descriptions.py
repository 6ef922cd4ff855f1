"""What a manifest says of its release is seen wherever the release is chosen or shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.store.measured import write_release, write_run, write_suite
from tests.ui.pages import Visitor, html, open_page
from vernacular.store.releases import find_release
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]

WARNING = "knows synthetic voices only, <for> demonstration"
SHOWN = '<bdi dir="auto">knows synthetic voices only, &lt;for&gt; demonstration</bdi>'


@pytest.fixture
def described(wiring: Wiring, sign_in: SignIn) -> Wiring:
    """``loud`` says what it is, ``quiet`` does not; both have run."""
    sign_in(language="ar")
    write_suite(wiring.store, items={"sw-KE": 200})
    for day, name in enumerate(("quiet", "loud"), start=1):
        release = write_release(wiring.store, name, day)
        write_run(wiring.store, release, rates={("intent_acc", "sw-KE"): 0.5})
    with wiring.store.writing() as db:
        loud = find_release(db, "loud")
        loud.manifest = {**loud.manifest, "description": WARNING}
    return wiring


def test_where_a_release_and_its_baseline_are_chosen(described: Wiring) -> None:
    at = open_page("releases", release="loud", baseline="-")
    assert len(html(at, SHOWN)) == 1
    at.selectbox(key="releases.candidate").set_value("quiet").run()
    assert html(at, "v-described") == []
    at.selectbox(key="releases.baseline").set_value("loud").run()
    assert len(html(at, SHOWN)) == 1


def test_in_its_row_of_the_leaderboard(described: Wiring) -> None:
    ranking, _ = html(open_page("leaderboard"), "v-table")
    assert ranking.count("v-described") == 1 and SHOWN in ranking


def test_before_and_while_somebody_talks_with_it(described: Wiring) -> None:
    with described.store.writing() as db:
        for name in ("loud", "quiet"):
            release = find_release(db, name)
            release.manifest = {**release.manifest, "imported": False}
    at = open_page()
    assert len(html(at, SHOWN)) == 1
    at.chat_input(key="live.input").set_value("habari").run()
    assert at.query_params["session"] == "1"
    assert len(html(at, SHOWN)) == 1
    at.button(key="live.new").click().run()
    at.selectbox(key="live.release").set_value("quiet").run()
    assert html(at, "v-described") == []
