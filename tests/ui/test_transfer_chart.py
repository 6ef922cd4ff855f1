from __future__ import annotations

import transfer_chart
from transfer_chart import Dot


def dot(name: str, rate: float | None, is_trained: bool | None = True, **more: object) -> Dot:
    low, high = (None, None) if rate is None else (rate - 0.02, rate + 0.03)
    return Dot(name, rate, low, high, is_trained, name, **more)  # type: ignore[arg-type]


ROWS = [
    dot("Georgian", 0.05, False),
    dot("German", 0.75),
    dot("English", 0.8, is_english=True),
    dot("Swahili", None, False),
]


def test_trained_and_unseen_locales_differ_in_shape_and_colour() -> None:
    trained, unseen = transfer_chart.dots(ROWS, 0.775, 0.8, "unscored").data
    assert (trained.y, unseen.y) == ((1, 2), (0,))
    assert trained.marker.symbol != unseen.marker.symbol
    assert trained.marker.color != unseen.marker.color
    assert set(transfer_chart.SIGNS) == set(transfer_chart.COLOURS) == {True, False, None}


def test_whiskers_reach_to_the_bounds_of_the_interval() -> None:
    trained = transfer_chart.dots(ROWS, None, None, "").data[0]
    assert [round(x, 6) for x in trained.error_x.array] == [3.0, 3.0]
    assert [round(x, 6) for x in trained.error_x.arrayminus] == [2.0, 2.0]
    assert not trained.error_x.symmetric


def test_the_first_row_is_at_the_top_and_what_matters_is_bold() -> None:
    axis = transfer_chart.dots(ROWS, None, None, "unscored").layout.yaxis
    assert axis.ticktext == (
        "<b>Georgian</b>",
        "German",
        "<b>English</b>",
        "<b>Swahili: unscored</b>",
    )
    assert axis.range[0] > axis.range[1]


def test_a_line_stands_at_the_trained_mean_and_another_at_english() -> None:
    solid, dotted = transfer_chart.dots(ROWS, 0.775, 0.8, "").layout.shapes
    assert (solid.x0, solid.line.dash) == (77.5, "solid")
    assert (dotted.x0, dotted.line.dash) == (80.0, "dot")
    assert transfer_chart.dots(ROWS, None, None, "").layout.shapes == ()


def test_a_rate_without_an_interval_has_no_whisker() -> None:
    alone = Dot("German", 0.75, None, None, None, "")
    trace = transfer_chart.dots([alone], None, None, "").data[0]
    assert (trace.error_x.array[0], trace.marker.symbol) == (0.0, "circle-open")
