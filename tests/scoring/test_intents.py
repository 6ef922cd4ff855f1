"""Precision, recall, F1 and confusion of intents, against scikit-learn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from vernacular.scoring.intents import ConfusionCell, IntentConfusion, IntentScore

NO_ANSWER = "(none)"
"""What stands for a missing hypothesis in front of scikit-learn, which knows none."""


def of(*pairs: tuple[str, str | None]) -> IntentConfusion:
    return IntentConfusion.of([one for one, _ in pairs], [other for _, other in pairs])


ALARMS = of(
    ("alarm_set", "alarm_set"),
    ("alarm_set", "alarm_set"),
    ("alarm_set", "alarm_query"),
    ("alarm_set", None),
    ("alarm_query", "alarm_query"),
    ("alarm_query", "joke"),
)


def test_every_rate_is_a_quotient_of_the_counts_beside_it() -> None:
    query, alarm, joke = ALARMS.scores()
    assert alarm == IntentScore("alarm_set", tp=2, fp=0, fn=2)
    assert (alarm.support, alarm.n_answered) == (4, 2)
    assert (alarm.precision, alarm.recall, alarm.f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert query == IntentScore("alarm_query", tp=1, fp=1, fn=1)
    assert (query.precision, query.recall, query.f1) == (0.5, 0.5, 0.5)
    assert joke == IntentScore("joke", tp=0, fp=1, fn=0)


def test_what_is_undefined_is_none_and_not_0() -> None:
    joke = ALARMS.scores()[2]
    assert (joke.precision, joke.recall, joke.f1) == (0.0, None, 0.0)
    (silent,) = of(("joke", None)).scores()
    assert (silent.precision, silent.recall, silent.f1) == (None, 0.0, 0.0)
    nothing = IntentConfusion()
    assert (nothing.accuracy, nothing.macro_f1, nothing.scores()) == (None, None, ())


def test_no_answer_is_a_miss_and_no_intent() -> None:
    assert (ALARMS.n, ALARMS.n_correct, ALARMS.n_unanswered) == (6, 3, 1)
    assert ALARMS.accuracy == 0.5
    assert ALARMS.macro_f1 == pytest.approx((2 / 3 + 0.5 + 0) / 3)


def test_the_most_frequent_confusion_comes_first_and_equal_ones_by_name() -> None:
    confusion = ALARMS + of(("alarm_query", "joke"), ("alarm_query", "alarm_set"))
    assert confusion.confusions() == (
        ConfusionCell("alarm_query", "joke", 2),
        ConfusionCell("alarm_query", "alarm_set", 1),
        ConfusionCell("alarm_set", None, 1),
        ConfusionCell("alarm_set", "alarm_query", 1),
    )
    assert confusion.confusions(limit=1) == (ConfusionCell("alarm_query", "joke", 2),)


def test_labels_that_are_not_parallel_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        IntentConfusion.of(["joke", "joke"], ["joke"])


intents = st.sampled_from(["set", "query", "remove", "joke", "greet"])
answers = st.lists(st.tuples(intents, st.none() | intents), min_size=1, max_size=60)


@given(answers)
def test_rates_equal_scikit_learn(pairs: list[tuple[str, str | None]]) -> None:
    found = of(*pairs)
    references = [one for one, _ in pairs]
    hypotheses = [other or NO_ANSWER for _, other in pairs]
    names = [score.intent for score in found.scores()]
    assert set(names) == set(references + hypotheses) - {NO_ANSWER}
    precision, recall, f1, support = precision_recall_fscore_support(
        references, hypotheses, labels=names, zero_division=float("nan")
    )
    for i, score in enumerate(found.scores()):
        assert score.support == support[i]
        for ours, theirs in ((score.precision, precision[i]), (score.recall, recall[i])):
            assert float("nan" if ours is None else ours) == pytest.approx(theirs, nan_ok=True)
        assert score.f1 == pytest.approx(f1[i])
    macro = f1_score(references, hypotheses, labels=names, average="macro", zero_division=0)
    assert found.macro_f1 == pytest.approx(macro)


@given(answers)
def test_the_cells_equal_the_matrix_of_scikit_learn(pairs: list[tuple[str, str | None]]) -> None:
    found = of(*pairs)
    names = sorted({name or NO_ANSWER for pair in pairs for name in pair})
    references, hypotheses = [one for one, _ in pairs], [b or NO_ANSWER for _, b in pairs]
    # It warns of a matrix of one label, so that there is always one that never occurs.
    matrix = confusion_matrix(references, hypotheses, labels=[*names, "(never)"])
    cells = {(cell.reference, cell.hypothesis or NO_ANSWER): cell.n for cell in found.cells}
    assert cells == {
        (one, other): matrix[i, j]
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if matrix[i, j]
    }
    assert sum(cell.n for cell in found.confusions()) == found.n - found.n_correct


@given(answers, answers)
def test_the_parts_add_up_to_the_whole_in_any_order(
    some: list[tuple[str, str | None]], others: list[tuple[str, str | None]]
) -> None:
    assert of(*some) + of(*others) == of(*others, *some)
    assert of(*some) + IntentConfusion() == of(*some)
