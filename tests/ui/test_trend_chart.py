from __future__ import annotations

import trend_chart
from trend_chart import Line, Mark


def mark(rate: float | None, half: float | None = 0.02) -> Mark:
    if rate is None or half is None:
        return Mark(rate, None, None, "")
    return Mark(rate, rate - half, rate + half, f"{rate}")


def line(*rates: float | None) -> Line:
    return Line("Swahili", [mark(rate) for rate in rates])


def test_a_rate_is_drawn_in_percent_and_a_gap_stays_a_gap() -> None:
    figure = trend_chart.trend([line(0.8, None, 0.9)], ["a", "b", "c"], [None] * 3, "Gate")
    assert figure.data[-1].y == (80.0, None, 90.0)


def test_the_band_spans_no_gap() -> None:
    figure = trend_chart.trend([line(0.8, 0.81, None, 0.9)], list("abcd"), [None] * 4, "Gate")
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [band.x for band in bands] == [(0, 1, 1, 0)]
    alone = figure.data[1]
    assert (alone.x, [round(y) for y in alone.y]) == ((3, 3), [88, 92])


def test_each_locale_has_a_panel_with_its_own_scale() -> None:
    lines = [line(0.5, 0.52), line(0.9, 0.95)]
    figure = trend_chart.trend(lines, ["a", "b"], [None, None], "Gate")
    low, high = figure.layout.yaxis.range, figure.layout.yaxis2.range
    assert low[1] < 56 and high[0] > 86
    assert len(figure.layout.annotations) == 2


def test_noise_does_not_fill_the_panel() -> None:
    figure = trend_chart.trend(
        [Line("x", [mark(0.9, 0.001), mark(0.901, 0.001)])], ["a", "b"], [None, None], "Gate"
    )
    low, high = figure.layout.yaxis.range
    assert high - low >= trend_chart.MIN_SPAN


def test_verdicts_are_signs_in_one_row_at_their_releases() -> None:
    figure = trend_chart.trend(
        [line(0.8, 0.8, 0.8)], ["a", "b", "c"], [None, "REGRESSED", "PASS"], "Gate"
    )
    gate = figure.data[0]
    assert (gate.x, gate.text) == ((1, 2), ("▼", "✓"))
    assert [one.text for one in figure.layout.annotations] == ["Gate", "Swahili"]


def test_without_a_verdict_there_is_no_row_for_the_gate() -> None:
    figure = trend_chart.trend([line(0.8)], ["a"], [None], "Gate")
    assert [one.text for one in figure.layout.annotations] == ["Swahili"]


def test_of_many_releases_a_few_are_named_and_always_the_newest() -> None:
    names = [f"release-{number}" for number in range(100)]
    figure = trend_chart.trend([line(*[0.5] * 100)], names, [None] * 100, "Gate")
    axis = figure.layout.xaxis
    assert len(axis.ticktext) <= trend_chart.MAX_LABELS
    assert (axis.tickvals[-1], axis.ticktext[-1]) == (99, "release-99")


def test_a_long_name_is_cut() -> None:
    figure = trend_chart.trend([line(0.5)], ["assistant-2026-11-23-rc1"], [None], "Gate")
    assert figure.layout.xaxis.ticktext == ("assistant-2026-…",)


def test_a_locale_without_any_rate_has_an_empty_panel() -> None:
    figure = trend_chart.trend([line(None, None)], ["a", "b"], [None, None], "Gate")
    assert figure.layout.yaxis.range == (0.0, 100.0)
