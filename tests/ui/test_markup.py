from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

import markup
from vernacular.corpus.utterance import Slot


def marked(text: str, *slots: Slot, direction: str = "ltr") -> str:
    return markup.marked_text(text, slots, "en-US", direction, str.upper, "ltr")


def test_slots_are_marked_where_they_stand_in_code_points() -> None:
    # The emoji is one code point but two UTF-16 units.
    assert ">five am</bdi><span" in marked("🙂 at five am", Slot("time", 5, 12))


def test_slots_may_come_in_any_order() -> None:
    in_order, reversed_ = (Slot("a", 0, 1), Slot("b", 2, 3)), (Slot("b", 2, 3), Slot("a", 0, 1))
    assert marked("x y", *in_order) == marked("x y", *reversed_)


def test_text_and_labels_have_directions_of_their_own() -> None:
    html = markup.marked_text("حجز", [Slot("date", 0, 3)], "ar-SA", "rtl", str.upper, "ltr")
    assert '<bdi class="v-text v-marked" dir="rtl" lang="ar-SA">' in html
    assert '<bdi dir="ltr">DATE</bdi>' in html


def test_a_value_runs_its_own_way_and_stays_beside_its_name() -> None:
    text = "tpplay myrock playlist"
    html = markup.marked_text(text, [Slot("list", 7, 22)], "ar-SA", "rtl", str.upper, "rtl")
    value, name = '<bdi dir="auto">myrock playlist</bdi>', '<bdi dir="rtl">LIST</bdi>'
    assert re.search(f"<mark[^>]*>{value}<span[^>]*>{name}</span></mark>", html)


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


@dataclass(frozen=True)
class Chunk:
    reference: tuple[str, ...]
    hypothesis: tuple[str, ...]


@dataclass(frozen=True)
class Alignment:
    separator: str
    chunks: tuple[Chunk, ...]


def test_what_was_not_heard_is_struck_out_and_what_was_heard_instead_stands_behind() -> None:
    chunks = (
        Chunk(("wake", "me"), ("wake", "me")),
        Chunk(("up",), ("a<p",)),
        Chunk(("at",), ()),
        Chunk((), ("now",)),
    )
    shown = markup.aligned(Alignment(" ", chunks), "en-US", "ltr")
    assert ">wake me <del>up</del> <ins>a&lt;p</ins> <del>at</del> <ins>now</ins></bdi>" in shown
    assert 'dir="ltr" lang="en-US"' in shown


def test_characters_stand_together_as_the_locale_writes_them() -> None:
    shown = markup.aligned(Alignment("", (Chunk(tuple("起こ"), tuple("起き")),)), "ja-JP", "ltr")
    assert "<del>起こ</del><ins>起き</ins>" in shown


def test_a_table_can_be_reached_and_named_without_a_mouse() -> None:
    shown = markup.table('All "locales"', ["Locale", "Rate"], [["<b>Hindi</b>", "90.0"]])
    assert 'tabindex="0" aria-label="All &quot;locales&quot;"' in shown
    assert '<th scope="col">Locale</th>' in shown
    assert '<th scope="row"><b>Hindi</b></th><td>90.0</td>' in shown


def test_an_address_in_a_link_is_escaped() -> None:
    assert markup.link('releases?a="b"&c=d', "1") == (
        '<a href="releases?a=&quot;b&quot;&amp;c=d">1</a>'
    )
