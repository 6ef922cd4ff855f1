"""The synthetic voice suite in seed_data: all there, all audible, of utterances that we ship."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from vernacular.clips.decode import decode_audio
from vernacular.clips.level import find_fault
from vernacular.corpus.massive import read_massive

SEED = Path(__file__).parents[2] / "seed_data"
SUITE = SEED / "voice"
LOCALES = ("de-DE", "en-US", "es-ES", "hi-IN", "it-IT", "pt-PT", "sw-KE", "tr-TR")
ROWS = [
    json.loads(line) for line in (SUITE / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
]


def rows_of(locale: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["locale"] == locale]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_clip_is_whole_and_audible(locale: str) -> None:
    for row in rows_of(locale):
        decoded = decode_audio((SUITE / row["audio"]).read_bytes())
        assert (decoded.format, decoded.n_channels) == ("ogg", 1), row
        assert not decoded.is_incomplete, row
        assert 0.5 <= decoded.audio.seconds <= 12, row
        assert find_fault(decoded.audio) is None, row


def test_every_clip_speaks_an_utterance_of_the_seed_corpus() -> None:
    archive = SEED / "massive" / "massive-1.1-test.tar.xz"
    stored = {
        file.locale: {one.external_id: one.text for one in file.utterances}
        for file in read_massive(archive, locales=LOCALES)
    }
    assert {row["locale"] for row in ROWS} == set(LOCALES)
    for locale in LOCALES:
        ids = [row["id"] for row in rows_of(locale)]
        assert set(ids) <= stored[locale].keys()
        assert len({stored[locale][name] for name in ids}) == len(ids)


def test_no_clip_is_without_its_row() -> None:
    files = {str(path.relative_to(SUITE)) for path in (SUITE / "clips").rglob("*.*")}
    assert Counter(row["audio"] for row in ROWS) == Counter(files)


def test_an_utterance_has_one_speaker_and_one_room_in_all_locales() -> None:
    manners: dict[str, set[tuple[Any, ...]]] = {}
    for row in ROWS:
        own = ("audio", "locale", "voice")
        manners.setdefault(row["id"], set()).add(tuple(row[k] for k in row if k not in own))
    assert {len(manner) for manner in manners.values()} == {1}
    assert set(Counter(row["id"] for row in ROWS).values()) == {len(LOCALES)}


def test_most_speakers_are_strangers_to_the_ears_releases() -> None:
    voices = run_path(str(SEED / "pocket_ears" / "voices.py"))
    strangers = {f"espeak:{variant}" for variant in voices["HELD_OUT_VARIANTS"]}
    known = {f"espeak:{variant}" for variant in voices["TRAIN_VARIANTS"]}
    speakers = Counter(row["speaker"] for row in ROWS)
    assert strangers < speakers.keys() <= strangers | known
    assert sum(speakers[name] for name in strangers) == len(ROWS) * 0.83


def test_the_text_stays_in_the_corpus_so_that_it_cannot_differ() -> None:
    assert not any({"text", "utt", "sentence"} & row.keys() for row in ROWS)


def test_the_suite_stays_small() -> None:
    shipped = [SUITE / name for name in ("manifest.jsonl", "make.py", "SOURCE.md")]
    shipped += (SUITE / "clips").rglob("*.ogg")
    assert sum(path.stat().st_size for path in shipped) < 10_000_000


@pytest.mark.parametrize("named", ["MASSIVE 1.1", "CC BY 4.0", "espeak-ng", "synthetic"])
def test_the_source_is_told(named: str) -> None:
    assert named in (SUITE / "SOURCE.md").read_text(encoding="utf-8")
