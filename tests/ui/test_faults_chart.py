from __future__ import annotations

import faults_chart
from faults_chart import Bar


def bar(name: str, **shares: float) -> Bar:
    return Bar(name, {**dict.fromkeys(faults_chart.COLOURS, 0.0), **shares}, f"about {name}")


ROWS = [
    bar("Hindi", right=0.25, hearing=0.5, understanding=0.25),
    bar("Swahili", right=0.5, hearing=0.125, failed=0.375),
]


def test_the_parts_of_a_locale_are_stacked_to_the_whole() -> None:
    figure = faults_chart.bars(ROWS)
    assert figure.layout.barmode == "stack"
    assert [trace.x for trace in figure.data] == [(25, 50), (50, 12.5), (25, 0), (0, 37.5)]
    assert list(figure.layout.xaxis.range) == [0, 100]


def test_outcomes_differ_in_pattern_as_well_as_in_colour() -> None:
    markers = [trace.marker for trace in faults_chart.bars(ROWS).data]
    assert len({marker.color for marker in markers}) == len(markers)
    assert len({marker.pattern.shape for marker in markers}) == len(markers)
    assert faults_chart.COLOURS.keys() == faults_chart.PATTERNS.keys()


def test_the_first_row_is_at_the_top() -> None:
    axis = faults_chart.bars(ROWS).layout.yaxis
    assert axis.ticktext == ("Hindi", "Swahili")
    assert axis.range[0] > axis.range[1]


def test_what_is_not_there_carries_no_number() -> None:
    assert [trace.text for trace in faults_chart.bars(ROWS).data] == [
        ("25", "50"),
        ("50", "12"),
        ("25", ""),
        ("", "38"),
    ]


def test_fifty_locales_have_room_for_their_names() -> None:
    figure = faults_chart.bars([bar(str(i), right=1.0) for i in range(52)])
    assert figure.layout.height >= 52 * faults_chart.ROW_PX
