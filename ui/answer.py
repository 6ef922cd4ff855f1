"""One answer of a release to an utterance: what it heard, understood and replied."""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

import address
import backend
import heard
import language
import markup
import measures
import parts
import wording
from backend import ReleaseAnswer, UtteranceStory
from language import translate as _


def show(found: UtteranceStory, one: ReleaseAnswer) -> None:
    """Shows all of an answer."""
    with st.container(border=True):
        st.html(
            f"<div>{heading(found, one)}</div>"
            f"{_reading(found, one)}{wrong(one)}{heard.as_text(one, found.locale)}"
            f"{reply(found, one)}{heard.stages(one)}"
        )
        if one.trace:
            st.html(_trace(one))


def heading(found: UtteranceStory, one: ReleaseAnswer) -> str:
    """Returns the HTML of who answered when, and whether it understood."""
    facts = [_origin(one)]
    if one.answered_at is not None:
        facts.append(day(one.answered_at))
    if one.answer.intent_confidence is not None:
        sure = measures.percent(one.answer.intent_confidence)
        facts.append(_("confidence {value}").format(value=sure))
    if one.latency_ms is not None:
        facts.append(f"{markup.milliseconds(one.latency_ms)} {_('ms')}")
    if one.revision is not None and one.revision != found.asked.number:
        facts.append(_("held against revision {number}").format(number=one.revision))
    written = [*map(parts.isolated, facts)]
    if (one.suite, one.item) != (found.suite, found.item):
        written.append(place(one.suite, one.item, _("in {suite}, number {item}")))
    return (
        f"{sign(one.is_understood)} <strong><bdi>{escape(one.release)}</bdi></strong> "
        f'<span class="v-muted">{" · ".join(written)}</span>'
    )


def sign(is_understood: bool | None) -> str:
    """Returns the HTML of whether a release understood."""
    if is_understood is None:
        return f'<span class="v-muted">{escape(_("unscored"))}</span>'
    word = _("understood") if is_understood else _("not understood")
    return parts.judged(escape(word), is_understood)


def place(suite: str, item: int, words: str) -> str:
    """Returns a link to the same utterance where it stands in a suite."""
    target = address.of("utterance", suite=suite, item=str(item))
    return markup.link(target, parts.isolated(words.format(suite=suite, item=item)))


def failed(one: ReleaseAnswer) -> str:
    """Returns the HTML of why there is no answer; nothing where there is one."""
    if one.answer.error is not None:
        reason = f'<bdi class="v-raw">{escape(one.answer.error)}</bdi>'
        return f"<div>{escape(_('It failed:'))} {reason}</div>"
    if backend.has_failed(one):
        return f"<div>{escape(_('The assistant did not answer.'))}</div>"
    return ""


def wrong(one: ReleaseAnswer) -> str:
    """Returns the HTML of the metrics under which an answer is wrong."""
    listed = [_(wording.METRICS[check.metric]) for check in one.checks if not check.is_right]
    if not listed:
        return ""
    named = language.enumeration([*map(parts.in_page_direction, listed)])
    return f'<div class="v-muted">{escape(_("Wrong by: {metrics}").format(metrics=named))}</div>'


def reply(found: UtteranceStory, one: ReleaseAnswer) -> str:
    """Returns the HTML of what was replied, where that was kept."""
    if not one.reply:
        return ""
    words = parts.marked(one.reply, found.locale, ())
    return f"<div>{escape(_('Replied:'))} {words}</div>"


def day(moment: datetime) -> str:
    """Returns a moment as the person's own clock shows it."""
    return backend.local_time(moment, st.context.timezone, language.current())


def _origin(one: ReleaseAnswer) -> str:
    if one.origin == "live":
        return _("live")
    words = _("replay {run}") if one.origin == "replay" else _("run {run}")
    return words.format(run=one.run_id)


def _reading(found: UtteranceStory, one: ReleaseAnswer) -> str:
    if problem := failed(one):
        return problem
    lines = []
    if one.alignment is not None:
        lines.append(heard.transcript(one, one.alignment, found.locale))
    if one.alignment is None or one.answer.slots:
        text = parts.marked(one.text, found.locale, one.answer.slots)
        lines.append(f'<div class="v-block">{text}</div>')
    if one.answer.intent is not None:
        right = next((c.is_right for c in one.checks if c.metric == "intent_acc"), None)
        lines.append(f"<div>{parts.judged_intent(one.answer.intent, right)}</div>")
    elif one.alignment is None:
        return f"<div>{escape(_('no answer'))}</div>"
    return "".join(lines)


def _trace(one: ReleaseAnswer) -> str:
    """Returns the HTML of every stage, one a row."""
    columns = [_("Stage"), _("Output"), _("Confidence"), _("Time"), _("Version")]
    rows = [
        [
            escape(_(wording.STAGES.get(stage.stage, stage.stage))),
            f'<bdi dir="auto">{escape(stage.output or "")}</bdi>',
            "" if stage.confidence is None else parts.isolated(measures.percent(stage.confidence)),
            f'<bdi class="v-whole">{markup.milliseconds(stage.latency_ms)} {escape(_("ms"))}</bdi>',
            f'<bdi class="v-raw">{escape(stage.version)}</bdi>',
        ]
        for stage in one.trace
    ]
    return markup.table(_("Stages"), [*map(escape, columns)], rows)
