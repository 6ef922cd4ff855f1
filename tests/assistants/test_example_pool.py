"""Examples come nearest first, and nothing that a release is tested on is ever among them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vernacular.assistants.in_context.example_pool import ExamplePool, load_pool
from vernacular.assistants.in_context.examples import Example
from vernacular.assistants.in_context.labels import Labels
from vernacular.assistants.in_context.prompt import write_messages
from vernacular.assistants.stage_specs import InContext
from vernacular.assistants.stages import Typed
from vernacular.corpus.folded_text import fold_text
from vernacular.corpus.utterance import Slot
from vernacular.errors import InvalidInput

LABELS = Labels(("alarm_set", "iot_hue_lightoff", "weather_query"), ("time",))


def example(text: str, locale: str = "sw-KE", intent: str = "alarm_set") -> Example:
    return Example(locale, text, intent)


def choose(
    examples: list[Example], text: str, locale: str = "sw-KE", n: int = 3, **options: object
) -> list[str]:
    pool = ExamplePool(examples, LABELS, n, **options)  # type: ignore[arg-type]
    return [one.text for one in pool.choose(Typed(text, locale))]


def test_the_own_locale_comes_first_then_its_language_then_english_then_others() -> None:
    """The last of a prompt is the first that was wanted."""
    examples = [
        example("wecker", "de-DE"),
        example("alarm", "en-GB"),
        example("kengele", "sw-TZ"),
        example("amka", "sw-KE"),
    ]
    assert choose(examples, "alarm clock", n=4) == ["wecker", "alarm", "kengele", "amka"]
    assert choose(examples, "alarm clock", n=2) == ["kengele", "amka"]
    assert choose(examples, "amka", "de-AT", n=2) == ["alarm", "wecker"]


def test_within_a_locale_the_likest_stands_last() -> None:
    examples = [example("zima taa"), example("niamshe saa nne"), example("niamshe saa mbili")]
    assert choose(examples, "niamshe saa mbilini", n=2) == ["niamshe saa nne", "niamshe saa mbili"]


def test_no_intent_crowds_out_the_others() -> None:
    alarms = [example(f"niamshe saa {n}") for n in ("moja", "mbili", "tatu", "nne")]
    others = [
        example("zima taa", intent="iot_hue_lightoff"),
        example("hali ya hewa", intent="weather_query"),
    ]
    chosen = choose([*alarms, *others], "niamshe saa tano", n=4)
    assert set(chosen[:2]) == {"zima taa", "hali ya hewa"}
    assert set(chosen[2:]) < {one.text for one in alarms}
    everything = choose([*alarms, *others], "niamshe saa tano", n=9)
    assert len(everything) == 6


@pytest.mark.parametrize("text", ["zima taa", "ZIMA TAA!", "zima  taa", "\u200bzima taa"])
def test_the_request_is_not_its_own_example(text: str) -> None:
    assert choose([example("zima taa"), example("Zima taa.", "en-GB")], text) == []


def test_what_is_withheld_in_another_locale_is_withheld() -> None:
    assert choose([example("ok google")], "washa", withheld=[("de-DE", "OK, Google")]) == []


TEXT = st.text(alphabet="aAbBéßÉİı .!?٠غग्ा", min_size=1, max_size=6).filter(
    lambda text: any(map(str.isalpha, text))
)


def disguise(text: str, how: int) -> str:
    """The text as somebody might smuggle it past a comparison of bytes."""
    return [
        text,
        text.casefold(),
        f" {text}?!",
        " ".join(text.split()),
        unicodedata.normalize("NFD", text),
    ][how]


@given(
    texts=st.lists(TEXT, max_size=8),
    withheld=st.lists(st.tuples(TEXT, st.integers(0, 4)), max_size=8),
    request=TEXT,
    n=st.integers(0, 9),
)
def test_nothing_withheld_is_ever_put_before_a_model(
    texts: list[str], withheld: list[tuple[str, int]], request: str, n: int
) -> None:
    examples = [example(text) for text in texts]
    examples += [example(disguise(text, how)) for text, how in withheld]
    pool = ExamplePool(examples, LABELS, n, [("sw-KE", text) for text, _ in withheld])
    messages = write_messages(LABELS, pool.choose(Typed(request, "sw-KE")), Typed(request, "sw-KE"))
    *shown, asked = [json.loads(one["content"])["text"] for one in messages[1::2]]
    assert asked == request
    hidden = {fold_text(text) for text, _ in withheld} | {fold_text(request)}
    assert not hidden & {fold_text(text) for text in shown}
    allowed = {fold_text(text) for text in texts} - hidden
    assert len(shown) == min(n, sum(fold_text(one.text) in allowed for one in examples))


def test_labels_that_may_not_be_answered_are_not_shown() -> None:
    examples = [
        Example(
            "sw-KE", "niamshe saa tatu", "alarm_set", (Slot("date", 0, 7), Slot("time", 8, 16))
        ),
        example("cheza", intent="play_music"),
    ]
    (found,) = ExamplePool(examples, LABELS, 5).choose(Typed("amka", "sw-KE"))
    assert (found.text, found.slots) == ("niamshe saa tatu", (Slot("time", 8, 16),))


def write(folder: Path, *rows: object) -> str:
    text = "".join(json.dumps(one) + "\n" for one in rows)
    (folder / "examples.jsonl").write_text(text, encoding="utf-8")
    return "examples.jsonl"


ROW = {"locale": "sw-KE", "text": "amka", "intent": "alarm_set", "slots": []}


def test_labels_are_those_of_all_examples_unless_they_are_named(tmp_path: Path) -> None:
    """Those of withheld ones too: a release has one set of labels, whatever it is tested on."""
    slots = [{"label": "time", "start": 0, "end": 4}]
    file = write(tmp_path, {**ROW, "intent": "b", "slots": slots}, {**ROW, "intent": "a"})
    spec = InContext(examples=file)
    assert load_pool(spec, tmp_path, [("sw-KE", "amka")]).labels == Labels(("a", "b"), ("time",))
    spec = InContext(examples=file, intents=("b", "c"), slots=("date",))
    assert load_pool(spec, tmp_path, ()).labels == Labels(("b", "c"), ("date",))


def test_a_file_without_an_example_names_no_intent(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"examples\.jsonl: holds no example"):
        load_pool(InContext(examples=write(tmp_path)), tmp_path, ())


def test_a_tag_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not a locale tag"):
        choose([example("amka")], "zima", "??")
