"""What was said of replies on a terminal, worst locale first."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vernacular.comparison.answers_of_people import FEW_PEOPLE, FEWEST_PEOPLE
from vernacular.comparison.reply_questions import ReplyQuestion, by_people
from vernacular.comparison.unpaired import Share, ShareChange
from vernacular.comparison.verdict import Verdict
from vernacular.evaluation.reply_quality import ReplyQuality
from vernacular.reports.figures import MARKS, points
from vernacular.reports.replies.replies import LocaleReplies, ReplyReport

HEADINGS = {
    ReplyQuestion.APPROPRIATE: "appropriate",
    ReplyQuestion.RIGHT_FORMALITY: "right formality",
    ReplyQuestion.WOULD_OFFEND: "would offend",
    ReplyQuestion.UNDERSTANDABLE: "understandable",
}
_NOBODY = (
    "nobody has judged any yet: talk to the release in the tester UI, open a turn and answer the"
    " questions about its reply"
)
_STYLES = {Verdict.REGRESSED: "red", Verdict.PASS: "green"}


def render_replies(found: ReplyReport) -> RenderableType:
    """Returns a row per locale, or per locale and question where two releases are compared."""
    title = f"replies of {found.release}, judged by native speakers in live sessions"
    if found.against is not None:
        title += f", against those of {found.against}"
    parts: list[RenderableType] = [Text(title)]
    if not found.locales:
        parts.append(Text(_NOBODY))
    else:
        parts.append(_alone(found) if found.against is None else _beside(found))
        most_named = "" if found.by or found.against else _most_named(found)
        if most_named:
            parts.append(Text(f"named most often: {most_named}"))
        parts.append(Text("\n".join(_legend(found)), style="dim"))
        few = _few_people(found)
        if few:
            parts.append(Text(few, style="yellow"))
    if found.n_by_others:
        parts.append(
            Text(
                f"{found.n_by_others:,} more judged turns do not count: their locale is not one"
                " that the person speaks natively ('vernacular people add --locale')",
                style="magenta",
            )
        )
    return Group(*parts)


def _new_table(found: ReplyReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("locale", no_wrap=True)
    if found.by is not None:
        table.add_column(found.by, overflow="fold", min_width=10)
    return table


def _place(one: LocaleReplies, found: ReplyReport) -> list[str]:
    return [one.locale] if found.by is None else [one.locale, one.variety or "none named"]


def _alone(found: ReplyReport) -> Table:
    table = _new_table(found)
    for heading in ("turns", "people", *HEADINGS.values(), "rating"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in found.locales:
        table.add_row(
            *_place(one, found),
            f"{one.now.n_turns:,}",
            f"{one.now.n_people:,}",
            *(_of_turns(one.now.share(question), one.now) for question in HEADINGS),
            "-" if one.now.mean_rating is None else f"{one.now.mean_rating:.1f}",
        )
    return table


def _of_turns(share: Share, quality: ReplyQuality) -> Text:
    """Returns the share, and of how many answers unless the row says it."""
    if not share.n or (share.n, share.n_people) == (quality.n_turns, quality.n_people):
        return _rate(share)
    return _judged(share)


def _judged(share: Share) -> Text:
    """Returns the share, and below it how many replies were judged by how many people."""
    if not share.n:
        return _rate(share)
    return Text.assemble(_rate(share), (f"\n{share.n:,} {by_people(share.n_people)}", "dim"))


def _rate(share: Share) -> Text:
    """Returns the share in percent with its interval."""
    interval = share.interval()
    if share.rate is None or interval is None:
        return Text("-", style="dim")
    low, high = (round(100 * bound) for bound in interval)
    return Text.assemble(f"{100 * share.rate:.0f}", (f" [{low}, {high}]", "dim"))


def _most_named(found: ReplyReport) -> str:
    """Returns the issue that was named most often in each locale; empty where none was."""
    named = (
        next(((one.locale, *tag) for tag in one.now.tags.items()), None) for one in found.locales
    )
    return ", ".join(f"{one[0]} {one[1]} ({one[2]:,})" for one in named if one is not None)


def _beside(found: ReplyReport) -> Table:
    table = _new_table(found)
    table.add_column("question", no_wrap=True)
    for heading in (found.against or "", found.release, "better by", "interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for one in found.locales:
        for question, heading in HEADINGS.items():
            before = Share() if one.before is None else one.before.share(question)
            if not before.n and not one.now.share(question).n:
                continue
            change = one.changes.get(question)
            table.add_row(
                *_place(one, found),
                heading,
                _judged(before),
                _judged(one.now.share(question)),
                *_change(change),
            )
    return table


def _change(change: ShareChange | None) -> tuple[str, str, Text]:
    if change is None:
        return "-", "", _verdict(Verdict.INCONCLUSIVE)
    bounds = ""
    if change.low is not None and change.high is not None:
        bounds = f"[{points(change.low)}, {points(change.high)}]"
    return points(change.delta), bounds, _verdict(change.verdict)


def _verdict(verdict: Verdict) -> Text:
    return Text(f"{MARKS[verdict]} {verdict.value}", style=_STYLES.get(verdict, "yellow"))


def _legend(found: ReplyReport) -> list[str]:
    lines = [
        "percent that said yes [95 % interval], of all turns unless told how many replies were"
        " judged by how many people;\nof 'would offend' less is better",
        "one person's answers go together and tell less than as many of several; of fewer than"
        f" {FEWEST_PEOPLE} people each is one answer",
    ]
    if found.against is not None:
        lines += [
            "better by: points, negative is worse, of 'would offend' too, with its 90 % interval",
            f"fewer than {found.n_min} answers or {found.people_min} people of either release are"
            f" INCONCLUSIVE; PASS is no worse\nthan by {100 * found.margin:g} points for certain",
            "the turns of two releases have nothing in common, so that nothing is paired",
        ]
    return lines


def _few_people(found: ReplyReport) -> str:
    """Returns the rows that too few stand behind; empty where there are none."""
    named = [f"{' '.join(_place(one, found))} ({one.fewest_people:,})" for one in found.by_few]
    if not named:
        return ""
    return (
        f"judged by fewer than {FEW_PEOPLE} people, so that intervals are rough: {', '.join(named)}"
    )
