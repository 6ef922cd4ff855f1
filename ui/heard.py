"""The voice side of an utterance: its recording, what was heard of it, and what the text gives."""

from __future__ import annotations

from html import escape

import streamlit as st

import backend
import language
import markup
import measures
import parts
import wording
from backend import ReleaseAnswer, SpokenClip, TranscriptAlignment
from language import translate as _


def player(clip: SpokenClip, name: str | None = None) -> None:
    """Lets a person listen to a recording, or says why she cannot.

    Args:
        clip: the recording.
        name: what it is called, where it is not just a recording of what was said.
    """
    if clip.problem is not None:
        st.warning(
            _("This recording cannot be decoded: there is nothing to hear in it."),
            icon=":material/volume_off:",
        )
        return
    facts = [name or _("Recording")]
    if clip.audio_seconds is not None:
        facts.append(backend.duration(clip.audio_seconds, language.current()))
    if clip.is_incomplete:
        facts.append(_("a part of it is missing"))
    parts.muted(parts.joined(facts))
    sound = backend.read_sound(clip.content_hash)
    if sound.problem is not None:
        st.warning(_(sound.problem), icon=":material/volume_off:")
    else:
        st.audio(sound.data, format=sound.media_type)


def transcript(one: ReleaseAnswer, alignment: TranscriptAlignment, locale: str) -> str:
    """Returns the HTML of what was heard, laid over what was said."""
    counts = alignment.counts
    facts = [
        _("{changed} changed, {missing} missing, {added} added of {n}").format(
            changed=counts.substitutions,
            missing=counts.deletions,
            added=counts.insertions,
            n=counts.n_ref,
        )
    ]
    if one.answer.transcript_confidence is not None:
        sure = measures.percent(one.answer.transcript_confidence)
        facts.append(_("sure of what it heard: {value}").format(value=sure))
    direction = backend.locale_direction(locale)
    return (
        f"<div>{escape(_('Heard:'))} {markup.aligned(alignment, locale, direction)}</div>"
        f'<div class="v-muted">{escape(parts.joined(facts))}</div>'
    )


def as_text(one: ReleaseAnswer, locale: str) -> str:
    """Returns the HTML of what was understood of the reference text, and so the stage at fault."""
    if one.is_right_as_text is None:
        return ""
    if one.answer.text_error is not None:
        reason = f'<bdi class="v-raw">{escape(one.answer.text_error)}</bdi>'
        understood = f"{escape(_('It failed:'))} {reason}"
    elif one.answer.text_intent is None:
        understood = parts.judged(escape(_("nothing")), one.is_right_as_text)
    else:
        understood = parts.judged_intent(one.answer.text_intent, one.is_right_as_text)
    slots = ""
    if one.answer.text_slots:
        text = parts.marked(one.given, locale, one.answer.text_slots)
        slots = f'<div class="v-block">{text}</div>'
    fault = ""
    if one.lost_by is not None:
        fault = f'<div class="v-muted">{escape(_(wording.LOST_BY[one.lost_by]))}</div>'
    return f"<div>{escape(_('Given the text:'))} {understood}</div>{slots}{fault}"


def stages(one: ReleaseAnswer) -> str:
    """Returns the HTML of how long each stage took, where the run kept that."""
    named = [(_(wording.STAGES.get(stage, stage)), took_ms) for stage, took_ms in one.answer.stages]
    return markup.stage_bar(named, _("ms")) if named else ""
