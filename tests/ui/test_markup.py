from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

import markup
from vernacular.corpus.utterance import Slot


def marked(text: str, *slots: Slot, direction: str = "ltr") -> str:
    return markup.marked_text(text, slots, "en-US", direction, str.upper, "ltr")


def test_slots_are_marked_where_they_stand_in_code_points() -> None:
    # The emoji is one code point but two UTF-16 units.
    assert ">five am<span" in marked("🙂 at five am", Slot("time", 5, 12))


def test_slots_may_come_in_any_order() -> None:
    in_order, reversed_ = (Slot("a", 0, 1), Slot("b", 2, 3)), (Slot("b", 2, 3), Slot("a", 0, 1))
    assert marked("x y", *in_order) == marked("x y", *reversed_)


def test_text_and_labels_have_directions_of_their_own() -> None:
    html = markup.marked_text("حجز", [Slot("date", 0, 3)], "ar-SA", "rtl", str.upper, "ltr")
    assert '<bdi class="v-text v-marked" dir="rtl" lang="ar-SA">' in html
    assert '<bdi dir="ltr">DATE</bdi>' in html


@given(st.text(), st.text(min_size=1), st.text())
def test_the_text_is_all_there_and_nothing_of_it_is_markup(
    before: str, value: str, after: str
) -> None:
    slot = Slot("<label>", len(before), len(before) + len(value))
    html = marked(before + value + after, slot)
    without_label = html.replace("&lt;LABEL&gt;", "")
    assert unescape(re.sub(r"<[^>]*>", "", without_label)) == before + value + after


def test_a_label_has_the_same_colour_everywhere_and_another_than_its_neighbour() -> None:
    assert markup.hue("time") == markup.hue("time")
    assert markup.hue("time") != markup.hue("date")


def test_stages_are_as_long_as_they_took() -> None:
    bar = markup.stage_bar([("hearing", 120.0), ("answering", 0.25)], "ms")
    assert re.findall(r"flex-grow:([\d.]+)", bar) == ["120.00", "0.25"]
    assert "hearing <bdi>120 ms</bdi>" in bar
