"""Two answers to one utterance side by side, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.reports.utterance_story_answers import ReleaseAnswer
from vernacular.reports.utterance_story_pair import SideBySide, StageAnswer

NAMES = {"asr": "heard", "nlu": "understood", "reply": "answered", "tts": "spoken"}
_SIGNS = {True: "✓ ", False: "✗ ", None: ""}
_MARKS = {True: "same", False: "differs", None: ""}


def render_pair(pair: SideBySide) -> Iterator[RenderableType]:
    """Yields one row a stage, and above it where the two part ways first."""
    first, second = pair.baseline, pair.release
    yield Text(f"\n{first.name} beside {second.name}: {_conclusion(pair)}", style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("", first.name, second.name, ""):
        table.add_column(column, overflow="fold")
    for one in pair.stages:
        table.add_row(
            NAMES[one.stage],
            _cell(first, one.baseline),
            _cell(second, one.release),
            _MARKS[one.is_same],
        )
    yield table


def _conclusion(pair: SideBySide) -> str:
    if pair.first_difference is None:
        return "no stage came to something else"
    who = {
        "baseline": f"{pair.baseline.name} is right",
        "release": f"{pair.release.name} is right",
        "both": "both are right",
        "neither": "neither is right",
        None: "nobody has said who is right",
    }[pair.right]
    return f"first they differ in what they {NAMES[pair.first_difference]}, {who}"


def _cell(one: ReleaseAnswer, said: StageAnswer | None) -> str:
    if said is None:
        return "-"
    facts = []
    if said.confidence is not None:
        facts.append(f"confidence {said.confidence:.2f}")
    if said.latency_ms is not None:
        facts.append(f"{said.latency_ms:.1f} ms")
    if said.version is not None:
        facts.append(said.version)
    lines = [f"{_SIGNS[said.is_right]}{_output(one, said)}".rstrip(), ", ".join(facts)]
    return "\n".join(filter(None, lines))


def _output(one: ReleaseAnswer, said: StageAnswer) -> str:
    values = ", ".join(f"{slot.label}: {one.text[slot.start : slot.end]}" for slot in said.slots)
    output = said.output or ("nothing" if said.is_right is not None else "")
    return f"{output} [{values}]" if values else output
