"""How native speakers judged a release's replies: a sentence, a drawing and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

import address
import backend
import charts
import language
import markup
import measures
import parts
import reply_judgment
import reply_quality_chart
import state
import wording
from backend import HeatMap, LocaleReplies, ReplyQuality, ReplyReport, Share, ShareChange
from language import translate as _
from wording import mark

NAMES = {
    "appropriate": mark("As one says it at home"),
    "right_formality": mark("As polite as it should be"),
    "would_offend": mark("Could offend somebody"),
    "understandable": mark("Voice was understood"),
}
VERDICTS = {
    "REGRESSED": mark("worse"),
    "PASS": mark("not worse"),
    "INCONCLUSIVE": mark("too few answers to tell"),
}
VARIETIES = {"dialect": mark("Dialect"), "accent": mark("Accent")}
NONE_NAMED = {
    "dialect": mark("Nobody who judged has named a dialect."),
    "accent": mark("Nobody who judged has named an accent."),
}


def show(found: HeatMap) -> None:
    """Shows how the replies of a heat map's releases were judged in live sessions."""
    show_release(found.release, found.baseline)


def show_release(release: str, baseline: str | None) -> None:
    """Shows how the replies of a release were judged, beside a baseline's where one is named."""
    st.subheader(_("What native speakers say of the replies"), anchor=False)
    found = backend.find_replies(release, baseline)
    if found.n_by_others:
        parts.muted(
            parts.count(
                "{n} turn was judged by somebody who does not speak its language natively; it "
                "does not count.",
                "{n} turns were judged by people who do not speak their language natively; they "
                "do not count.",
                found.n_by_others,
            )
        )
    questions = backend.list_answered(found)
    if not questions:
        parts.empty(
            _("No native speaker has said anything of the replies of {release} yet.").format(
                release=parts.plain(release)
            ),
            _(
                "Talk to it in a live session, open a turn, and answer the questions about the "
                "reply."
            ),
        )
        return
    question = _choose(questions)
    if question is None:
        return
    _explain(found, question)
    rows = backend.worst_replies_first(found, question)
    _draw(found, question, rows)
    with st.expander(_("The same in numbers")):
        st.html(_table(found, question, rows))
    _varieties(found, question)


def _choose(questions: Sequence[str]) -> str | None:
    names = {question: _(NAMES[question]) for question in questions}
    return address.switch(_("Question"), names, state.RELEASES_REPLIES, "reply", questions[0])


def _explain(found: ReplyReport, question: str) -> None:
    asked = _("They were asked: {question}").format(question=_(reply_judgment.QUESTIONS[question]))
    if not backend.is_yes_good(question):
        asked = f"{asked} {_('The fewer say yes, the better.')}"
    said = [asked] if found.against is None else [asked, *_compare(found, question)]
    st.html(f'<div class="v-plain">{escape(" ".join(said))}</div>')


def _compare(found: ReplyReport, question: str) -> list[str]:
    """Returns in which locales the replies became worse, and what is not known."""
    verdicts: dict[str, list[str]] = {}
    for one in found.locales:
        verdict = _verdict(backend.find_change(one, question))
        verdicts.setdefault(verdict, []).append(parts.locale_short(one.locale))
    said = []
    for verdict, sentence in (
        ("REGRESSED", _("Worse: {locales}.")),
        ("PASS", _("Not worse: {locales}.")),
    ):
        if verdict in verdicts:
            said.append(sentence.format(locales=parts.joined(verdicts[verdict])))
    if "INCONCLUSIVE" in verdicts:
        said.append(
            parts.count(
                "In {n} locale there are too few answers to tell.",
                "In {n} locales there are too few answers to tell.",
                len(verdicts["INCONCLUSIVE"]),
            )
        )
        said.append(
            _(
                "Each release needs at least {n} answers in a locale, of at least {people} people."
            ).format(
                n=parts.left_to_right(f"{found.n_min:,}"),
                people=parts.left_to_right(f"{found.people_min:,}"),
            )
        )
    return said


def _verdict(change: ShareChange | None) -> str:
    return "INCONCLUSIVE" if change is None else change.verdict.value


def _draw(found: ReplyReport, question: str, rows: Sequence[LocaleReplies]) -> None:
    names = backend.short_locale_names([one.locale for one in rows], language.current())
    if found.against is not None:
        st.html(f'<div class="v-muted">{_legend(found.release, found.against)}</div>')
    st.plotly_chart(
        reply_quality_chart.dots([_row(one, question, names) for one in rows]),
        key=f"{state.RELEASES_REPLIES}.chart.{found.release}.{found.against}.{question}",
        config={"displayModeBar": False},
        alt=_(
            "{question}: who said yes in every locale, worst first; the table holds the same"
        ).format(question=_(NAMES[question])),
    )
    parts.muted(
        _(
            "The lines are intervals at 95 percent. What one person says tells little of others, "
            "so that few people make them long."
        )
    )
    few = parts.joined(dict.fromkeys(parts.locale_short(one.locale) for one in found.by_few))
    if few:
        parts.muted(_("Judged by few people, so only a rough guess: {locales}").format(locales=few))


