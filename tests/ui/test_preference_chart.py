from __future__ import annotations

import preference_chart
from preference_chart import Dot

ROWS = (
    Dot("new", 0.5, 0.2, 0.9, "new, in detail"),
    Dot("old", -0.5, -0.9, -0.2, "old, in detail"),
    Dot("stray", -1.5, None, None, "stray, in detail"),
)


def test_every_release_has_a_dot_and_its_interval_the_first_at_the_top() -> None:
    figure = preference_chart.dots(ROWS)
    (trace,) = figure.data
    assert list(trace.x) == [0.5, -0.5, -1.5]
    lows = [x - below for x, below in zip(trace.x, trace.error_x.arrayminus, strict=True)]
    highs = [x + above for x, above in zip(trace.x, trace.error_x.array, strict=True)]
    assert [round(low, 9) for low in lows] == [0.2, -0.9, -1.5]
    assert [round(high, 9) for high in highs] == [0.9, -0.2, -1.5]
    assert list(figure.layout.yaxis.ticktext) == ["new", "old", "stray"]
    first, last = figure.layout.yaxis.range
    assert first > last


def test_a_strength_without_an_interval_is_an_open_circle() -> None:
    (trace,) = preference_chart.dots(ROWS).data
    assert list(trace.marker.symbol) == ["circle", "circle", "circle-open"]
