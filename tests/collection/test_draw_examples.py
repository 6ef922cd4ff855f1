"""Examples are validated, never of a suite that they could give away, and always the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpus.massive_files import judgment, lines, row, write_files
from vernacular.assistants.in_context.examples import Example
from vernacular.collection.correct_corpus import correct_corpus
from vernacular.collection.draw_examples import draw_examples
from vernacular.collection.import_corpus import import_massive
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput, NotFound
from vernacular.evaluation.suites import freeze, select_utterances
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

GOOD = judgment()
REJECTED = judgment(intent_score=0)


def told(number: int, text: str, **changes: Any) -> dict[str, Any]:
    """A row of the train partition without slots."""
    given = {"utt": text, "annot_utt": text, "partition": "train", **changes}
    return row(number, **given)


def store_rows(store: Store, folder: Path, *rows: dict[str, Any], **elsewhere: bytes) -> None:
    write_files(folder, sw_KE=lines(*rows), **elsewhere)
    assert not any(file.problems for file in import_massive(store, folder))


def freeze_test(store: Store, name: str = "held-out", locale: str = "sw-KE") -> None:
    with store.writing() as db:
        chosen = select_utterances(db, source="massive-1.1", partition="test", locales=[locale])
        freeze(db, name, chosen)


def draw(store: Store, *suites: str, per_intent: int = 10, **options: Any) -> list[Example]:
    with store.reading() as db:
        return draw_examples(db, suites or ("held-out",), per_intent=per_intent, **options)


def texts(examples: list[Example]) -> list[str]:
    return [one.text for one in examples]


def test_what_is_published_to_learn_from_is_drawn_with_its_slots(
    store: Store, tmp_path: Path
) -> None:
    store_rows(
        store,
        tmp_path,
        row(1),
        row(2, partition="train", utt="amka saa tatu", annot_utt="amka [time : saa tatu]"),
    )
    freeze_test(store)
    assert draw(store) == [Example("sw-KE", "amka saa tatu", "alarm_set", (Slot("time", 5, 13),))]


@pytest.mark.parametrize("partition", ["train", "test"])
@pytest.mark.parametrize(
    ("judgments", "is_drawn"),
    [
        ([GOOD, GOOD, REJECTED], True),
        ([GOOD, REJECTED, REJECTED], False),
        ([GOOD, GOOD, REJECTED, REJECTED], False),
        ([GOOD], False),
        ([GOOD, judgment(slots_score=0)], False),
        ([GOOD, judgment(grammar_score=2)], False),
        ([GOOD, judgment(spelling_score=0)], False),
        ([GOOD, judgment(language_identification="english")], False),
    ],
)
def test_where_people_judged_most_of_them_must_have_found_it_good(
    sqlite_store: Store,
    tmp_path: Path,
    judgments: list[dict[str, Any]],
    is_drawn: bool,
    partition: str,
) -> None:
    """Whatever its partition; the text of another locale is frozen instead."""
    one = told(1, "habari yako", partition=partition, judgments=judgments)
    store_rows(sqlite_store, tmp_path, one, told(2, "washa taa"), hi_IN=lines(row(9, "hi-IN")))
    freeze_test(sqlite_store, locale="hi-IN")
    assert ("habari yako" in texts(draw(sqlite_store))) == is_drawn


def test_a_corrected_utterance_is_drawn_as_it_says_now(sqlite_store: Store, tmp_path: Path) -> None:
    """What judges said of it before no longer counts; its partition does."""
    rows = [
        told(1, "habari yako", judgments=[REJECTED, REJECTED]),
        told(2, "washa taa", judgments=[GOOD, GOOD], partition="dev"),
        row(3),
    ]
    store_rows(sqlite_store, tmp_path, *rows)
    freeze_test(sqlite_store)
    assert texts(draw(sqlite_store)) == ["washa taa"]
    rows[0]["intent"] = "general_greet"
    write_files(tmp_path, sw_KE=lines(*rows))
    assert [file.n_corrected for file in correct_corpus(sqlite_store, tmp_path)] == [1]
    assert [(one.text, one.intent) for one in draw(sqlite_store)] == [
        ("habari yako", "general_greet"),
        ("washa taa", "alarm_set"),
    ]


def test_no_disguise_brings_in_what_a_suite_holds(sqlite_store: Store, tmp_path: Path) -> None:
    """Neither a translation of it, nor its text under another id, in capitals or elsewhere."""
    frozen = told(1, "washa taa", partition="test")
    store_rows(
        sqlite_store,
        tmp_path,
        frozen,
        told(2, "Washa taa!"),
        told(3, "zima taa"),
        en_US=lines(told(1, "turn on the light", locale="en-US")),
        hi_IN=lines(told(4, "WASHA  TAA", locale="hi-IN"), told(5, "नमस्ते", locale="hi-IN")),
    )
    freeze_test(sqlite_store)
    assert texts(draw(sqlite_store)) == ["नमस्ते", "zima taa"]


def test_every_suite_that_is_named_is_left_out(sqlite_store: Store, tmp_path: Path) -> None:
    store_rows(
        sqlite_store,
        tmp_path,
        told(1, "washa taa"),
        told(2, "zima taa", partition="test", judgments=[GOOD, GOOD]),
        hi_IN=lines(told(3, "नमस्ते", locale="hi-IN", partition="test", judgments=[GOOD, GOOD])),
    )
    freeze_test(sqlite_store)
    freeze_test(sqlite_store, "hindi", "hi-IN")
    assert texts(draw(sqlite_store)) == ["नमस्ते", "washa taa"]
    assert texts(draw(sqlite_store, "held-out", "hindi")) == ["washa taa"]


def test_without_a_suite_nothing_is_drawn(sqlite_store: Store) -> None:
    with sqlite_store.reading() as db, pytest.raises(InvalidInput, match="name every suite"):
        draw_examples(db, [], per_intent=1)


def test_an_unknown_suite_and_an_empty_locale_are_named(
    sqlite_store: Store, tmp_path: Path
) -> None:
    store_rows(sqlite_store, tmp_path, row(1), told(2, "zima taa"))
    freeze_test(sqlite_store)
    with pytest.raises(NotFound, match="no suite 'helt-out'; suites: held-out"):
        draw(sqlite_store, "helt-out")
    with pytest.raises(NotFound, match="nothing validated of hi-IN outside of held-out"):
        draw(sqlite_store, locales=["sw-KE", "hi-IN"])
    with pytest.raises(NotFound, match="news holds nothing validated of any locale"):
        draw(sqlite_store, source="news")


def test_the_draw_depends_on_content_and_seed_and_not_on_the_order_of_import(
    sqlite_url: str, tmp_path: Path
) -> None:
    rows = [told(i, f"namba {i}", intent=f"intent_{i % 3}") for i in range(1, 61)]
    found = []
    for order in (rows, rows[::-1]):
        store = Store(f"{sqlite_url}-{len(found)}")
        upgrade(store)
        store_rows(store, tmp_path / str(len(found)), *order, row(99))
        freeze_test(store)
        found.append([draw(store, per_intent=4), draw(store, per_intent=4, seed=1)])
        store.close()
    assert found[0] == found[1]
    first, other_seed = found[0]
    assert [one.intent for one in first].count("intent_1") == 4
    assert len(first) == 12
    assert first != other_seed


def test_a_text_is_drawn_once_however_often_it_is_stored(
    sqlite_store: Store, tmp_path: Path
) -> None:
    store_rows(
        sqlite_store,
        tmp_path,
        row(1),
        told(2, "zima taa"),
        told(3, "Zima taa."),
        told(4, "zima taa"),
    )
    freeze_test(sqlite_store)
    assert len(draw(sqlite_store)) == 1
