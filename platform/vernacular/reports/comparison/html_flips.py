"""The flipped utterances of a page, by locale and metric, their slots as pieces of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vernacular.corpus.utterance import Slot
from vernacular.reports.comparison.flips import FlipView
from vernacular.reports.comparison.html_heat import LocaleRow, list_locale_rows
from vernacular.reports.comparison.report import CellFlips, Report
from vernacular.reports.comparison.understood import is_as_expected, is_heard
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.runs import ResultStatus


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of an utterance; inside a slot if it has a label."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one release made of an utterance."""

    release: str
    is_as_expected: bool
    failure: str | None
    """Why there is no answer; empty where it was not said."""
    intent: str | None
    is_intent_right: bool
    is_heard_wrong: bool
    """It had to listen, and heard something else."""
    pieces: tuple[Piece, ...]
    """What it heard, or the utterance with the slots it found; empty where both are as expected."""


@dataclass(frozen=True, slots=True)
class ShownFlip:
    """One flip."""

    flip: FlipView
    pieces: tuple[Piece, ...]
    """The utterance with the slots that are expected."""
    readings: tuple[Reading, Reading]
    """The baseline's, then the candidate's."""


@dataclass(frozen=True, slots=True)
class LocaleFlips:
    """The flips of one locale, metric by metric."""

    row: LocaleRow
    cells: tuple[tuple[CellFlips, tuple[ShownFlip, ...]], ...]
    n_broken: int
    """Shown and not shown, over its metrics; an utterance may count under several."""
    n_fixed: int


def list_locale_flips(report: Report) -> list[LocaleFlips]:
    """Returns the locales that have flips, worst first."""
    by_locale: dict[str, list[CellFlips]] = {}
    for one in report.flips:
        by_locale.setdefault(one.locale, []).append(one)
    names = report.comparison.baseline, report.comparison.candidate
    return [
        LocaleFlips(
            row,
            tuple((one, tuple(_shown(flip, *names) for flip in one.shown)) for one in cells),
            sum(one.n_broken for one in cells),
            sum(one.n_fixed for one in cells),
        )
        for row in list_locale_rows(report.comparison)
        if (cells := by_locale.get(row.tag))
    ]


def cut_into_pieces(text: str, slots: Sequence[Slot]) -> tuple[Piece, ...]:
    """Returns a text cut at its slots, in order; a slot inside another one is left out."""
    return tuple(_pieces(text, slots))


def _pieces(text: str, slots: Sequence[Slot]) -> Iterator[Piece]:
    end = 0
    for slot in sorted(slots, key=lambda slot: (slot.start, slot.end)):
        if slot.start < end or slot.end <= slot.start:
            continue
        if slot.start > end:
            yield Piece(text[end : slot.start])
        yield Piece(text[slot.start : slot.end], slot.label)
        end = slot.end
    if end < len(text):
        yield Piece(text[end:])


def _shown(flip: FlipView, baseline: str, candidate: str) -> ShownFlip:
    return ShownFlip(
        flip,
        cut_into_pieces(flip.text, flip.expected_slots),
        (_reading(flip, flip.baseline, baseline), _reading(flip, flip.candidate, candidate)),
    )


def _reading(flip: FlipView, answer: JudgedAnswer, release: str) -> Reading:
    is_answered = answer.status is ResultStatus.ANSWERED
    text = flip.text if answer.transcript is None else answer.transcript
    is_same = text == flip.text and set(answer.slots) == set(flip.expected_slots)
    return Reading(
        release,
        is_as_expected(flip, answer),
        None if is_answered else answer.error or "",
        answer.intent,
        answer.intent == flip.expected_intent,
        is_answered and not is_heard(flip, answer),
        cut_into_pieces(text, answer.slots) if is_answered and not is_same else (),
    )
