"""Rates, changes and verdicts as people read them, in every language and direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

import address
import backend
import charts
import language
import parts
import wording
from backend import LeftOut
from language import translate as _


def verdict(word: str) -> None:
    """Shows a verdict as the word that all reports use, and what it means."""
    st.html(f"<div>{verdict_html(word, _(wording.VERDICTS[word]))}</div>")


def verdict_html(word: str, meaning: str = "") -> str:
    """Returns the HTML of a verdict, followed by what it means where that is given."""
    look = {"REGRESSED": "v-bad", "PASS": "v-good"}.get(word, "v-open")
    tail = f": {escape(meaning)}" if meaning else ""
    return f'<span class="v-verdict {look}"><bdi>{escape(word)}</bdi>{tail}</span>'


def percent(rate: float) -> str:
    """Returns a fraction as a percentage, kept together in a text of either direction."""
    return parts.left_to_right(f"{charts.percent(rate, '')}\N{NO-BREAK SPACE}%")


def rate(value: float | None) -> str:
    """Returns a fraction as a percentage, or the word for none."""
    return _("unscored") if value is None else percent(value)


def bounds(low: float, high: float) -> str:
    """Returns an interval of fractions in percent, the lower bound on the left."""
    return parts.left_to_right(f"{charts.percent(low, '')}–{charts.percent(high, '')}")


def rate_html(value: float | None, low: float | None, high: float | None) -> str:
    """Returns the HTML of a rate with its interval, where it has one."""
    written = f'<bdi class="v-whole">{escape(rate(value))}</bdi>'
    if low is None or high is None:
        return written
    return f'{written} <bdi class="v-whole v-muted">{escape(bounds(low, high))}</bdi>'


def change(metric: str, delta: float | None) -> str:
    """Returns a change in points as people expect it, its sign on the left in either direction.

    That of an error rate says whether it is for the worse, because its sign does not.

    Args:
        metric: its key.
        delta: negative is worse, for error rates too; None if unknown.
    """
    if delta is None:
        return _("unscored")
    shown = backend.shown_change(metric, delta)
    written = _("{points} points").format(points=parts.left_to_right(charts.points(shown, "")))
    if not backend.is_error(metric) or not charts.sign(delta):
        return written
    word = _("worse") if delta < 0 else _("better")
    return _("{change} ({word})").format(change=written, word=word)


def mean(metric: str, rate: float, delta: float | None, remark: str) -> None:
    """Shows the mean of a metric with its change and a remark on what it hides."""
    moved = ""
    if delta is not None:
        # A change that is written as none has no colour either.
        look = {-1: "v-wrong", 0: "", 1: "v-right"}[charts.sign(delta)]
        moved = f'<span class="{look}">{escape(change(metric, delta))}</span>'
    st.html(
        f'<div class="v-mean"><div>{escape(_(wording.METRICS[metric]))}</div>'
        f'<div><span class="v-number">{escape(percent(rate))}</span> {moved}</div>'
        f'<div class="v-muted">{escape(remark)}</div></div>'
    )


def verdict_signs() -> None:
    """Says what the signs of a drawing stand for."""
    signs = charts.SIGNS.items()
    parts.muted(parts.joined(f"{sign} {_(wording.VERDICTS[word])}" for word, sign in signs))


def choose(suite_key: str, metric_key: str) -> tuple[str, str] | None:
    """Asks for a suite and a metric; says what to do where no run was finished.

    Args:
        suite_key: session-state key of the suite's widget.
        metric_key: that of the metric's.

    Returns:
        Both, or None where there is nothing to choose from, or nothing chosen that is there.
    """
    suites = backend.list_measured_suites()
    if not suites:
        parts.empty(
            _("No release has finished a run yet."),
            _("Make one with `{command}`.").format(command="vernacular run start RELEASE SUITE"),
        )
        return None
    left, right = st.columns(2)
    with left:
        suite = suite_select(suite_key, suites)
    if suite is None:
        return None
    with right:
        metric = metric_select(metric_key, backend.list_scored_metrics(suite))
    return None if metric is None else (suite, metric)


def suite_select(key: str, suites: Sequence[str]) -> str | None:
    """Asks for a suite, the one that was run last unless told, and keeps it in the address."""
    spoken = backend.list_spoken_suites()
    names = {suite: suite_name(suite, spoken) for suite in suites}
    return address.select(_("Suite"), names, key, "suite", suites[0])


def suite_name(suite: str, spoken: Mapping[str, float]) -> str:
    """Returns a suite's name, and where it has clips how long they last.

    Args:
        suite: its name.
        spoken: the seconds of each suite that has clips.
    """
    return parts.joined([suite, speech(spoken[suite])]) if suite in spoken else suite


def speech(seconds: float) -> str:
    """Returns how much speech there is, in words."""
    lasting = backend.duration(seconds, language.current())
    return _("{duration} of speech").format(duration=parts.in_page_direction(lasting))


def metric_select(key: str, metrics: Sequence[str]) -> str | None:
    """Asks for a metric, whether people were understood unless told; None where there is none."""
    if not metrics:
        parts.empty(_("Nothing is scored yet."), _("Choose another suite."))
        return None
    usual = "intent_acc" if "intent_acc" in metrics else metrics[0]
    names = {metric: _(wording.METRICS[metric]) for metric in metrics}
    return address.select(_("Metric"), names, key, "metric", usual)


def left_out(releases: Iterable[LeftOut]) -> None:
    """Names the releases that are not shown, and why."""
    for one in releases:
        parts.muted(
            _("Not shown: {release}, run {run}: {reason}").format(
                release=one.release, run=one.run_id, reason=_(wording.LEFT_OUT[one.reason])
            )
        )
