"""Two answers to one utterance side by side, stage by stage."""

from __future__ import annotations

from html import escape

import streamlit as st

import address
import answer
import backend
import heard
import markup
import measures
import parts
import state
import wording
from address import NOTHING
from backend import ReleaseAnswer, SideBySide, StageAnswer, StagePair, UtteranceStory
from language import translate as _


def show(found: UtteranceStory) -> SideBySide | None:
    """Asks for two answers and shows them; returns them, or None where two are not chosen."""
    choices = backend.list_answer_choices(found)
    if len(choices) < 2:
        return None
    st.subheader(_("Two answers side by side"), anchor=False)
    left, right = st.columns(2)
    with left:
        baseline = _choose(choices, state.UTTERANCE_BASELINE, "baseline", _("Compared with"))
    with right:
        release = _choose(choices, state.UTTERANCE_RELEASE, "release", _("Release"))
    if baseline is None or release is None:
        return None
    if NOTHING in (baseline, release) or baseline == release:
        parts.muted(_("Choose two different answers to see where they part ways."))
        return None
    pair = backend.side_by_side(found, baseline, release)
    with st.container(border=True):
        st.html(f"<div><strong>{escape(_conclusion(pair))}</strong></div>{_headings(found, pair)}")
        for stage in pair.stages:
            st.html(_stage(found, pair, stage))
        st.html(_endings(found, pair))
    return pair


def _choose(choices: dict[str, ReleaseAnswer], key: str, name: str, label: str) -> str | None:
    names = {NOTHING: _("nothing"), **{name: _named(one) for name, one in choices.items()}}
    return address.select(label, names, key, name, NOTHING)


def _named(one: ReleaseAnswer) -> str:
    if one.origin == "live":
        return _("{release}, live").format(release=parts.in_page_direction(one.release))
    return one.release


def _conclusion(pair: SideBySide) -> str:
    """Returns where the two part ways first, and who is right there."""
    if pair.first_difference is None:
        return _("No stage differs.")
    stage = _(wording.STAGES[pair.first_difference])
    if pair.right in ("baseline", "release"):
        one = pair.baseline if pair.right == "baseline" else pair.release
        return _("They first differ in {stage}: {release} is right.").format(
            stage=stage, release=parts.in_page_direction(_named(one))
        )
    words = {
        "both": _("They first differ in {stage}: both are right."),
        "neither": _("They first differ in {stage}: neither is right."),
        None: _("They first differ in {stage}: nobody has said who is right."),
    }
    return words[pair.right].format(stage=stage)


def _headings(found: UtteranceStory, pair: SideBySide) -> str:
    cells = "".join(
        f"<div>{answer.heading(found, one)}</div>" for one in (pair.baseline, pair.release)
    )
    return f'<div class="v-flip">{cells}</div>'


def _stage(found: UtteranceStory, pair: SideBySide, stage: StagePair) -> str:
    name = _(wording.STAGES[stage.stage])
    mark = ""
    if stage.is_same is False:
        is_first = stage.stage == pair.first_difference
        word = _("differs first here") if is_first else _("differs")
        mark = f' <span class="v-verdict v-open">{escape(word)}</span>'
    elif stage.is_same:
        mark = f' <span class="v-muted">{escape(_("the same"))}</span>'
    cells = "".join(
        f"<div>{_cell(found, one, said, stage.stage)}</div>"
        for one, said in ((pair.baseline, stage.baseline), (pair.release, stage.release))
    )
    return (
        f'<section class="v-flip" aria-label="{escape(name)}">'
        f'<div class="v-expected"><strong>{escape(name)}</strong>{mark}</div>{cells}</section>'
    )


def _cell(found: UtteranceStory, one: ReleaseAnswer, said: StageAnswer | None, stage: str) -> str:
    if said is None:
        return f'{_title(one)}<div class="v-muted">{escape(_("nothing was kept"))}</div>'
    return f"{_title(one)}{_output(found, one, said, stage)}{_facts(said)}"


def _title(one: ReleaseAnswer) -> str:
    # Below one another on a narrow screen, nothing else says whose it is.
    return f'<div class="v-muted">{parts.isolated(_named(one))}</div>'


def _output(found: UtteranceStory, one: ReleaseAnswer, said: StageAnswer, stage: str) -> str:
    if stage == "asr":
        if one.alignment is None:
            return ""
        direction = backend.locale_direction(found.locale)
        words = markup.aligned(one.alignment, found.locale, direction)
        heard_words = words if said.output else escape(_("nothing was heard"))
        return f'<div class="v-block">{parts.judged(heard_words, said.is_right)}</div>'
    if stage == "nlu":
        if said.output is None:
            return f"<div>{parts.judged(escape(_('no answer')), said.is_right)}</div>"
        text = parts.marked(one.text, found.locale, said.slots)
        is_meant = said.output == found.asked.intent
        return f'<div class="v-block">{text}</div>{parts.judged_intent(said.output, is_meant)}'
    return (
        f'<div class="v-block">{parts.marked(said.output, found.locale, ())}</div>'
        if (said.output)
        else ""
    )


def _facts(said: StageAnswer) -> str:
    facts = []
    if said.confidence is not None:
        facts.append(_("confidence {value}").format(value=measures.percent(said.confidence)))
    if said.latency_ms is not None:
        facts.append(f"{markup.milliseconds(said.latency_ms)} {_('ms')}")
    if said.version is not None:
        facts.append(said.version)
    return f'<div class="v-muted">{" · ".join(map(parts.isolated, facts))}</div>'


def _endings(found: UtteranceStory, pair: SideBySide) -> str:
    """Returns what goes for the whole of each answer: why it failed, what the text would give."""
    said = [
        (one, f"{answer.failed(one)}{answer.wrong(one)}{heard.as_text(one, found.locale)}")
        for one in (pair.baseline, pair.release)
    ]
    cells = "".join(f"<div>{_title(one) if words else ''}{words}</div>" for one, words in said)
    return f'<div class="v-flip">{cells}</div>'
