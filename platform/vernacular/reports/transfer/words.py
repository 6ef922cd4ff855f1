"""What the zero-shot view of a run says in words, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vernacular.comparison.transfer import Gap, GroupMean, LocaleTransfer, Transfer
from vernacular.reports.figures import change_words, heading, language, percent

SIGNS = {True: "●", False: "◆", None: "○"}
"""What stands for a locale that was trained on, one that was not, and one nobody knows of."""
WORDS = {True: "trained", False: "unseen", None: "unknown"}
COLUMNS = ("locale", "language", "", "n>", "rate>", "to English>", "to trained>")
"""Of the rows; those that end in ``>`` hold numbers."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the summary."""

    name: str
    value: str


def title(found: Transfer) -> str:
    """Returns what is shown, of which run."""
    return (
        f"{found.release} over {found.suite}, run {found.run_id}: {heading(found.metric)}"
        " by what it was trained on"
    )


def list_facts(found: Transfer) -> list[Fact]:
    """Returns the means, the gap between them, and English."""
    facts = []
    if found.trained is not None:
        facts.append(Fact("trained on", _mean(found.trained)))
    if found.unseen is not None and found.worst_unseen is not None:
        worst = found.find(found.worst_unseen)
        facts.append(
            Fact(
                "never seen",
                f"{_mean(found.unseen)}; worst {worst.locale} {language(worst.locale)}"
                f" {percent(worst.rate)}",
            )
        )
    if found.gap is not None:
        facts.append(Fact("transfer gap", f"{change_words(found.gap)} points"))
    if found.english is not None:
        facts.append(Fact("English", f"{found.english} {rate_text(found.find(found.english))}"))
    return facts


def list_notes(found: Transfer) -> Iterator[str]:
    """Yields what must be known before any figure is believed."""
    seen = {one.is_trained for one in found.locales}
    if not found.is_training_known:
        yield (
            f"the manifest of {found.release} names no trained locales, so that none can be called"
            " unseen: name them in the next release's as 'trained_locales: [en-US, sw-KE]'"
        )
    elif seen == {True}:
        yield "it was trained on every locale here: nothing is zero-shot"
    elif seen == {False}:
        yield "it was trained on no locale here: there is nothing to hold the others against"
    if found.n_results < found.n_items:
        yield f"no result, left out: {found.n_items - found.n_results:,} of {found.n_items:,}"
    if found.n_failed:
        yield f"failed, counted as wrong: {found.n_failed:,}"
    small = [one.locale for one in found.locales if one.rate is not None and not one.is_averaged]
    if small:
        yield f"in no mean, with fewer than {found.n_min} utterances: {', '.join(small)}"
    if found.left_out:
        yield f"{heading(found.metric)} does not judge {', '.join(found.left_out)}"


def legend(found: Transfer) -> str:
    """Returns how the figures are to be read."""
    known = sorted({one.is_trained for one in found.locales}, key=list(SIGNS).index)
    signs = ", ".join(f"{SIGNS[one]} {WORDS[one]}" for one in known)
    side = "more" if found.is_error else "less"
    return (
        f"{signs}; percent [95 % interval]; gaps in points, {side} is worse; means count every"
        " locale once, a trained locale is held against the other trained ones. The intervals say"
        " what other utterances would give in these locales, not what other languages would."
    )


def row_of(one: LocaleTransfer) -> tuple[str, ...]:
    """Returns the texts of a row, in the order of ``COLUMNS``."""
    return (
        one.locale,
        language(one.locale),
        f"{SIGNS[one.is_trained]} {WORDS[one.is_trained]}",
        f"{one.n:,}",
        rate_text(one),
        gap_text(one.to_english),
        gap_text(one.to_trained),
    )


def rate_text(one: LocaleTransfer) -> str:
    """Returns a rate with its interval."""
    return _with_bounds(one.rate, one.low, one.high)


def gap_text(gap: Gap | None) -> str:
    """Returns a gap with its interval, empty where there is none."""
    return "" if gap is None else change_words(gap)


def _mean(mean: GroupMean) -> str:
    n = len(mean.locales)
    return (
        f"{n} {'locale' if n == 1 else 'locales'},"
        f" mean {_with_bounds(mean.rate, mean.low, mean.high)}"
    )


def _with_bounds(rate: float | None, low: float | None, high: float | None) -> str:
    if rate is None:
        return "unscored"
    if low is None or high is None:
        return percent(rate)
    return f"{percent(rate)} [{percent(low)}, {percent(high)}]"
