"""Everything known of one utterance: who said what of it, and which release understood it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import address
import answer
import backend
import flips
import heard
import markup
import measures
import parts
import side_by_side
import state
import turn_story
from backend import Judgment, Revision, SideBySide, UtteranceStory
from language import translate as _

AT_ONCE = 10


def show() -> None:
    """Shows the utterance that the address names."""
    st.set_page_config(layout="wide")
    suites = backend.list_suites()
    if not suites:
        st.title(_("Utterance"), anchor=False)
        parts.empty(
            _("There is no suite yet."),
            _("Freeze one with `{command}`.").format(command="vernacular suite create NAME"),
        )
        return
    story = st.container()
    place = _choose(suites)
    with story, parts.failures():
        if place is None:
            st.title(_("Utterance"), anchor=False)
            if "item" not in st.query_params:
                parts.muted(
                    _("Give its number in the suite; lists of changed utterances lead here too.")
                )
            return
        try:
            found = backend.utterance_story(parts.signed_in(), *place)
        except backend.NotFound:
            st.title(_("Utterance"), anchor=False)
            suite, item = place
            missing = _("Suite {suite} has no utterance with the number {item}. Give another one.")
            st.warning(
                missing.format(suite=parts.plain(suite), item=item), icon=":material/link_off:"
            )
            return
        # Where the list it was opened from is gone, the utterance is still worth reading.
        with parts.failures():
            flips.walk(*place)
        _tell(found)


def _tell(found: UtteranceStory) -> None:
    _about(found)
    pair = side_by_side.show(found)
    _answers(found, pair)
    if found.turn is not None:
        turn_story.show(found, found.turn)
    _parallels(found)
    _judgments(found)
    _revisions(found)


def _choose(suites: list[str]) -> tuple[str, int] | None:
    address.take_number(state.UTTERANCE_ITEM, "item")
    suite_asked, item_asked = map(st.query_params.get, ("suite", "item"))
    is_there = suite_asked in (None, *suites) and address.number("item")
    with st.expander(_("Another utterance"), expanded=not is_there):
        left, right = st.columns(2)
        with left:
            suite = measures.suite_select(state.UTTERANCE_SUITE, suites)
        with right:
            chosen = st.number_input(
                _("Number in the suite"),
                min_value=1,
                step=1,
                value=None,
                key=state.UTTERANCE_ITEM,
                on_change=_put_item,
            )
            if chosen is None and item_asked is not None:
                address.not_there([item_asked])
    return None if suite is None or chosen is None else (suite, int(chosen))


def _put_item() -> None:
    if st.session_state[state.UTTERANCE_ITEM] is None:
        st.query_params.pop("item", None)
    else:
        address.put(state.UTTERANCE_ITEM, "item")


def _about(found: UtteranceStory) -> None:
    asked = found.asked
    st.title(parts.plain(parts.locale_name(found.locale)), anchor=False)
    parts.said(asked.text, found.locale, asked.slots)
    if found.clip is not None:
        heard.player(found.clip)
    st.html(
        f"<div>{escape(_('Expected'))}: {parts.judged_intent(asked.intent, None)}</div>"
        + (f'<div class="v-right">★ {escape(_golden(found))}</div>' if found.golden else "")
    )
    facts = [
        _("Suite {suite}, number {item}").format(suite=found.suite, item=found.item),
        _("domain {domain}").format(domain=asked.domain),
        f"{found.source} {found.external_id}",
        found.partition,
    ]
    if found.dialect:
        facts.append(_("dialect {dialect}").format(dialect=found.dialect))
    others = [one for one in found.places if (one.suite, one.item) != (found.suite, found.item)]
    written = [
        *map(parts.isolated, facts),
        *(answer.place(one.suite, one.item, _("also in {suite}, number {item}")) for one in others),
    ]
    st.html(f'<div class="v-muted">{" · ".join(written)}</div>')
    address.copy_link(suite=found.suite, item=str(found.item))


def _golden(found: UtteranceStory) -> str:
    assert found.golden is not None
    said = _("Golden win since {day}: every release must understand it").format(
        day=answer.day(found.golden.added_at)
    )
    return f"{said}. {found.golden.note}" if found.golden.note else said


def _answers(found: UtteranceStory, pair: SideBySide | None) -> None:
    beside = () if pair is None else (pair.baseline, pair.release)
    others = [one for one in found.answers if one not in beside]
    if beside and not others:
        return
    heading = _("What the releases answered, newest run first")
    st.subheader(_("Other answers, newest run first") if beside else heading, anchor=False)
    if not others:
        parts.muted(_("No release has been asked yet."))
    for one in others[:AT_ONCE]:
        answer.show(found, one)
    if others[AT_ONCE:]:
        with st.expander(_("Earlier runs")):
            for one in others[AT_ONCE:]:
                answer.show(found, one)


def _parallels(found: UtteranceStory) -> None:
    if not found.parallels:
        return
    st.subheader(_("The same in other locales"), anchor=False)
    if found.judged_by is not None:
        parts.muted(
            _("Understood or not by {release}, the newest one").format(release=found.judged_by)
        )
    rows = []
    for one in found.parallels:
        name = escape(parts.locale_short(one.locale))
        if one.item is not None:
            name = markup.link(address.of("utterance", suite=found.suite, item=str(one.item)), name)
        rows.append([name, parts.marked(one.text, one.locale, ()), answer.sign(one.is_understood)])
    columns = [_("Locale"), _("Text"), _("Answer")]
    st.html(markup.table(_("The same in other locales"), [*map(escape, columns)], rows))


def _judgments(found: UtteranceStory) -> None:
    if not found.judgments:
        return
    st.subheader(_("Judged by people where it came from"), anchor=False)
    columns = [
        _("Judge"),
        _("Intent (0–2)"),
        _("Slots (0–2)"),
        _("Grammar (0–4)"),
        _("Spelling (0–2)"),
        _("Language"),
    ]
    name = _("Judged by people where it came from")
    st.html(markup.table(name, [*map(escape, columns)], map(_judgment, found.judgments)))
    if found.translator:
        parts.muted(_("Written by {name}").format(name=found.translator))


def _judgment(one: Judgment) -> list[str]:
    scores = (one.intent_score, one.slots_score, one.grammar_score, one.spelling_score)
    return [
        parts.isolated(one.worker_id),
        *(f"<bdi>{score}</bdi>" for score in scores),
        parts.isolated(one.language_identification),
    ]


def _revisions(found: UtteranceStory) -> None:
    st.subheader(_("Revisions"), anchor=False)
    columns = [_("No."), _("Text"), _("Expected"), _("Author"), _("When")]
    rows = [_revision(found, one) for one in found.revisions]
    st.html(markup.table(_("Revisions"), [*map(escape, columns)], rows))


def _revision(found: UtteranceStory, one: Revision) -> Sequence[str]:
    frozen = ""
    if one.number == found.asked.number:
        frozen = f' <span class="v-muted">{escape(_("in the suite"))}</span>'
    return (
        f"<bdi>{one.number}</bdi>{frozen}",
        parts.marked(one.text, found.locale, one.slots),
        parts.judged_intent(one.intent, None),
        parts.isolated(one.author or (_("imported") if found.turn is None else "")),
        parts.isolated(answer.day(one.created_at)),
    )


show()
