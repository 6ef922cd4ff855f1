"""The drawing of the zero-shot view."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.comparison.runs import a_run, with_counts
from tests.reports.made_reports import HOSTILE, a_heard_run
from tests.reports.transfer.test_words import RUN, found
from vernacular.reports.transfer.plot import LEFT, RIGHT, Plot, plot_transfer, render_svg

SVG = "{http://www.w3.org/2000/svg}"


def x_of(plot: Plot, tag: str) -> float:
    place = next(dot.x for dot in plot.dots if tag in dot.name)
    assert place is not None
    return place


def test_a_better_locale_stands_further_to_the_right_and_the_worst_at_the_top() -> None:
    plot = plot_transfer(found())
    assert x_of(plot, "ka-GE") < x_of(plot, "sw-KE") < x_of(plot, "de-DE") < x_of(plot, "en-US")
    assert plot.dots[0].name == "Georgian ka-GE"
    assert [dot.y for dot in plot.dots] == sorted(dot.y for dot in plot.dots)


def test_everything_lies_on_the_scale_and_its_numbers_are_where_they_say() -> None:
    plot = plot_transfer(found())
    for dot in plot.dots:
        assert dot.low is not None and dot.x is not None and dot.high is not None
        assert LEFT <= dot.low <= dot.x <= dot.high <= RIGHT
    ticks = {tick.label: tick.x for tick in plot.ticks}
    # sw-KE is right in half of its utterances.
    assert x_of(plot, "sw-KE") == pytest.approx((ticks["40"] + ticks["60"]) / 2, abs=0.1)


def test_the_lines_are_english_and_the_mean_of_the_trained() -> None:
    plot = plot_transfer(found())
    assert plot.english is not None and plot.trained is not None
    assert (plot.english.x, plot.english.label) == (x_of(plot, "en-US"), "English 90.0")
    assert plot.trained.label == "mean of trained 82.5"
    silent = plot_transfer(found(trained=None))
    assert (silent.trained, silent.groups) == (None, ("unknown",))


def test_trained_and_unseen_locales_differ_in_shape() -> None:
    drawing = ET.fromstring(render_svg(found()))  # noqa: S314 - our own drawing
    rows = {row.findtext(f"{SVG}text"): row for row in drawing.findall(f"{SVG}g")}
    assert rows["Georgian ka-GE"].find(f"{SVG}circle") is None
    assert rows["German de-DE"].find(f"{SVG}circle") is not None
    assert "to trained -57.5" in (rows["Georgian ka-GE"].findtext(f"{SVG}title") or "")


def test_error_rates_above_one_keep_the_scale_readable() -> None:
    edits = {"en-US": [0] * 119 + [1], "ka-GE": [100] * 60 + [200] * 60}
    plot = plot_transfer(found(a_heard_run(edits), ("en-US",), "wer"))
    assert len(plot.ticks) <= 12
    assert all(LEFT <= (dot.x or LEFT) <= RIGHT for dot in plot.dots)


def test_a_locale_without_a_rate_is_said_to_be_unscored() -> None:
    run = a_run({"en-US": [1, 0] * 60, "ka-GE": [0] * 120})
    unscored = run.counts["fn"] * (run.locale == 0)
    one = found(with_counts(run, fn=unscored), ("en-US",), "slot_micro_f1")
    assert next(dot.x for dot in plot_transfer(one).dots if "ka-GE" in dot.name) is None
    assert ">unscored<" in render_svg(one)


def test_the_name_of_a_suite_stays_text() -> None:
    text = render_svg(found(replace(RUN, suite="<script>&")))
    assert "<script>" not in text
    assert "over &lt;script&gt;&amp;, run 1" in text
    assert "<script>" not in render_svg(found(replace(RUN, suite=HOSTILE)))
