from __future__ import annotations

import pytest

import charts


def cell(locale: str, metric: str, **values: object) -> charts.Cell:
    known = {"rate": None, "delta": None, "verdict": None, "details": "", **values}
    return charts.Cell(
        locale=locale,
        locale_name=locale,
        metric=metric,
        metric_name=metric,
        **known,  # type: ignore[arg-type]
    )


CELLS = [
    cell("hi-IN", "intent_acc", rate=0.5, delta=-0.1, verdict="REGRESSED"),
    cell("hi-IN", "slot_micro_f1"),
    cell("sw-KE", "intent_acc", rate=0.9, delta=0.02, verdict="PASS"),
]


@pytest.mark.parametrize(
    ("show", "words"),
    [("rate", ("50.0", "90.0")), ("delta", ("−10.0", "+2.0")), ("verdict", ("▼", "✓"))],
)
def test_what_is_shown_is_written_as_well_as_coloured(show: str, words: tuple[str, str]) -> None:
    fields = charts.heat_map(CELLS, show, "unscored").data[0]
    assert (fields.text[0][0], fields.text[1][0]) == words


@pytest.mark.parametrize("show", ["rate", "delta", "verdict"])
def test_what_was_not_scored_is_said_so_and_never_a_zero(show: str) -> None:
    fields = charts.heat_map(CELLS, show, "unscored").data[0]
    assert (fields.z[0][1], fields.text[0][1]) == (None, "unscored")
    assert fields.text[1][1] == "unscored"


def test_locales_stay_in_the_order_they_come() -> None:
    axis = charts.heat_map(CELLS, "rate", "").layout.yaxis
    assert axis.ticktext == ("hi-IN", "sw-KE")
    assert axis.range[0] > axis.range[1]


def test_a_change_of_nothing_is_in_the_middle_of_the_colours() -> None:
    fields = charts.heat_map(CELLS, "delta", "").data[0]
    assert fields.zmin == -fields.zmax == -charts.FULL_COLOUR


def test_every_field_can_be_selected_and_says_which_it_is() -> None:
    targets = charts.heat_map(CELLS, "rate", "").data[1]
    assert [list(data) for data in targets.customdata] == [[c.locale, c.metric] for c in CELLS]
    assert charts.selected_cell([{"customdata": ["hi-IN", "intent_acc"]}]) == (
        "hi-IN",
        "intent_acc",
    )
    assert charts.selected_cell([]) is None


@pytest.mark.parametrize(("delta", "words"), [(-0.0001, "0.0"), (-0.021, "−2.1"), (0.1, "+10.0")])
def test_a_difference_has_its_sign_unless_it_is_none(delta: float, words: str) -> None:
    assert charts.points(delta, "") == words


def test_the_change_of_an_error_rate_is_written_as_it_went_and_coloured_as_it_was_meant() -> None:
    worse = cell("hi-IN", "wer", rate=0.3, delta=-0.04, is_error=True)
    fields = charts.heat_map([worse], "delta", "").data[0]
    assert (fields.text[0][0], fields.z[0][0]) == ("+4.0", -0.04)


def test_a_high_error_rate_has_the_colour_of_a_low_accuracy() -> None:
    cells = [
        cell("hi-IN", "wer", rate=0.3, is_error=True),
        cell("sw-KE", "wer", rate=1.2, is_error=True),
    ]
    fields = charts.heat_map(cells, "rate", "").data[0]
    assert [row[0] for row in fields.z] == [0.7, 0.0]
    assert [row[0] for row in fields.text] == ["30.0", "120.0"]
