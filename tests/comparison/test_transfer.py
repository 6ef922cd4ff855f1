"""What a release makes of locales that it never saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.runs import a_parallel_run, a_run, with_counts
from vernacular.comparison.metrics import METRICS, Metric
from vernacular.comparison.run_counts import RunCounts
from vernacular.comparison.transfer import Transfer, covers, measure_transfer
from vernacular.errors import InvalidInput
from vernacular.scoring.intervals import wilson

BY_KEY = {metric.key: metric for metric in METRICS}
INTENT = BY_KEY["intent_acc"]

RUN = a_run(
    {
        "de-DE": [1] * 90 + [0] * 30,
        "en-US": [1] * 108 + [0] * 12,
        "ka-GE": [1] * 30 + [0] * 90,
        "sw-KE": [1] * 60 + [0] * 60,
    }
)
TRAINED = ("de-DE", "en-US")


def measure(
    run: RunCounts = RUN, trained: tuple[str, ...] | None = TRAINED, metric: Metric = INTENT
) -> Transfer:
    return measure_transfer(run, metric, trained)


def a_heard_run(edits: dict[str, int], n: int = 120) -> RunCounts:
    """Returns a run in which every tenth utterance of five words has so many wrong."""
    run = a_run({tag: [1] * n for tag in edits})
    wrong = np.concatenate([np.where(np.arange(n) % 10, 0, k) for k in edits.values()])
    size = np.full(len(wrong), 5, np.int32)
    counts = {"word_edits": wrong, "n_words": size, "char_edits": wrong, "n_chars": size}
    return replace(run, counts={name: one.astype(np.int32) for name, one in counts.items()})


def test_the_transfer_gap_is_the_mean_of_the_unseen_minus_that_of_the_trained() -> None:
    found = measure()
    assert found.trained is not None and found.unseen is not None and found.gap is not None
    assert (found.trained.locales, found.unseen.locales) == (TRAINED, ("ka-GE", "sw-KE"))
    assert found.trained.rate == pytest.approx((0.75 + 0.9) / 2)
    assert found.unseen.rate == pytest.approx((0.25 + 0.5) / 2)
    assert found.gap.delta == pytest.approx(0.375 - 0.825)
    assert found.gap.low is not None and found.gap.high is not None
    assert found.gap.low < found.gap.delta < found.gap.high
    assert found.worst_unseen == "ka-GE"


def test_every_locale_stands_against_english_and_the_trained_ones() -> None:
    found = measure()
    assert found.english == "en-US"
    georgian, english, german = (found.find(tag) for tag in ("ka-GE", "en-US", "de-DE"))
    assert georgian.to_english and georgian.to_trained and german.to_trained
    assert georgian.to_english.delta == pytest.approx(0.25 - 0.9)
    assert georgian.to_trained.delta == pytest.approx(0.25 - 0.825)
    assert english.to_english is None
    assert (georgian.low, georgian.high) == wilson(30, 120)


def test_a_trained_locale_is_not_held_against_itself() -> None:
    german = measure().find("de-DE")
    assert german.to_trained is not None
    assert german.to_trained.delta == pytest.approx(0.75 - 0.9)
    assert measure(trained=("de-DE",)).find("de-DE").to_trained is None


def test_the_worst_gap_comes_first() -> None:
    assert [one.locale for one in measure().locales] == ["ka-GE", "sw-KE", "de-DE", "en-US"]
    assert [one.is_trained for one in measure().locales] == [False, False, True, True]


def test_where_the_manifest_is_silent_nothing_is_called_unseen() -> None:
    found = measure(trained=None)
    assert not found.is_training_known
    assert {one.is_trained for one in found.locales} == {None}
    assert (found.trained, found.unseen, found.gap, found.worst_unseen) == (None,) * 4
    assert [one.locale for one in found.locales] == ["ka-GE", "sw-KE", "de-DE", "en-US"]
    assert found.find("ka-GE").to_english is not None


def test_a_release_that_saw_everything_has_no_gap() -> None:
    found = measure(trained=("de-DE", "en-US", "ka-GE", "sw-KE"))
    assert found.trained is not None and len(found.trained.locales) == 4
    assert (found.unseen, found.gap, found.worst_unseen) == (None, None, None)


def test_a_release_that_saw_nothing_of_the_suite_has_no_gap_either() -> None:
    found = measure(trained=("fr-FR",))
    assert found.trained is None and found.gap is None
    assert found.unseen is not None and len(found.unseen.locales) == 4
    assert found.find("ka-GE").to_trained is None


def test_a_small_locale_is_shown_and_in_no_mean() -> None:
    run = a_run({"en-US": [1] * 120, "sw-KE": [1, 0] * 60, "ka-GE": [0] * 99})
    found = measure(run, ("en-US",))
    georgian = found.find("ka-GE")
    assert (georgian.rate, georgian.is_averaged) == (0.0, False)
    assert georgian.to_trained is not None
    assert found.unseen is not None and found.unseen.locales == ("sw-KE",)
    assert found.worst_unseen == "sw-KE"


def test_a_rising_error_rate_is_a_negative_gap() -> None:
    found = measure(a_heard_run({"de-DE": 1, "en-US": 0, "ka-GE": 5}), TRAINED, BY_KEY["wer"])
    assert found.gap is not None and found.gap.low is not None and found.gap.high is not None
    # 12 utterances of 120 have 5 wrong words of 5, or 1 of 5.
    assert found.gap.delta == pytest.approx(0.01 - 0.1)
    assert found.gap.low < found.gap.delta < found.gap.high
    assert (found.worst_unseen, found.locales[0].locale) == ("ka-GE", "ka-GE")
    assert found.is_error


def test_a_word_error_rate_leaves_out_what_is_counted_in_characters() -> None:
    run = a_heard_run({"en-US": 0, "ja-JP": 5, "ka-GE": 1})
    words, characters = (measure(run, ("en-US",), BY_KEY[key]) for key in ("wer", "cer"))
    assert ([one.locale for one in words.locales], words.left_out) == (
        ["ka-GE", "en-US"],
        ("ja-JP",),
    )
    assert [one.locale for one in characters.locales] == ["ja-JP"]
    assert characters.english is None


@pytest.mark.parametrize(
    ("locales", "english"),
    [
        (("en-GB", "en-US", "ka-GE"), "en-US"),
        (("en-GB", "en-AU", "ka-GE"), "en-AU"),
        (("ka-GE", "sw-KE"), None),
    ],
)
def test_english_is_that_of_the_united_states_where_there_are_several(
    locales: tuple[str, ...], english: str | None
) -> None:
    found = measure(a_run({tag: [1, 0] * 60 for tag in locales}), ("ka-GE",))
    assert found.english == english


@pytest.mark.parametrize(
    ("trained", "locale", "is_named"),
    [
        (("sw-KE",), "sw-KE", True),
        (("SW-ke",), "sw-KE", True),
        (("sw",), "sw-KE", True),
        (("zh",), "zh-Hant-TW", True),
        (("sw-KE",), "sw-TZ", False),
        (("s",), "sw-KE", False),
        (("zh-CN",), "zh-TW", False),
        ((), "sw-KE", False),
    ],
)
def test_a_wider_tag_names_its_locales(
    trained: tuple[str, ...], locale: str, is_named: bool
) -> None:
    assert covers(trained, locale) is is_named


def test_the_gap_has_the_interval_of_resampled_clusters() -> None:
    run = a_parallel_run(6, 500, seed=8, broken={"l04-XX": 0.3, "l05-XX": 0.5})
    trained = ("l00-XX", "l01-XX", "l02-XX", "l03-XX")
    gap = measure(run, trained, BY_KEY["slot_micro_f1"]).gap
    assert gap is not None and gap.low is not None and gap.high is not None
    rng = np.random.default_rng(9)
    parts = [one.reshape(6, 500) for one in BY_KEY["slot_micro_f1"].ratio_parts(run.counts)]
    gaps = []
    for _ in range(2000):
        picked = rng.integers(0, 500, 500)
        x, y = (one[:, picked].sum(axis=1) for one in parts)
        gaps.append((x / y)[4:].mean() - (x / y)[:4].mean())
    low, high = np.percentile(gaps, [2.5, 97.5])
    assert (gap.low, gap.high) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_an_utterance_without_slots_moves_no_f1() -> None:
    run = a_parallel_run(2, 200, seed=1)
    f1 = BY_KEY["slot_micro_f1"]
    nothing = with_counts(run, **{name: run.counts[name] * 0 for name in f1.counts})
    found = measure(nothing, ("l00-XX",), f1)
    assert [one.rate for one in found.locales] == [None, None]
    assert (found.trained, found.unseen, found.gap) == (None, None, None)


def test_a_metric_without_scores_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="run 1 was not scored on wer"):
        measure(metric=BY_KEY["wer"])


def test_a_run_without_results_has_no_locale() -> None:
    empty = RUN.rows(np.zeros(len(RUN.item), np.bool_))
    found = measure(empty)
    assert (found.locales, found.n_results, found.n_items) == ((), 0, 480)
    assert found.english is None
