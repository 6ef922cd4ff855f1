"""HTML of texts and traces, from values alone. Everything a person wrote is escaped here."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Protocol


class Span(Protocol):
    """A named value in a text: ``text[start:end]``, in code points."""

    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def text(content: str, locale: str, direction: str) -> str:
    """Returns ``content`` isolated, in its own direction and language."""
    return (
        f'<bdi class="v-text" dir="{escape(direction)}" lang="{escape(locale)}">'
        f"{escape(content)}</bdi>"
    )


def marked_text(
    content: str,
    spans: Iterable[Span],
    locale: str,
    direction: str,
    label_name: Callable[[str], str],
    label_direction: str,
) -> str:
    """Returns ``content`` with its slots coloured in place, each followed by its name.

    The name is in the reader's language, so it is isolated from the text as well. So is the value:
    one in Latin letters in a text that runs from the right would be torn from its own name.
    """
    parts, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        parts.append(escape(content[done : span.start]))
        parts.append(
            f'<mark class="v-slot" style="--v-hue:{hue(span.label)}">'
            f'<bdi dir="auto">{escape(content[span.start : span.end])}</bdi>'
            f'<span class="v-slot-label"><bdi dir="{escape(label_direction)}">'
            f"{escape(label_name(span.label))}</bdi></span></mark>"
        )
        done = span.end
    parts.append(escape(content[done:]))
    return (
        f'<bdi class="v-text v-marked" dir="{escape(direction)}" lang="{escape(locale)}">'
        f"{''.join(parts)}</bdi>"
    )


class Chunk(Protocol):
    """Neighbouring units of what was said and heard that fared alike."""

    @property
    def reference(self) -> Sequence[str]: ...
    @property
    def hypothesis(self) -> Sequence[str]: ...


class Alignment(Protocol):
    """What was said beside what was heard, unit by unit."""

    @property
    def separator(self) -> str: ...
    @property
    def chunks(self) -> Sequence[Chunk]: ...


def aligned(alignment: Alignment, locale: str, direction: str) -> str:
    """Returns what was said, with what was not heard struck out and what was heard instead."""
    pieces = []
    for chunk in alignment.chunks:
        said, heard = map(alignment.separator.join, (chunk.reference, chunk.hypothesis))
        if said == heard:
            pieces.append(escape(said))
            continue
        missing = f"<del>{escape(said)}</del>" if said else ""
        added = f"<ins>{escape(heard)}</ins>" if heard else ""
        pieces.append(alignment.separator.join(filter(None, (missing, added))))
    return (
        f'<bdi class="v-text v-heard" dir="{escape(direction)}" lang="{escape(locale)}">'
        f"{alignment.separator.join(pieces)}</bdi>"
    )


def stage_bar(stages: Iterable[tuple[str, float]], unit: str) -> str:
    """Returns a bar whose parts are as long as each stage took, with the milliseconds written.

    Args:
        stages: (name as the reader knows it, milliseconds), in the order they ran.
        unit: the reader's word for a millisecond.
    """
    shown = [(escape(name), latency_ms) for name, latency_ms in stages]
    bars = "".join(
        f'<span class="v-stage" style="flex-grow:{max(latency_ms, 0.01):.2f};--v-hue:{hue(name)}">'
        "</span>"
        for name, latency_ms in shown
    )
    words = "".join(
        f'<span class="v-stage-name" style="--v-hue:{hue(name)}">{name} '
        f"<bdi>{milliseconds(latency_ms)} {escape(unit)}</bdi></span>"
        for name, latency_ms in shown
    )
    return (
        f'<div class="v-stages"><div class="v-stage-bar" aria-hidden="true">{bars}</div>'
        f"<div>{words}</div></div>"
    )


def spread_bar(half: float, most: float) -> str:
    """Returns a bar that ends where half of something does, and a hatched one where most does.

    Args:
        half: how long the first is, as a share of the room there is.
        most: how long the second is.
    """
    return (
        '<div class="v-spread" aria-hidden="true">'
        f'<span class="v-spread-most" style="width:{100 * most:.1f}%"></span>'
        f'<span class="v-spread-half" style="width:{100 * half:.1f}%"></span></div>'
    )


def milliseconds(latency_ms: float) -> str:
    """Returns a number of milliseconds with as many digits as anyone can use."""
    return f"{latency_ms:.0f}" if latency_ms >= 10 else f"{latency_ms:.1f}"


def hue(name: str) -> int:
    """Returns a degree of the colour wheel for a label, the same wherever it is shown."""
    # Multiplying by the golden angle spreads neighbouring checksums over the wheel.
    return int(zlib.crc32(name.encode()) * 137.508) % 360


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], look: str = "") -> str:
    """Returns a table that scrolls sideways, with the mouse or the arrow keys, where it is wide.

    Args:
        name: what a screen reader calls it.
        columns: the HTML of their headings.
        rows: the HTML of their cells; the first one of each is its heading.
        look: another class of the table's.
    """
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="v-scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
        f'<table class="v-table {look}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def link(address: str, words: str) -> str:
    """Returns a link whose words are HTML already."""
    return f'<a href="{escape(address)}">{words}</a>'
