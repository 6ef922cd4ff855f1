from __future__ import annotations

import pytest

from vernacular.live.blind.betrayal import find_betrayal, names_of_stages


@pytest.mark.parametrize(
    ("text", "mine", "theirs"),
    [
        ("I am Pocket-2, at your service.", {"pocket-2"}, {"pocket-1"}),
        ("I am POCKET 2.", {"pocket-2"}, {"pocket-1"}),
        ("pocket2 here", {"pocket-2"}, {"pocket-1"}),
        ("Pocket‑2 (non-breaking hyphen)", {"pocket-2"}, {"pocket-1"}),
        ("ｐｏｃｋｅｔ－２ です", {"pocket-2"}, {"pocket-1"}),
        ("私はpocket-2です", {"pocket-2"}, {"pocket-1"}),
        ("أنا pocket-2، تحت أمرك", {"pocket-2"}, {"pocket-1"}),
        ("This is Kiboko speaking", {"kiboko-7", "Kiboko"}, {"twiga-3", "Twiga"}),
        ("mimi ni Twiga", {"kiboko-7", "Kiboko"}, {"twiga-3", "Twiga"}),
        ("I run on GPT-4.1 today", {"gpt-4.1"}, set()),
    ],
)
def test_a_name_counts_however_it_is_written(text: str, mine: set[str], theirs: set[str]) -> None:
    assert find_betrayal([text], mine, theirs)


@pytest.mark.parametrize(
    ("text", "mine", "theirs"),
    [
        ("Put it in your pocket, both of them.", {"pocket-2", "pocket"}, {"pocket-1", "pocket"}),
        ("pocket-20 is not meant", {"pocket-2"}, {"pocket-1"}),
        ("a pickpocket 2", {"pocket-2"}, {"pocket-1"}),
        ("gpt-41 is not it", {"gpt-4.1"}, set()),
        ("It is 10 o'clock", {"1.0", "10"}, set()),
        ("a v2 of it", {"v2"}, {"v1"}),
        ("", {"pocket-2"}, set()),
        ("Nothing is named by signs alone --", {"--"}, set()),
    ],
)
def test_what_only_looks_like_a_name_does_not(text: str, mine: set[str], theirs: set[str]) -> None:
    assert find_betrayal([text], mine, theirs) is None


def test_the_longest_name_is_the_reason() -> None:
    assert find_betrayal([None, "Pocket: pocket-2"], {"pocket", "pocket-2"}, set()) == "pocket-2"


def test_a_stage_is_called_what_stands_in_its_version_but_no_plain_word() -> None:
    assert names_of_stages(["openai:gpt-4o", "templates/2", "classifiers:intents+small"]) == {
        "openai:gpt-4o",
        "gpt-4o",
        "templates/2",
        "classifiers:intents+small",
    }
