"""The part of the release page that shows what a release makes of locales it never saw."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluation.situations import nothing, prepare_suite
from tests.evaluation.test_transfer import LOCALES, add_run, fails_in_swahili
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]
AddRelease = Callable[..., None]


@pytest.fixture
def add(wiring: Wiring, tmp_path: Path) -> AddRelease:
    """Adds the release ``first``, trained on what is named, wrong in 90 of 120 in Swahili."""
    prepare_suite(wiring.store, tmp_path / "corpus", 120, LOCALES)

    def add_it(*trained: str, is_wrong: Any = fails_in_swahili) -> None:
        add_run(wiring.store, "first", {"trained_locales": list(trained)}, is_wrong)

    return add_it


def sentence(at: AppTest) -> str:
    (said,) = html(at, "v-transfer")
    return said


def drawn(at: AppTest) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(at.get("plotly_chart")[-1].proto.spec)
    return figure


def test_a_sentence_says_how_far_the_unseen_locales_are(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("en-US", "hi-IN")
    said = sentence(open_page("releases"))
    assert "1 locale it never saw: on average \u206675.0\u2069 points worse than those" in said
    assert "Interval at 95 percent: \u2066−8" in said
    assert "Worst: \u2066Swahili (Kenya)\u2069, \u206625.0\N{NO-BREAK SPACE}%\u2069." in said


def test_the_same_is_said_in_arabic(sign_in: SignIn, add: AddRelease) -> None:
    sign_in(language="ar")
    add("en-US")
    said = sentence(open_page("releases"))
    assert "لغتان لم يُدرَّب عليهما: الأداء فيها أسوأ في المتوسط بمقدار \u206637.5\u2069 نقطة" in said
    assert "\u2067السواحلية (كينيا)\u2069" in said


def test_the_worst_locale_is_drawn_first_with_english_and_the_trained_mean(
    sign_in: SignIn, add: AddRelease
) -> None:
    sign_in()
    add("en-US", "hi-IN")
    at = open_page("releases")
    names = [name.strip("<b>/\u2066\u2069") for name in drawn(at)["layout"]["yaxis"]["ticktext"]]
    assert names[0] == "Swahili"
    assert len(drawn(at)["layout"]["shapes"]) == 2
    legend = read(at)
    assert "never seen" in legend and "English: \u2066100.0" in legend
    assert "mean of those it was trained on: \u2066100.0" in legend


def test_another_metric_can_be_chosen_and_linked_to(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("en-US", "hi-IN")
    at = open_page("releases")
    before = sentence(at)
    at.segmented_control(key="releases.transfer").set_value("slot_micro_f1").run()
    assert at.query_params["transfer"] == "slot_micro_f1"
    changed = sentence(at)
    assert changed != before
    assert sentence(open_page("releases", transfer="slot_micro_f1")) == changed


def test_a_small_difference_is_called_none(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("en-US", "hi-IN", is_wrong=lambda tag, i: i == (1 if tag == "sw-KE" else 2))
    assert "1 locale it never saw: no clear difference to" in sentence(open_page("releases"))


def test_what_is_better_is_not_called_worse(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("sw-KE")
    said = sentence(open_page("releases"))
    assert "2 locales it never saw: on average \u206675.0\u2069 points better" in said


def test_a_release_that_saw_every_locale_says_so(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("en", "hi", "sw", is_wrong=nothing)
    assert "It was trained on every locale of this suite." in sentence(open_page("releases"))


def test_a_release_that_saw_none_of_the_suite_says_so(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("fr-FR")
    assert "It was trained on no locale of this suite." in sentence(open_page("releases"))


def test_too_few_utterances_of_what_it_never_saw_are_no_proof_that_it_saw_all(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", 4, LOCALES)
    add_run(wiring.store, "first", {"trained_locales": ["en-US"]})
    said = sentence(open_page("releases"))
    assert "It was trained on" not in said and "Too few utterances to be in the mean" in said


def test_a_silent_manifest_says_what_to_do_and_english_remains(
    sign_in: SignIn, add: AddRelease
) -> None:
    sign_in()
    add()
    at = open_page("releases")
    assert "The manifest of first does not say which locales it was trained on." in read(at)
    assert "`trained_locales`" in read(at)
    assert html(at, "v-transfer") == []
    assert len(drawn(at)["layout"]["shapes"]) == 1, "the line of English"


def test_the_numbers_stand_in_a_table_too(sign_in: SignIn, add: AddRelease) -> None:
    sign_in()
    add("en-US", "hi-IN")
    (table,) = html(open_page("releases"), "Against English")
    first = table.split("<tbody>")[1].split("</tr>")[0]
    assert "Swahili" in first and "never seen" in first and "\u2066−75.0\u2069 points" in first


def test_a_failure_of_this_part_leaves_the_heat_map(
    sign_in: SignIn, add: AddRelease, broken_store: Callable[[str], None]
) -> None:
    sign_in()
    add("en-US")
    broken_store("transfer")
    at = open_page("releases")
    assert at.get("plotly_chart") and "Something went wrong on our side." in at.error[0].value