def _legend(release: str, against: str) -> str:
    """Returns the HTML that says what the shapes stand for."""
    shapes = (
        (reply_quality_chart.NOW, reply_quality_chart.SIGNS["now"], release),
        (reply_quality_chart.BEFORE, reply_quality_chart.SIGNS["before"], against),
    )
    return "".join(
        f'<bdi class="v-key"><span style="color:{colour}">{sign}</span> '
        f"{parts.isolated(name)}</bdi>"
        for colour, sign, name in shapes
    )


def _row(one: LocaleReplies, question: str, names: Mapping[str, str]) -> reply_quality_chart.Row:
    return reply_quality_chart.Row(
        name=parts.in_page_direction(names[one.locale]),
        now=_mark(one.now, question),
        before=None if one.before is None else _mark(one.before, question),
    )


def _mark(quality: ReplyQuality, question: str) -> reply_quality_chart.Mark | None:
    share = backend.find_share(quality, question)
    interval = share.interval()
    if share.rate is None or interval is None:
        return None
    details = [
        parts.locale_short(quality.locale),
        parts.joined([measures.percent(share.rate), measures.bounds(*interval)]),
        _answers(share),
    ]
    return reply_quality_chart.Mark(
        share.rate, *interval, details="<br>".join(map(parts.in_page_direction, details))
    )


def _table(found: ReplyReport, question: str, rows: Sequence[LocaleReplies]) -> str:
    names = backend.short_locale_names([one.locale for one in rows], language.current())
    columns = [escape(_("Locale"))]
    if found.by is not None:
        columns.append(escape(_(VARIETIES[found.by])))
    if found.against is not None:
        columns.append(escape(_("Change")))
        columns += [parts.isolated(found.release), parts.isolated(found.against)]
    else:
        columns += [escape(_("Yes")), escape(_("People")), escape(_("Rating"))]
        columns.append(escape(_("Most often wrong")))
    cells = []
    for one in rows:
        place = [escape(names[one.locale])]
        if found.by is not None:
            place.append(_variety(one.variety))
        write = _alone if found.against is None else _beside
        cells.append([*place, *write(one, question)])
    return markup.table(_("What native speakers say of the replies"), columns, cells, "v-figures")


def _variety(name: str | None) -> str:
    if name is None:
        return f'<span class="v-muted">{escape(_("none named"))}</span>'
    return parts.isolated(name)


def _alone(one: LocaleReplies, question: str) -> list[str]:
    rating = one.now.mean_rating
    worst = next(iter(one.now.tags), None)
    return [
        _share(backend.find_share(one.now, question)),
        f"<bdi>{one.now.n_people:,}</bdi>",
        "" if rating is None else f"<bdi>{parts.left_to_right(f'{rating:.1f}')}</bdi>",
        "" if worst is None else escape(_(wording.ISSUES.get(worst) or wording.spoken(worst))),
    ]


def _beside(one: LocaleReplies, question: str) -> list[str]:
    before = Share() if one.before is None else backend.find_share(one.before, question)
    change = backend.find_change(one, question)
    verdict = measures.verdict_html(_verdict(change), _(VERDICTS[_verdict(change)]))
    return [
        f"{_change(change, question)}<div>{verdict}</div>",
        _share(backend.find_share(one.now, question)),
        _share(before),
    ]


def _share(share: Share) -> str:
    if not share.n:
        return f'<span class="v-muted">{escape(_("no answers"))}</span>'
    low, high = share.interval() or (None, None)
    answers = f'<div class="v-muted">{escape(_answers(share))}</div>'
    return f"{measures.rate_html(share.rate, low, high)} {answers}"


def _answers(share: Share) -> str:
    """Returns how many answers there are, and of how many people."""
    said = [
        parts.count("{n} answer", "{n} answers", share.n),
        parts.count("{n} person", "{n} people", share.n_people),
    ]
    return parts.joined(said)


def _change(change: ShareChange | None, question: str) -> str:
    if change is None or change.delta is None:
        return ""
    # Inside, negative is worse; a reader sees more or fewer who say yes.
    turned = 1 if backend.is_yes_good(question) else -1
    bounds = ""
    if change.low is not None and change.high is not None:
        low, high = sorted((turned * change.low, turned * change.high))
        written = f"{charts.points(low, '')}\N{NO-BREAK SPACE}…\N{NO-BREAK SPACE}"
        bounds = parts.left_to_right(written + charts.points(high, ""))
    points = _("{points} points").format(
        points=parts.left_to_right(charts.points(turned * change.delta, ""))
    )
    return (
        f'<bdi class="v-whole">{escape(points)}</bdi> '
        f'<bdi class="v-whole v-muted">{escape(bounds)}</bdi>'
    )


def _varieties(found: ReplyReport, question: str) -> None:
    with st.expander(_("By dialect and accent")):
        for by in ("dialect", "accent"):
            cut = backend.find_replies(found.release, found.against, by)
            if any(one.variety is not None for one in cut.locales):
                st.html(_table(cut, question, backend.worst_replies_first(cut, question)))
            else:
                parts.muted(_(NONE_NAMED[by]))
