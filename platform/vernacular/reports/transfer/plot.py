"""A dot plot of the zero-shot view: every locale beside English and the mean of the trained ones.

Only geometry; the template draws it. Locales that were trained on and those that were not differ in
shape as well as in colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from vernacular.comparison.transfer import LocaleTransfer, Transfer
from vernacular.reports.figures import heading, language, percent
from vernacular.reports.page_parts import read_template
from vernacular.reports.transfer.words import WORDS, gap_text, rate_text, title

WIDTH = 720
LEFT, RIGHT = 190, 690
"""Where the scale begins and ends."""
ROW_HEIGHT = 18
HEAD_HEIGHT = 64
FOOT_HEIGHT = 12
_FEWEST_TICKS = 4
_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """One locale; positions in units of the drawing."""

    name: str
    y: float
    x: float | None
    """None where nothing was scored."""
    low: float | None
    high: float | None
    group: str
    """``trained``, ``unseen`` or ``unknown``."""
    is_english: bool
    details: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A number on the scale, or a line across all rows."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """All of the drawing."""

    width: int
    height: int
    title: str
    axis: str
    ticks: tuple[Mark, ...]
    groups: tuple[str, ...]
    """The groups that occur, for the legend."""
    trained: Mark | None
    english: Mark | None
    dots: tuple[Dot, ...]


def render_svg(found: Transfer) -> str:
    """Returns the plot as a drawing that stands alone or inside a page."""
    return read_template("transfer/plot.svg.j2").render(plot=plot_transfer(found))


def plot_transfer(found: Transfer) -> Plot:
    """Returns where everything is drawn, the worst gap at the top."""
    scale = _Scale(found)
    english = None if found.english is None else found.find(found.english).rate
    trained = None if found.trained is None else found.trained.rate
    dots = tuple(_dot(found, one, row, scale) for row, one in enumerate(found.locales))
    side = "less" if found.is_error else "more"
    return Plot(
        width=WIDTH,
        height=HEAD_HEIGHT + ROW_HEIGHT * len(dots) + FOOT_HEIGHT,
        title=title(found),
        axis=f"{heading(found.metric)}, percent; {side} is better",
        ticks=tuple(Mark(scale.place(value), f"{100 * value:g}") for value in scale.ticks),
        groups=tuple(word for word in WORDS.values() if any(dot.group == word for dot in dots)),
        trained=_line(scale, trained, "mean of trained"),
        english=_line(scale, english, "English"),
        dots=dots,
    )


class _Scale:
    """From a tick below the least to a tick above the greatest."""

    def __init__(self, found: Transfer) -> None:
        bounds = [
            value
            for one in found.locales
            for value in (one.rate, one.low, one.high)
            if value is not None
        ] or [0.0, 1.0]
        least, greatest = min(bounds), max(bounds)
        self._step = next(
            (step for step in _STEPS if (greatest - least) / step <= 2 * _FEWEST_TICKS), _STEPS[-1]
        )
        self._first = floor(round(least / self._step, 9))
        self._last = max(ceil(round(greatest / self._step, 9)), self._first + 1)

    @property
    def ticks(self) -> list[float]:
        n = range(self._first, self._last + 1)
        # Very many ticks are those of an error rate far above 1.
        every = ceil(len(n) / 12)
        return [round(i * self._step, 9) for i in n[::every]]

    def place(self, value: float) -> float:
        share = (value / self._step - self._first) / (self._last - self._first)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def _dot(found: Transfer, one: LocaleTransfer, row: int, scale: _Scale) -> Dot:
    gaps = {"English": gap_text(one.to_english), "trained": gap_text(one.to_trained)}
    against = "".join(f"; to {name} {text}" for name, text in gaps.items() if text)
    return Dot(
        name=f"{language(one.locale)} {one.locale}",
        y=HEAD_HEIGHT + ROW_HEIGHT * (row + 0.5),
        x=None if one.rate is None else scale.place(one.rate),
        low=None if one.low is None else scale.place(one.low),
        high=None if one.high is None else scale.place(one.high),
        group=WORDS[one.is_trained],
        is_english=one.locale == found.english,
        details=f"{one.locale}, {WORDS[one.is_trained]}, {one.n:,}: {rate_text(one)}{against}",
    )


def _line(scale: _Scale, rate: float | None, name: str) -> Mark | None:
    return None if rate is None else Mark(scale.place(rate), f"{name} {percent(rate)}")
