"""A report as one page: everything in it without network or script, no text that could run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.reports.comparison.test_report_json import A_SLICE
from tests.reports.made_reports import (
    HOSTILE,
    a_finding,
    a_flip,
    a_gate,
    a_report,
    a_waiver,
    an_answer,
    flips_of,
    heard,
)
from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import noise_floor
from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.html_flips import Piece, cut_into_pieces
from vernacular.reports.comparison.html_heat import shade
from vernacular.reports.comparison.report import Report
from vernacular.reports.comparison.report_html import render_html
from vernacular.store.tables.runs import ResultStatus

VOID = {"meta", "input", "path", "circle", "br", "link", "img"}


class Page(HTMLParser):
    """Reads a page: its elements, and whether they are nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def everything() -> Report:
    return a_report(
        gate=a_gate(a_finding(waiver=a_waiver()), a_finding(locale="th-TH")),
        flips=(flips_of(a_flip()), flips_of(a_flip(HOSTILE), metric="ex_match_acc")),
        slices=(A_SLICE,),
        noise_floor={"intent_acc": noise_floor({"ar-SA": Flips(190, 2, 3, 5)})},
    )


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("</style>")[1]))


@pytest.mark.parametrize(
    "report",
    [a_report(), everything(), a_report(heard({"ja-JP": [0] * 200}, {"ja-JP": [1] * 200}))],
    ids=["plain", "everything", "heard"],
)
def test_the_page_is_well_formed_and_asks_the_network_for_nothing(report: Report) -> None:
    page = Page(render_html(report))
    assert page.open == []
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "form"} or tag == "form"
        assert not {"src", "style", "action", "onclick"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {link["href"] for link in page.all("a")}
    assert targets <= {f"#{one}" for one in ids}


def test_only_our_own_style_and_script_may_run() -> None:
    text = render_html(everything())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; ")
    for tag, name in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_a_hostile_text_is_shown_and_does_nothing() -> None:
    flip = a_flip(
        HOSTILE,
        expected_intent=HOSTILE,
        expected_slots=(Slot(HOSTILE, 0, 5),),
        candidate=an_answer(None, status=ResultStatus.FAILED, error=HOSTILE),
    )
    comparison = replace(a_report().comparison, candidate=HOSTILE, notes=(HOSTILE,))
    finding = a_finding(message=HOSTILE, waiver=a_waiver(owner=HOSTILE))
    page = render_html(
        a_report(comparison, flips=(flips_of(flip),), gate=a_gate(finding), slices=())
    )
    assert page.count("<script") == 1
    assert "alert(&#39;x&#39;)" in page
    assert Page(page).open == []


def test_every_user_text_is_isolated_with_its_language() -> None:
    text = render_html(a_report(flips=(flips_of(a_flip()),)))
    said = '<bdi lang="ar-SA" dir="auto">أيقظني في <mark>الخامسة<bdi class="label"'
    assert said in text
    assert '<bdi class="own" lang="ar-SA" dir="auto">العربية' in text


def test_a_field_carries_its_figures_as_text_and_colour_is_not_the_only_carrier() -> None:
    text = render_html(a_report())
    assert re.search(r'<td class="d-5" title="[^"]*"><b>75\.0</b> <span>-25\.0 ✗</span></td>', text)
    assert re.search(r'<td class="d0" title="[^"]*"><b>100\.0</b> <span>\+0\.0 ✓</span></td>', text)
    assert re.search(r'<td class="unknown" title="[^"]*"><b>unscored</b> <span> !</span>', text)


def test_a_watched_field_says_so() -> None:
    text = render_html(a_report(heard({"ja-JP": [0] * 200}, {"ja-JP": [1] * 200})))
    assert re.search(r"<b>20\.0</b> <span>\+20\.0 ✗</span> <i>watched</i>", text)
    assert re.search(r'<td class="d-5" title="[^"]*"><b>5\.0</b> <span>\+5\.0 ✗</span></td>', text)
    assert "+1.0 is one point worse" in text


def test_both_answers_stand_beside_what_was_expected() -> None:
    heard_flip = a_flip(
        candidate=an_answer("alarm_set", Slot("date", 0, 6), transcript="أيقظني الآن"),
        baseline=an_answer(None, status=ResultStatus.FAILED, error="timed out"),
        kind="fix",
    )
    text = text_of(render_html(a_report(flips=(flips_of(a_flip(), heard_flip),))))
    broken = "✗ broken item 7 أيقظني في الخامسة time expected alarm_set alpha ✓ as expected"
    assert f"{broken} beta ✗ play_music أيقظني في الخامسة" in text
    assert "alpha ✗ no answer timed out beta ✓ alarm_set ✗ heard أيقظني date الآن" in text


def test_what_is_not_in_the_page_is_counted_with_the_way_to_see_it() -> None:
    text = text_of(render_html(a_report(flips=(flips_of(a_flip(), n_broken=1234),))))
    assert "1,233 more are not in this page: vernacular compare alpha beta --suite smoke" in text
    assert "--flips ar-SA --metric intent_acc" in text


def test_without_script_everything_is_open_and_there_is_no_filter() -> None:
    page = Page(render_html(everything()))
    assert page.all("details")
    assert all("open" in attributes for attributes in page.all("details"))
    (form,) = page.all("form")
    assert "hidden" in form


def test_every_locale_can_be_found_by_tag_name_own_name_and_verdict() -> None:
    rows = [one for one in Page(render_html(a_report())).all("tr") if "data-words" in one]
    arabic = next(one for one in rows if (one["data-words"] or "").startswith("ar-sa"))
    assert arabic["data-words"] == "ar-sa arabic (saudi arabia) العربية (المملكة العربية السعودية)"
    assert arabic["data-verdicts"] == "REGRESSED"


def test_needs_gate_slices_and_noise_are_in_the_page() -> None:
    text = text_of(render_html(everything()))
    for part in (
        "9 checked, 1 found, 1 waived; waivers as of 2027-01-31",
        "until 2027-03-01, amina : known since May",
        "To collect for an answer",
        "domain alarm",
        "locales above it intent acc 50 of 620, 8.06 % 1.25 % ar-SA",
        "No results of beta in am-ET.",
        "seed 20260101",
    ):
        assert part in text, part


def test_slots_cut_a_text_in_order_and_never_twice() -> None:
    text = "wake me at five am today"
    slots = (Slot("date", 19, 24), Slot("time", 11, 18), Slot("inner", 12, 14), Slot("none", 3, 3))
    assert cut_into_pieces(text, slots) == (
        Piece("wake me at "),
        Piece("five am", "time"),
        Piece(" "),
        Piece("today", "date"),
    )
    assert cut_into_pieces("", ()) == ()


@pytest.mark.parametrize(
    ("delta", "name"),
    [(None, "unknown"), (0.0, "d0"), (-0.0004, "d0"), (-0.001, "d-1"), (-0.7, "d-5"), (0.03, "d3")],
)
def test_the_colour_is_full_from_five_points_on(delta: float | None, name: str) -> None:
    assert shade(delta) == name


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_html(everything()) == render_html(everything())


def test_where_nothing_is_to_be_understood_no_intent_is_expected() -> None:
    """And a comma that was heard is no error: the scores say so too."""
    flip = a_flip(
        expected_intent="",
        expected_slots=(),
        baseline=an_answer(None, transcript="أيقظني، في الخامسة."),
        candidate=an_answer(None, transcript="أيقظني"),
    )
    text = text_of(render_html(a_report(flips=(flips_of(flip, metric="wer"),))))
    assert "أيقظني في الخامسة alpha ✓ as expected beta ✗ heard أيقظني" in text
