"""The utterances of one locale and metric that only one of two releases understood."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

import address
import backend
import language
import parts
import state
import wording
from backend import FlipCell, FlipView, HeatMap, JudgedAnswer, Kind, Slot
from language import translate as _

AT_ONCE = 20
_BACK = {"ltr": "arrow_back", "rtl": "arrow_forward"}
KINDS: Final[tuple[Kind, ...]] = ("regression", "fix")


def show(found: HeatMap, locale: str, metric: str) -> dict[str, str]:
    """Shows the flips of one cell, a page at a time.

    Returns:
        The choices that the list rests on, by their names in the address.
    """
    heading = parts.joined([parts.locale_name(locale), _(wording.METRICS[metric])])
    st.subheader(parts.plain(heading), anchor=False)
    listed = backend.list_flips(found, locale, metric)
    by_kind: dict[str, list[FlipView]] = {
        kind: [flip for flip in listed if flip.kind == kind] for kind in KINDS
    }
    names = {
        "regression": parts.count("{n} got worse", "{n} got worse", len(by_kind["regression"])),
        "fix": parts.count("{n} got better", "{n} got better", len(by_kind["fix"])),
    }
    usual = "regression" if by_kind["regression"] or not by_kind["fix"] else "fix"
    # How many are shown belongs to one cell and kind: another one starts from its beginning.
    kind = address.switch(_("What changed"), names, state.RELEASES_KIND, "kind", usual, "shown")
    if kind is None:
        return {"cell": f"{locale} {metric}"}
    flips = by_kind[kind]
    if not flips:
        parts.muted(_("No utterance of this kind."))
        return {"cell": f"{locale} {metric}", "kind": kind}
    n_shown = max(address.number("shown") or 0, AT_ONCE)
    for flip in flips[:n_shown]:
        _flip(found, flip, f"{locale} {metric}", n_shown)
    if n_shown < len(flips):
        st.button(
            _("Show more"),
            key="releases.more",
            icon=":material/expand_more:",
            on_click=_show_more,
            args=(n_shown + AT_ONCE,),
        )
    return {"cell": f"{locale} {metric}", "kind": kind, **_shown(n_shown)}


def walk(suite: str, item: int) -> None:
    """Leads from an utterance to the flips before and after it, where it was opened as a flip."""
    cell = _cell_of(suite)
    if cell is None:
        return
    place = backend.find_flip_place(cell, item)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "tester_pages/releases.py",
            label=_("Back to the list"),
            icon=f":material/{_BACK[language.direction()]}:",
            query_params=_whole_list(suite),
        )
        if place is None:
            parts.muted(_("It is not among the changed utterances of that list."))
            return
        _step(_("Previous"), "previous", place.previous, "Alt+P")
        said = _("{number} of {n}").format(number=place.number, n=place.n_flips)
        st.html(f'<span class="v-muted">{parts.isolated(said)}</span>', width="content")
        _step(_("Next"), "next", place.following, "Alt+N")


def _shown(n_shown: int) -> dict[str, str]:
    return {"shown": str(n_shown)} if n_shown > AT_ONCE else {}


def _show_more(n_shown: int) -> None:
    st.query_params["shown"] = str(n_shown)


def _cell_of(suite: str) -> FlipCell | None:
    """Returns the flips that the address says the utterance was opened from."""
    locale, _space, metric = st.query_params.get("cell", "").partition(" ")
    kind = next((one for one in KINDS if one == st.query_params.get("kind")), None)
    baseline, release = _release_in("baseline"), _release_in("release")
    if not metric or kind is None or baseline is None or release is None:
        return None
    return FlipCell(release, baseline, suite, locale, metric, kind)


def _release_in(name: str) -> str | None:
    # What was answered live can stand beside a run too, but it has no list of flips.
    asked = st.query_params.get(name, address.NOTHING)
    return None if asked == address.NOTHING or ":" in asked else asked


def _whole_list(suite: str) -> dict[str, str]:
    asked = st.query_params
    query = {"release": asked["release"], "baseline": asked["baseline"], "suite": suite}
    return {**query, **{name: asked[name] for name in ("cell", "kind", "shown") if name in asked}}


def _step(label: str, name: str, item: int | None, shortcut: str) -> None:
    st.button(
        label,
        key=f"utterance.{name}",
        disabled=item is None,
        on_click=_go,
        args=(item,),
        shortcut=shortcut,
    )


def _go(item: int) -> None:
    # The page finds that the address has moved on, as it does where somebody goes back in it.
    st.query_params["item"] = str(item)


def _flip(found: HeatMap, flip: FlipView, cell: str, n_shown: int) -> None:
    """Shows what was expected, and below it both answers side by side."""
    with st.container(border=True):
        expected = _reading(flip.expected_intent, flip.expected_slots, flip.text, flip.locale)
        was_right = flip.kind == "regression"
        st.html(
            f'<div class="v-flip"><div class="v-expected">{_title(_("Expected"))}{expected}</div>'
            f"<div>{_answer(found.baseline or '', flip.baseline, flip, was_right)}</div>"
            f"<div>{_answer(found.release, flip.candidate, flip, not was_right)}</div></div>"
        )
        st.page_link(
            "tester_pages/utterance.py",
            label=_("Everything about this utterance"),
            icon=":material/manage_search:",
            query_params={
                "suite": found.suite,
                "item": str(flip.item),
                "release": found.release,
                "baseline": found.baseline or address.NOTHING,
                "cell": cell,
                "kind": flip.kind,
                **_shown(n_shown),
            },
        )


def _answer(release: str, answer: JudgedAnswer, flip: FlipView, is_right: bool) -> str:
    """Returns the HTML of an answer, right or wrong under the metric that is looked at."""
    # What was heard takes the place of what was said, and slots are spans of it.
    text = flip.text if answer.transcript is None else answer.transcript
    if answer.intent is not None:
        is_meant = answer.intent == flip.expected_intent
        shown = _reading(answer.intent, answer.slots, text, flip.locale, is_meant)
    elif answer.transcript is not None:
        shown = f'<div class="v-block">{_said(text, flip.locale, ())}</div>'
    else:
        shown = f"<div>{escape(_('no answer'))}</div>"
    if answer.text_intent is not None:
        # Right here and wrong above, it was lost by hearing.
        is_meant = answer.text_intent == flip.expected_intent
        as_text = parts.judged_intent(answer.text_intent, is_meant)
        shown += f"<div>{escape(_('Given the text:'))} {as_text}</div>"
    return f"{_title(release, is_right)}{shown}"


def _reading(
    intent: str, slots: Sequence[Slot], text: str, locale: str, is_right: bool | None = None
) -> str:
    return (
        f'<div class="v-block">{_said(text, locale, slots)}</div>'
        f"{parts.judged_intent(intent, is_right)}"
    )


def _said(text: str, locale: str, slots: Sequence[Slot]) -> str:
    return parts.marked(text, locale, slots) if text else escape(_("nothing was heard"))


def _title(name: str, is_right: bool | None = None) -> str:
    return f'<div class="v-muted">{parts.judged(parts.isolated(name), is_right)}</div>'
