"""The part of the release page that shows what two releases cost beside how good they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.evaluation.situations import prepare_suite, run_release
from tests.ui.pages import Visitor, html, open_page, read
from vernacular.store.runs import find_run
from vernacular.store.tables import Result
from vernacular.wiring import Wiring

SignIn = Callable[..., Visitor]


def breaks_hindi(locale: str, number: int) -> bool:
    return locale == "hi-IN" and number <= 60


@pytest.fixture
def weighed(wiring: Wiring, sign_in: SignIn, tmp_path: Path) -> Wiring:
    """``small`` is half as large and 3.1 times as fast as ``large``, and wrong in Hindi."""
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=240)
    cost(wiring, run_release(wiring.store, "large"), 31.0, 40_000_000)
    cost(wiring, run_release(wiring.store, "small", breaks_hindi), 10.0, 20_000_000)
    return wiring


def cost(wiring: Wiring, run_id: int, seconds: float, weights: int | None, **more: object) -> None:
    """Writes what a run of 480 utterances cost over what was measured."""
    with wiring.store.writing() as db:
        run = find_run(db, run_id)
        run.answering_seconds, run.weights_bytes = seconds, weights
        for name, value in more.items():
            setattr(run, name, value)


def sentence() -> str:
    return html(open_page("releases", release="small", baseline="large"), "v-plain")[0]


def rows() -> dict[str, str]:
    """Returns the rows of the table, by what they begin with."""
    (table,) = html(open_page("releases", release="small", baseline="large"), "v-figures")
    found = table.split("<tbody>")[1].split('<tr><th scope="row">')[1:]
    return dict(row.split("</th>", 1) for row in found)


def test_a_sentence_weighs_size_and_speed_against_quality(weighed: Wiring) -> None:
    assert sentence() == (
        '<div class="v-plain"><bdi>small</bdi> beside <bdi>large</bdi>: half the size, '
        "\u20663.1\u2069 times as fast. Intent accuracy: \u206612.5\u2069 points worse on average; "
        "worst: \u2066Hindi (India)\u2069, \u2066−25.0\u2069 points.</div>"
    )


def test_the_same_is_said_in_arabic(weighed: Wiring, sign_in: SignIn) -> None:
    sign_in(login="layla", language="ar")
    said = sentence()
    assert "بنصف الحجم، بسرعة تعادل \u20663.1\u2069 ضعف سرعته." in said
    assert "أسوأ في المتوسط بمقدار \u206612.5\u2069 نقطة" in said


def test_figures_and_quality_stand_side_by_side(weighed: Wiring) -> None:
    found = rows()
    assert found["Size of the weights"].index("40.0") < found["Size of the weights"].index("20.0")
    assert "\u206615.5\u2069" in found["Utterances in one second"]
    assert "\u206648.0\u2069" in found["Utterances in one second"]
    assert "worst: \u2066Hindi\u2069, \u206675.0" in found["Intent accuracy, mean"]
    assert "<bdi>p50</bdi> <bdi>1.5</bdi> ms" in found["Time to answer"]
    assert found["Time to answer"].count("v-spread-most") == 2
    assert "Speech heard in one second" not in found


def test_what_was_not_recorded_is_said_and_not_guessed(weighed: Wiring) -> None:
    cost(weighed, 1, 31.0, None, n_parameters=None, peak_memory_bytes=None)
    assert "large</bdi>: \u20663.1\u2069 times as fast." in sentence()
    found = rows()
    assert found["Most memory held"].count("not recorded") == 1
    assert "not recorded" in found["Parameters"] and "\u20663\u2069" in found["Parameters"]


def test_speeds_of_different_devices_are_not_compared(weighed: Wiring) -> None:
    cost(weighed, 1, 31.0, 40_000_000, device="cuda")
    assert "half the size. Intent" in sentence()
    at = open_page("releases", release="small", baseline="large")
    assert "ran on different devices" in read(at)


@pytest.mark.parametrize(
    ("seconds", "weights", "said"),
    [
        (62.0, 50_000_000, "\u20661.2\u2069 times the size, half as fast."),
        (31.5, 40_000_000, "the same size, as fast."),
        (40.0, 30_000_000, "\u206675.0\N{NO-BREAK SPACE}%\u2069 of the size, \u206677.5"),
    ],
)
def test_ratios_are_said_in_the_words_that_fit(
    weighed: Wiring, seconds: float, weights: int, said: str
) -> None:
    cost(weighed, 2, seconds, weights)
    assert said in sentence()


def test_without_a_baseline_the_release_stands_alone(weighed: Wiring) -> None:
    at = open_page("releases", release="small", baseline="-")
    assert html(at, "v-plain") == []
    (table,) = html(at, "v-figures")
    assert "20.0" in table and "40.0" not in table


def test_where_nothing_was_recorded_no_table_is_drawn(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=6)
    run_id = run_release(wiring.store, "first")
    nothing = dict.fromkeys(("n_parameters", "peak_memory_bytes", "answering_seconds"))
    cost(wiring, run_id, 1.0, None, **nothing)
    forget_latencies(wiring)
    at = open_page("releases")
    assert "What it cost was not recorded" in read(at)
    assert html(at, "v-figures") == []


def forget_latencies(wiring: Wiring) -> None:
    with wiring.store.writing() as db:
        db.execute(update(Result).values(latency_ms=None))


def test_few_utterances_say_so_instead_of_a_mean(
    wiring: Wiring, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in()
    prepare_suite(wiring.store, tmp_path / "corpus", n=6)
    for name in ("large", "small"):
        cost(wiring, run_release(wiring.store, name), 1.0, 10)
    assert "No locale has enough utterances to say how the quality compares." in sentence()


def test_a_failure_of_this_part_leaves_the_others(
    weighed: Wiring, broken_store: Callable[[str], None]
) -> None:
    broken_store("list_costs")
    at = open_page("releases", release="small", baseline="large")
    assert "Something went wrong on our side." in at.error[0].value
    assert "What it makes of locales it never saw" in read(at)


def test_times_of_replies_are_shown_where_a_run_has_them(weighed: Wiring) -> None:
    with weighed.store.writing() as db:
        db.execute(update(Result).values(nlu_ms=1.0, reply_ms=0.5, tts_ms=3.5, latency_ms=5.0))
    found = rows()
    assert "<bdi>p95</bdi> <bdi>0.5</bdi> ms" in found["Time to find a reply"]
    assert "<bdi>p50</bdi> <bdi>3.5</bdi> ms" in found["Time to speak the reply"]


def test_times_of_utterances_asked_alone_are_not_held_against_shares_of_batches(
    weighed: Wiring,
) -> None:
    with weighed.store.writing() as db:
        find_run(db, 2).asked_alone = True
    assert "times as fast" not in sentence()
    page = read(open_page("releases", release="small", baseline="large"))
    assert "asked alone" in page
    assert "times are what a person would wait for" in page
    assert "were taken in different ways and do not compare" in page


def test_a_run_that_replied_too_is_not_called_slower(weighed: Wiring) -> None:
    with weighed.store.writing() as db:
        find_run(db, 2).has_replies = True
    assert "times as fast" not in sentence()
    assert "half the size" in sentence()
    page = read(open_page("releases", release="small", baseline="large"))
    assert "One of the two was asked for replies as well" in page
