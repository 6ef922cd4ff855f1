"""The part of the release page that shows which stage lost the intents of a run that heard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import prepare_suite, run_release
from tests.evaluation.voice_situations import ListeningAssistant
from tests.ui.pages import Visitor, html, open_page, read
from tests.ui.spoken import prepare, run_by_voice
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


@pytest.fixture
def heard(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> Wiring:
    """Four utterances in two locales: 2 is misheard, 3 is wrong as text in Arabic, too."""
    sign_in()
    clips = prepare(wiring, tmp_path)

    def is_wrong(tag: str, number: int) -> bool:
        return (tag, number) == ("ar-SA", 3)

    run_by_voice(wiring.store, clips, "ears", ListeningAssistant(is_wrong, mishears=(2,)))
    return wiring


def drawn(at: AppTest) -> dict[str, Any]:
    """Returns the drawing of the faults as Plotly gets it."""
    figures = [json.loads(one.proto.spec) for one in at.get("plotly_chart")]
    (figure,) = (one for one in figures if one["data"][0]["type"] == "bar")
    return dict(figure)


def test_a_sentence_says_which_stage_loses_what(heard: Wiring) -> None:
    (said,) = html(open_page("releases"), "v-plain")
    percent = "\N{NO-BREAK SPACE}%\u2069"
    assert f"\u206662.5{percent} of the intents came out right" in said
    assert f"\u206625.0{percent} were lost by hearing and \u206612.5{percent} by" in said
    assert f"Had every word been heard, \u206687.5{percent} would be right." in said
    assert "failed" not in said


def test_the_same_is_said_in_arabic(heard: Wiring, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    (said,) = html(open_page("releases"), "v-plain")
    assert "وضاع في \u206625.0" in said and "عند السمع" in said
    assert "أين يضيع القصد" in read(open_page("releases"))


def test_every_locale_is_a_bar_of_what_became_of_its_intents(heard: Wiring) -> None:
    figure = drawn(open_page("releases"))
    names = [name.strip("\u2066\u2069") for name in figure["layout"]["yaxis"]["ticktext"]]
    assert sorted(names) == ["Arabic", "Swahili"]
    right, hearing, understanding, failed = (trace["x"] for trace in figure["data"])
    arabic = names.index("Arabic")
    assert (right[arabic], hearing[arabic], understanding[arabic]) == (50, 25, 25)
    assert failed == [0, 0]


def test_the_numbers_stand_in_a_table_too(heard: Wiring) -> None:
    tables = html(open_page("releases"), 'aria-label="Where intents are lost"')
    assert len(tables) == 1
    last = tables[0].split("<tr>")[-1]
    assert "All together" in last
    assert "62.5" in last and '<bdi class="v-muted">5</bdi>' in last


def test_what_failed_is_no_fault_of_hearing(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    clips = prepare(wiring, tmp_path)
    for path in tmp_path.glob("clips/*/*"):
        path.unlink()
    run_by_voice(wiring.store, clips, "ears")
    (said,) = html(open_page("releases"), "v-plain")
    assert "\u2066100.0\N{NO-BREAK SPACE}%\u2069 failed without an answer." in said
    assert "Hearing loses most" not in said


def test_a_run_over_text_has_no_such_part(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=6)
    run_release(wiring.store, "first")
    assert "Where intents are lost" not in read(open_page("releases"))
