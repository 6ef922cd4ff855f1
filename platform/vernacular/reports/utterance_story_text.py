"""The story of one utterance on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.corpus.locales import find_locale
from vernacular.corpus.utterance import Judgment, Slot
from vernacular.reports.figures import heading
from vernacular.reports.utterance_story import Parallel, UtteranceStory
from vernacular.reports.utterance_story_answers import ReleaseAnswer
from vernacular.reports.utterance_story_clip import SpokenClip
from vernacular.reports.utterance_story_pair import SideBySide
from vernacular.reports.utterance_story_pair_text import render_pair
from vernacular.reports.utterance_story_turn_text import render_turn
from vernacular.scoring.transcript_alignment import AlignedChunk, TranscriptAlignment
from vernacular.store.tables.runs import ResultStatus
from vernacular.store.utterance_history import Revision

SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}

SCALES = "intent 0-2, slots 0-2, grammar 0-4, spelling 0-2; more is better, 2 slots: there are none"


def render_utterance_story(found: UtteranceStory, pair: SideBySide | None = None) -> RenderableType:
    """Returns everything known of an utterance, the answers of the newest release first.

    Args:
        found: the story.
        pair: two answers of it that are to stand side by side; they come first then.
    """
    return Group(
        *_about(found),
        *(render_pair(pair) if pair is not None else ()),
        *_history(found),
        *_answered(found),
        *_turn(found),
        *_elsewhere(found),
    )


def _about(found: UtteranceStory) -> Iterator[RenderableType]:
    name = find_locale(found.locale).display_name("en")
    yield Text(found.asked.text, style="bold")
    yield Text(f"{found.locale} ({name}), item {found.item} of {found.suite}")
    if found.clip is not None:
        yield Text(_spoken(found.clip))
    dialect = f", dialect {found.dialect}" if found.dialect else ""
    origin = f"{found.source} {found.external_id}, {found.partition}{dialect}"
    yield Text(f"from {origin}", style="dim")
    yield Text(f"expected: {found.asked.domain}, {_reading(found.asked.text, found.asked)}")
    if found.golden is not None:
        note = f": {found.golden.note}" if found.golden.note else ""
        day = f"{found.golden.added_at:%Y-%m-%d}"
        yield Text(f"golden win since {day}, every release must understand it{note}", style="green")
    own = (found.suite, found.item)
    others = [one for one in found.places if (one.suite, one.item) != own]
    if others:
        named = ", ".join(f"{one.suite} item {one.item}" for one in others)
        yield Text(f"also in {named}", style="dim")


def _spoken(clip: SpokenClip) -> str:
    words = [f"spoken: clip {clip.content_hash[:12]}"]
    if clip.audio_seconds is not None:
        words.append(f"{clip.audio_seconds:.1f} s")
    if clip.is_incomplete:
        words.append("incomplete")
    if clip.problem is not None:
        words.append(f"cannot be decoded: {clip.problem}")
    return ", ".join(words)


def _history(found: UtteranceStory) -> Iterator[RenderableType]:
    if len(found.revisions) > 1:
        yield Text("\nrevisions")
        table = _table("no.", "when", "by", "text", "expected")
        for one in found.revisions:
            frozen = " (in the suite)" if one.number == found.asked.number else ""
            table.add_row(
                f"{one.number}{frozen}",
                f"{one.created_at:%Y-%m-%d %H:%M} UTC",
                one.author or "-",
                one.text,
                _reading(one.text, one),
            )
        yield table
    if found.judgments:
        by = f", translator {found.translator}" if found.translator else ""
        yield Text(f"\njudged by people at its source{by}")
        yield _judgments(found.judgments)
        yield Text(SCALES, style="dim")
    if found.slot_methods:
        methods = ", ".join(f"{label}: {method}" for label, method in found.slot_methods)
        yield Text(f"how slots were carried over: {methods}", style="dim")


def _judgments(judgments: Sequence[Judgment]) -> Table:
    table = _table("judge", "intent", "slots", "grammar", "spelling", "language")
    for one in judgments:
        table.add_row(
            one.worker_id,
            str(one.intent_score),
            str(one.slots_score),
            str(one.grammar_score),
            str(one.spelling_score),
            one.language_identification,
        )
    return table


def _answered(found: UtteranceStory) -> Iterator[RenderableType]:
    yield Text("\nanswers, newest run first" if found.answers else "\nno release has answered it")
    for one in found.answers:
        yield from _told(found, one)


def _turn(found: UtteranceStory) -> Iterator[RenderableType]:
    if found.turn is None:
        return
    yield from render_turn(found.turn)
    yield from _told(found, found.turn.answer)
    if found.turn.replays:
        yield Text("\nreplays of it, newest first")
    for one in found.turn.replays:
        yield from _told(found, one)


def _told(found: UtteranceStory, one: ReleaseAnswer) -> Iterator[RenderableType]:
    sign, style = SIGNS[one.is_understood]
    item = "" if one.item == found.item else f" item {one.item}"
    when = "live" if one.origin == "live" else f"{one.origin} {one.run_id}, {one.suite}{item}"
    yield Text.assemble((sign, style), f" {one.release} ({when})", (_details(one), "dim"))
    yield Text(f"    {_answer(one)}")
    if one.alignment is not None:
        yield Text(f"    {_aligned(one.alignment)}")
    if one.is_right_as_text is not None:
        yield Text(f"    {_as_text(one)}")
    if one.reply:
        yield Text(f"    replied: {one.reply}")
    if one.trace:
        versions = ", ".join(f"{stage.stage} {stage.version}" for stage in one.trace)
        yield Text(f"    by {versions}", style="dim")


def _details(one: ReleaseAnswer) -> str:
    wrong = [heading(check.metric) for check in one.checks if not check.is_right]
    parts = [f"wrong: {', '.join(wrong)}"] if wrong else []
    if one.answer.intent_confidence is not None:
        parts.append(f"confidence {one.answer.intent_confidence:.2f}")
    if one.answer.transcript_confidence is not None:
        parts.append(f"of what was heard {one.answer.transcript_confidence:.2f}")
    if one.latency_ms is not None:
        parts.append(f"{one.latency_ms:.1f} ms{_stages(one)}")
    if not one.checks:
        parts.append("not scored")
    return "".join(f", {part}" for part in parts)


def _stages(one: ReleaseAnswer) -> str:
    took = ", ".join(f"{stage} {latency_ms:.1f}" for stage, latency_ms in one.answer.stages)
    return f" ({took})" if took else ""


def _as_text(one: ReleaseAnswer) -> str:
    if one.answer.text_error is not None:
        return f"of the text: failed: {one.answer.text_error}"
    intent = one.answer.text_intent
    understood = "nothing" if intent is None else _named(intent, one.given, one.answer.text_slots)
    fault = f", so lost by {one.lost_by}" if one.lost_by else ""
    return f"of the text: {understood}, {'right' if one.is_right_as_text else 'wrong'}{fault}"


def _answer(one: ReleaseAnswer) -> str:
    if one.answer.status == ResultStatus.FAILED:
        return f"failed: {one.answer.error or 'no reason given'}"
    if one.answer.intent is None:
        return "heard only, nothing understood"
    return _named(one.answer.intent, one.text, one.answer.slots)


def _aligned(alignment: TranscriptAlignment) -> str:
    counts = alignment.counts
    chunks = alignment.separator.join(_chunk(one, alignment.separator) for one in alignment.chunks)
    return (
        f"heard: {chunks or '(nothing)'}  ({counts.substitutions} changed, {counts.deletions}"
        f" missing, {counts.insertions} added of {counts.n_ref} {alignment.unit}s)"
    )


def _chunk(one: AlignedChunk, separator: str) -> str:
    said, heard = separator.join(one.reference), separator.join(one.hypothesis)
    if one.kind == "equal":
        return said
    if one.kind == "substitute":
        return f"[{said} → {heard}]"
    return f"[-{said}]" if one.kind == "delete" else f"[+{heard}]"


def _elsewhere(found: UtteranceStory) -> Iterator[RenderableType]:
    if not found.parallels:
        return
    by = f", understood by {found.judged_by}" if found.judged_by else ""
    yield Text(f"\nthe same in other locales{by}")
    table = _table("", "locale", "item", "text")
    for one in found.parallels:
        sign, style = SIGNS[one.is_understood]
        table.add_row(Text(sign, style=style), one.locale, _item(one), one.text)
    yield table


def _item(one: Parallel) -> str:
    return "-" if one.item is None else str(one.item)


def _reading(text: str, revision: Revision) -> str:
    return _named(revision.intent, text, revision.slots)


def _named(intent: str, text: str, slots: Sequence[Slot]) -> str:
    values = ", ".join(f"{slot.label}: {text[slot.start : slot.end]}" for slot in slots)
    return f"{intent} [{values}]" if values else intent


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table
