"""What two releases cost beside how good they are, in a sentence and in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

import backend
import charts
import language
import markup
import measures
import parts
import wording
from backend import CostChange, HeatMap, HeatMean, Quality, RunCost, StageCost, TimesAre
from language import translate as _

SAME_SIZE = 0.02
"""Up to this share two sizes are called the same."""
SAME_SPEED = 0.05
"""Two runs of one release on one machine differ by as much."""
HALF = (0.48, 0.52)


def show(found: HeatMap) -> None:
    """Shows what the runs of a heat map cost, side by side where it has a baseline."""
    costs = backend.list_costs(found)
    st.subheader(_("Cost beside quality"), anchor=False)
    if not any(map(_is_recorded, costs)):
        parts.muted(
            _(
                "What it cost was not recorded: the answers were made elsewhere, or before costs "
                "were kept. The next run over this suite records it."
            )
        )
        return
    change = None
    if len(costs) == 2:
        change = backend.weigh(*costs)
        said = [*_compare(costs, change), *_quality(found)]
        st.html(f'<div class="v-plain">{" ".join(said)}</div>')
    st.html(markup.table(_("Cost beside quality"), _heads(costs), _rows(costs), "v-figures"))
    _explain(costs, change)


def _is_recorded(one: RunCost) -> bool:
    figures = (one.n_parameters, one.weights_bytes, one.peak_memory_bytes, one.answering_seconds)
    return bool(one.stages) or any(figure is not None for figure in figures)


def _compare(costs: Sequence[RunCost], change: CostChange) -> list[str]:
    """Returns the HTML of what is to be said of size and speed."""
    facts = [fact for fact in (_size(change.size), _speed(change.speed)) if fact]
    if not facts:
        return []
    sentence = _("{candidate} beside {baseline}: {first}, {second}.")
    if len(facts) == 1:
        sentence = _("{candidate} beside {baseline}: {first}.")
    names = {"baseline": costs[0].release, "candidate": costs[1].release}
    isolated = {key: parts.isolated(name) for key, name in names.items()}
    words = dict(zip(("first", "second"), map(escape, facts), strict=False))
    return [escape(sentence).format(**isolated, **words)]


def _size(ratio: float | None) -> str | None:
    if ratio is None:
        return None
    if abs(ratio - 1) <= SAME_SIZE:
        return _("the same size")
    if HALF[0] <= ratio <= HALF[1]:
        return _("half the size")
    if ratio < 1:
        return _("{percent} of the size").format(percent=measures.percent(ratio))
    return _("{times} times the size").format(times=_times(ratio))


def _speed(ratio: float | None) -> str | None:
    if ratio is None:
        return None
    if abs(ratio - 1) <= SAME_SPEED:
        return _("as fast")
    if HALF[0] <= ratio <= HALF[1]:
        return _("half as fast")
    if ratio < 1:
        return _("{percent} of the speed").format(percent=measures.percent(ratio))
    return _("{times} times as fast").format(times=_times(ratio))


def _times(ratio: float) -> str:
    return parts.left_to_right(f"{ratio:,.1f}")


def _quality(found: HeatMap) -> list[str]:
    """Returns the HTML of how the quality changed, never without the worst locale."""
    known = [mean for mean in found.means if mean.delta is not None]
    if not known:
        return [escape(_("No locale has enough utterances to say how the quality compares."))]
    by_metric = {mean.metric: mean for mean in known}
    mean = by_metric.get("intent_acc", known[0])
    assert mean.delta is not None
    sentence = _moved(mean).format(
        metric=_(wording.METRICS[mean.metric]),
        distance=parts.left_to_right(charts.percent(abs(mean.delta), "")),
        locale=parts.in_page_direction(parts.locale_short(mean.worst_delta_locale or "")),
        change=measures.change(mean.metric, mean.worst_delta),
    )
    return [escape(sentence)]


def _moved(mean: HeatMean) -> str:
    assert mean.delta is not None
    sign = charts.sign(mean.delta)
    if sign < 0:
        return _("{metric}: {distance} points worse on average; worst: {locale}, {change}.")
    if sign > 0:
        return _("{metric}: {distance} points better on average; worst: {locale}, {change}.")
    return _("{metric}: the same on average; worst: {locale}, {change}.")


def _heads(costs: Sequence[RunCost]) -> list[str]:
    heads = [escape(_("Measure"))]
    for one in costs:
        facts = [_("run {run}").format(run=one.run_id)]
        if one.device is not None:
            facts.append(one.device)
        if one.times_are == TimesAre.ALONE:
            facts.append(_("asked alone"))
        heads.append(
            f'{parts.isolated(one.release)}<div class="v-muted">'
            f"{' · '.join(map(parts.isolated, facts))}</div>"
        )
    return heads


def _rows(costs: Sequence[RunCost]) -> list[list[str]]:
    rows = [[escape(label), *(_figure(write(one)) for one in costs)] for label, write in _figures()]
    if any(one.seconds_heard_per_second is not None for one in costs):
        heard = (_speech(one.seconds_heard_per_second) for one in costs)
        rows.append([escape(_("Speech heard in one second")), *map(_figure, heard)])
    longest = max((stage.p95_ms for one in costs for stage in one.stages), default=0.0)
    for name in backend.list_stages(costs):
        cells = (_stage(_find_stage(one, name), longest) for one in costs)
        rows.append([escape(_(wording.STAGE_TIMES[name])), *cells])
    worst = {quality.worst_locale for one in costs for quality in one.quality}
    names = backend.short_locale_names(worst, language.current())
    for metric in dict.fromkeys(quality.metric for one in costs for quality in one.quality):
        label = _("{metric}, mean").format(metric=_(wording.METRICS[metric]))
        rows.append([escape(label), *(_mean(_find_quality(one, metric), names) for one in costs)])
    return rows


def _kinds_of_times() -> dict[TimesAre, str]:
    return {
        TimesAre.BATCH_SHARES: _(
            "Times are per utterance, as its batch took: the time of the batch divided by its "
            "utterances, not that of one asked alone."
        ),
        TimesAre.ALONE: _(
            "Where each utterance was asked alone, times are what a person would wait for."
        ),
        TimesAre.AS_REPORTED: _("Times of answers made elsewhere are as they were reported."),
    }


def _figures() -> list[tuple[str, Callable[[RunCost], str | None]]]:
    return [
        (_("Size of the weights"), lambda one: _megabytes(one.weights_bytes)),
        (_("Parameters"), lambda one: _number(one.n_parameters)),
        (_("Most memory held"), lambda one: _megabytes(one.peak_memory_bytes)),
        (_("Utterances in one second"), lambda one: _rate(one.utterances_per_second)),
    ]


def _figure(written: str | None) -> str:
    if written is None:
        return f'<span class="v-muted">{escape(_("not recorded"))}</span>'
    return f'<bdi class="v-whole">{escape(written)}</bdi>'


def _number(value: int | None) -> str | None:
    return None if value is None else parts.left_to_right(f"{value:,}")


def _rate(value: float | None) -> str | None:
    if value is None:
        return None
    return parts.left_to_right(f"{value:,.0f}" if value >= 100 else f"{value:.1f}")


def _megabytes(n_bytes: int | None) -> str | None:
    """Returns a size in millions of bytes, as disks are sold."""
    if n_bytes is None:
        return None
    return _("{n} MB").format(n=parts.left_to_right(f"{n_bytes / 1e6:,.1f}"))


def _speech(seconds: float | None) -> str | None:
    return None if seconds is None else _("{n} s").format(n=_rate(seconds))


def _find_stage(one: RunCost, name: str) -> StageCost | None:
    return next((stage for stage in one.stages if stage.stage == name), None)


def _find_quality(one: RunCost, metric: str) -> Quality | None:
    return next((quality for quality in one.quality if quality.metric == metric), None)


def _stage(found: StageCost | None, longest_ms: float) -> str:
    if found is None:
        return _figure(None)
    times = (("p50", found.p50_ms), ("p95", found.p95_ms))
    words = (
        f'<span class="v-whole"><bdi>{name}</bdi> <bdi>{markup.milliseconds(took_ms)}</bdi> '
        f"{escape(_('ms'))}</span>"
        for name, took_ms in times
    )
    bar = markup.spread_bar(found.p50_ms / longest_ms, found.p95_ms / longest_ms)
    return f'{bar}<div class="v-times">{" ".join(words)}</div>'


def _mean(found: Quality | None, names: Mapping[str, str]) -> str:
    if found is None:
        return escape(_("unscored"))
    worst = _("worst: {locale}, {value}").format(
        locale=parts.in_page_direction(names[found.worst_locale]),
        value=measures.percent(found.worst),
    )
    return (
        f'<bdi class="v-whole">{escape(measures.percent(found.mean))}</bdi>'
        f'<div class="v-muted">{escape(worst)}</div>'
    )


def _explain(costs: Sequence[RunCost], change: CostChange | None) -> None:
    kinds = {one.times_are for one in costs if one.stages}
    for times_are, words in _kinds_of_times().items():
        if times_are in kinds:
            parts.muted(words)
    if kinds:
        parts.muted(
            _(
                "The filled bar ends where half of the answers were there (p50), the hatched one "
                "where 95 of 100 were (p95); where all came in one batch, both are the same."
            )
        )
    if len(kinds) > 1:
        parts.muted(_("The times of the two were taken in different ways and do not compare."))
    if change is not None and not change.is_same_work:
        parts.muted(
            _(
                "One of the two was asked for replies as well, so that the time to answer and the "
                "utterances in one second do not compare; the times of the stages do."
            )
        )
    if change is not None and not change.is_same_device:
        parts.muted(_("The two ran on different devices, so times and memory cannot be compared."))
    elif any(one.peak_memory_bytes is not None for one in costs):
        parts.muted(
            _(
                "Times and memory are those of the machine that ran it; on a CPU the memory is "
                "that of the whole process."
            )
        )
