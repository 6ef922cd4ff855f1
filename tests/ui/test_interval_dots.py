from __future__ import annotations

import plotly.graph_objects as go

import interval_dots
from interval_dots import Dot


def test_whiskers_reach_to_the_bounds_and_nowhere_without_any() -> None:
    drawn = interval_dots.trace(
        [Dot(0, 50.0, 40.0, 70.0, "known"), Dot(1, 30.0, None, None, "alone")],
        symbol="circle",
        size=9,
        colour="#000000",
    )
    assert (drawn.x, drawn.y) == ((50.0, 30.0), (0, 1))
    assert (drawn.error_x.arrayminus, drawn.error_x.array) == ((10.0, 0.0), (20.0, 0.0))
    assert not drawn.error_x.symmetric


def test_every_name_has_a_row_of_the_same_height_the_first_at_the_top() -> None:
    few, many = go.Figure(), go.Figure()
    interval_dots.lay_out(few, ["first", "second"], row_px=30)
    interval_dots.lay_out(many, ["first", "second", "third"], row_px=30)
    assert few.layout.yaxis.ticktext == ("first", "second")
    top, bottom = few.layout.yaxis.range[::-1]
    assert top < few.layout.yaxis.tickvals[0] < few.layout.yaxis.tickvals[1] < bottom
    assert many.layout.height - few.layout.height == 30
