"""What a replay says in words, whatever it is written as."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from vernacular.comparison.replayed import Judged, Outcome, Step, StepChange
from vernacular.comparison.verdict import Verdict
from vernacular.corpus.utterance import Slot
from vernacular.evaluation.replay_selection import ReplayMode
from vernacular.reports.figures import BETTER, MARKS
from vernacular.reports.replay.replay import ReplayReport, StepCounts, TurnCounts, is_notable
from vernacular.reports.replay.turn import TurnReplay

WORSE = MARKS[Verdict.REGRESSED]
MODES = {
    ReplayMode.FORCED: "teacher-forced: each turn with the dialogue that preceded it live",
    ReplayMode.FREE: "free: each turn with the dialogue that the replay itself led to",
}
COUNT_COLUMNS = ("locale", "turns>", "corrected>", "failed>", "heard", "understood", "answered>")
TURN_COLUMNS = ("", "turn", "locale", "said", "changed", "live", "now")
LEGEND = (
    f"turns in which a step changed; {BETTER} better and {WORSE} worse are of the turns that were"
    " corrected, held against the correction"
)
N_SHOWN = 20
"""Turns that a person is shown; the JSON report holds all."""
MAX_SHOWN_LENGTH = 120
"""Of anything that somebody said, in grapheme clusters; the JSON report holds it whole."""

Wrap = Callable[[str], str]


def title(found: ReplayReport) -> str:
    """Returns what was replayed on what."""
    return (
        f"{counted(found.n_sessions, 'session')} with {', '.join(found.live_releases)}"
        f" on {found.release}"
    )


def list_facts(found: ReplayReport) -> Iterator[str]:
    """Yields the summary, a sentence each."""
    total = found.total
    yield MODES[found.mode]
    yield (
        f"{counted(total.n_turns, 'turn')}, {total.n_corrected:,} corrected;"
        f" {total.n_unchanged:,} came out as they were live"
    )
    if total.n_first:
        firsts = ", ".join(f"{step} {n:,}" for step, n in total.n_first.items())
        yield f"the first step that changed: {firsts}"
    for by_voice, n in found.n_left_out.items():
        kind, verb = ("spoken", "hear") if by_voice else ("typed", "read")
        yield f"left out: {counted(n, f'{kind} turn')}, which {found.release} cannot {verb}"
    if found.n_inaudible:
        yield f"left out: {counted(found.n_inaudible, 'recording')} with nothing to hear"
    for run in found.runs:
        kind = "spoken" if run.by_voice else "typed"
        if run.n_items:
            yield f"run {run.run_id}: {counted(run.n_items, f'corrected {kind} turn')}, {run.suite}"
        else:
            yield f"no {kind} turn is corrected, so that there is no run of them to compare"


def count_rows(found: ReplayReport) -> list[tuple[str, ...]]:
    """Returns a row per locale, and one for all of them where there are several."""
    rows = [_count_row(tag, counts) for tag, counts in found.locales.items()]
    return rows if len(rows) == 1 else [*rows, _count_row("all", found.total)]


def _count_row(name: str, counts: TurnCounts) -> tuple[str, ...]:
    return (
        name,
        f"{counts.n_turns:,}",
        f"{counts.n_corrected:,}",
        f"{counts.n_failed:,}",
        _step_text(counts.heard),
        _step_text(counts.understood),
        f"{counts.n_answered_otherwise:,}",
    )


def _step_text(counts: StepCounts) -> str:
    """Returns how often a step changed, and how often for the better and the worse."""
    if not counts.n:
        return "-"
    return f"{counts.n_changed:,} ({BETTER} {counts.n_better:,} {WORSE} {counts.n_worse:,})"


def list_notable(found: ReplayReport) -> list[TurnReplay]:
    """Returns the turns that somebody should look at, the worst first."""
    return [turn for turn in found.turns if is_notable(turn)]


def turn_row(turn: TurnReplay, wrap: Wrap) -> tuple[str, ...]:
    """Returns the texts of a turn, in the order of ``TURN_COLUMNS``.

    Args:
        turn: the turn.
        wrap: what is done to everything that somebody said.
    """

    def show(text: str) -> str:
        return wrap(_cut(text))

    step = shown_step(turn)
    said = turn.live.text if turn.expected is None else turn.expected.text
    live = _outcome_text(turn.live, turn.live_error, step, show)
    now = _outcome_text(turn.now, turn.error, step, show)
    return (
        _mark(turn),
        f"{turn.session_id}.{turn.number}",
        turn.locale,
        show(said) if said else "",
        "" if step is None else str(step),
        live,
        now,
    )


def _cut(text: str) -> str:
    """Returns a text on one line, with an ellipsis for what is too long for a table."""
    line = " ".join(text.split())
    clusters = regex.findall(r"\X", line)
    if len(clusters) <= MAX_SHOWN_LENGTH:
        return line
    return "".join(clusters[: MAX_SHOWN_LENGTH - 1]).rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def shown_step(turn: TurnReplay) -> Step | None:
    """Returns the step that says most of a change: what became worse, else what changed first."""
    if _is_worse(turn.change.understood):
        return Step.UNDERSTOOD
    return Step.HEARD if _is_worse(turn.change.heard) else turn.change.first


def _is_worse(change: StepChange | None) -> bool:
    return change is not None and change.judged is Judged.WORSE


def _mark(turn: TurnReplay) -> str:
    if Judged.WORSE in turn.change.judgments:
        return WORSE
    return BETTER if Judged.BETTER in turn.change.judgments else ""


def _outcome_text(outcome: Outcome, error: str | None, step: Step | None, wrap: Wrap) -> str:
    if error is not None:
        return f"failed: {wrap(error)}"
    if step is Step.HEARD:
        return wrap(outcome.text or "")
    if step is Step.ANSWERED:
        return wrap(outcome.reply) if outcome.reply else "no reply"
    return _understood(outcome.text or "", outcome.intent, outcome.slots, wrap)


def _understood(text: str, intent: str | None, slots: tuple[Slot, ...], wrap: Wrap) -> str:
    values = ", ".join(f"{slot.label}: {wrap(text[slot.start : slot.end])}" for slot in slots)
    return f"{intent or 'no intent'} [{values}]" if values else intent or "no intent"


def counted(n: int, noun: str) -> str:
    """Returns a number of things: ``1 turn``, ``2 turns``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
