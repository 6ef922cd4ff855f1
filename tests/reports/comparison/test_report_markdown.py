"""A report as a pull-request comment: verdict first, never too long, no text becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comparison.runs import a_parallel_run
from tests.reports.comparison.test_report_json import A_SLICE
from tests.reports.made_reports import (
    HOSTILE,
    QUICK,
    a_finding,
    a_flip,
    a_gate,
    a_report,
    a_waiver,
    compared,
    flips_of,
    heard,
)
from vernacular.comparison.compare import compare_runs
from vernacular.comparison.flips import Flips
from vernacular.comparison.noise_floor import noise_floor
from vernacular.reports.comparison.markdown_page import plain
from vernacular.reports.comparison.report_markdown import LIMIT, render_markdown


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def row(text: str, *words: str) -> str:
    (line,) = [
        line
        for line in text.splitlines()
        if line.startswith("| ") and all(w in line for w in words)
    ]
    return line


def test_the_verdict_is_the_first_line() -> None:
    assert render_markdown(a_report()).splitlines()[0] == (
        "### ✗ REGRESSED: \u2068beta\u2069 against \u2068alpha\u2069"
    )


def test_means_stand_beside_their_worst_locale() -> None:
    worse = {tag: [0] * 50 + [1] * 150 for tag in ("ar-SA", "sw-KE")}
    text = render_markdown(a_report(compared({tag: [1] * 200 for tag in worse}, worse)))
    assert re.search(
        r"\| ✗ \| intent acc \| 75\.0 of 2 locales \| -25\.00 \[.*\] \| ar-SA -25\.0 \|", text
    )


def test_what_did_not_pass_is_listed_worst_first_and_the_rest_is_folded() -> None:
    text = render_markdown(a_report())
    open_part, folded = text.split("<details>", 1)
    assert "#### Not passed: 9 of 12" in open_part
    order = re.findall(r"^\| (\w\w-\w\w) \w+ \| intent acc", open_part, re.MULTILINE)
    assert order == ["ar-SA", "am-ET", "th-TH"]
    assert "sw-KE" not in open_part.split("####")[1]
    assert "| sw-KE Swahili | intent acc | ✓ PASS | 100.0 | 100.0 | +0.0" in folded
    assert text.count("<details>") == text.count("</details>")


def test_every_row_says_what_its_verdict_does_not_know() -> None:
    report = a_report()
    text = render_markdown(report)
    needed = report.comparison.cell("th-TH", "intent_acc").n_needed
    assert needed is not None
    assert f"needs {needed:,} utterances, {needed - 20:,} more" in row(
        text, "th-TH Thai | intent acc | ?"
    )
    assert "0.0 % of the suite scored in both runs" in row(text, "am-ET Amharic | intent acc")
    assert "would have seen a drop of" in row(text, "sw-KE Swahili | intent acc")


def test_a_wer_that_rises_is_called_worse() -> None:
    text = render_markdown(a_report(heard({"sw-KE": [0] * 200}, {"sw-KE": [1] * 200})))
    assert re.search(r"\+20\.0 \[.*\] worse", row(text, "sw-KE", "| WER |", "REGRESSED |"))
    assert "+1.0 is one point worse" in text
    assert "(watched)" in row(text, "sw-KE", "| CER |")


def test_what_was_not_compared_is_told() -> None:
    comparison = replace(
        a_report().comparison, missing_metrics=("wer",), notes=("rescore run 2 first",)
    )
    text = render_markdown(a_report(comparison))
    assert "Only one of the runs is scored on WER: not compared." in text
    assert "No results of \u2068beta\u2069 in am-ET." in text
    assert "rescore run 2 first" in text


def test_gate_slices_noise_and_needs_have_their_parts() -> None:
    gate = a_gate(a_finding(waiver=a_waiver()), expired_waivers=(a_waiver(),))
    floor = {"intent_acc": noise_floor({"ar-SA": Flips(190, 2, 3, 5)})}
    text = render_markdown(a_report(gate=gate, slices=(A_SLICE,), noise_floor=floor))
    assert text.startswith("### ✓ PASS")
    assert "The gate's policy says PASS, the comparison alone REGRESSED." in text
    assert "Gate: 1 findings, 1 of them waived" in text
    assert "until 2027-03-01, \u2068amina\u2069: \u2068known since May\u2069" in text
    assert "Waivers that have expired: ar-SA (2027-03-01)." in text
    assert "| domain \u2068alarm\u2069 | intent acc | 40 |" in text
    assert "two runs of one release break 1.25 % by noise" in text
    assert "To collect for an answer: 1 locale</summary>" in text


def test_the_broken_utterances_show_reference_and_both_answers_once() -> None:
    flips = (flips_of(a_flip()), flips_of(a_flip(), metric="ex_match_acc"))
    text = render_markdown(a_report(flips=flips))
    (line,) = [line for line in text.splitlines() if "أيقظني" in line]
    assert line.startswith("| ar-SA | intent acc | \u2068أيقظني في الخامسة\u2069 |")
    assert "play&#95;music" in line


def test_a_comment_is_never_too_long_and_says_what_it_lacks() -> None:
    tags = tuple(f"q{a}-{land}" for a in "abcdefghijklmnopqrst" for land in ("XX", "YY", "ZZ"))
    named = {"locales": tags, "n_items": dict.fromkeys(tags, 120)}
    run = a_parallel_run(60, 120, 1, **named)
    other = a_parallel_run(60, 120, 1, changed=0.1, run_id=2, release="beta", **named)
    comparison = compare_runs(run, other, QUICK)
    flips = tuple(
        flips_of(
            *(a_flip("𝕏 " * 900, cell.locale, item=i * 100 + k) for k in range(5)),
            metric=cell.metric,
        )
        for i, cell in enumerate(comparison.cells)
    )
    slices = tuple(replace(A_SLICE, value="v" * 300 + str(i)) for i in range(200))
    text = render_markdown(a_report(comparison, flips=flips, slices=slices))
    assert utf16(text) < LIMIT
    assert re.search(r"\d+ more rows are left out here", text)
    assert "Left out for lack of room: " in text
    assert text.count("<details>") == text.count("</details>") > 1


def test_a_note_that_is_too_long_does_not_take_the_verdict_with_it() -> None:
    comparison = replace(a_report().comparison, notes=("x" * LIMIT, "rescore run 2 first"))
    text = render_markdown(a_report(comparison))
    assert text.startswith("### ✗ REGRESSED")
    assert "rescore run 2 first" in text
    assert "Left out for lack of room: a note of 65," in text
    assert utf16(text) < LIMIT


def test_a_text_cannot_become_markup_mention_or_link() -> None:
    text = plain(HOSTILE)
    assert not set(text) & set("<>|`*[]@\n\r\t\x00\x0b")
    assert "&#64;\u2060everyone" in text
    assert "&#35;\u206012" in text
    assert "http&#58;\u2060//b" in text
    assert "www\u2060.c" in text
    assert "&#58;\u2060smile" in text
    line = row(render_markdown(a_report(flips=(flips_of(a_flip(HOSTILE)),))), "script")
    assert line.count(" | ") == 5, "no cell more than the head has"


def test_a_text_cannot_turn_the_words_around_it() -> None:
    """Its own isolates are balanced, so that the last PDI closes ours (UAX 9, X6a)."""
    text = plain("a\u2069\u202eb\u2067c")
    depth, opened = 0, []
    for character in text:
        depth += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        opened.append(depth)
    assert opened[-1] == 0
    assert min(opened[:-1]) > 0


@given(st.text())
def test_any_text_stays_in_its_cell(text: str) -> None:
    cell = plain(text)
    assert len(cell.splitlines()) <= 1
    assert "|" not in cell


@pytest.mark.parametrize("policy", ["pass", "warn"])
def test_an_inconclusive_verdict_that_is_let_through_says_so(policy: str) -> None:
    comparison = compared({"th-TH": [1] * 20}, {"th-TH": [1] * 20})
    text = render_markdown(a_report(comparison, inconclusive=policy))
    assert f"Inconclusive, let through by the policy `{policy}`." in text
    assert "let through" not in render_markdown(a_report(comparison))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_markdown(a_report()) == render_markdown(a_report())
