from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import VitsModel

from tests.assistants.tiny_voices import HINDI, write_voice
from vernacular.assistants.engines.vits_tts import VitsSpeaker
from vernacular.assistants.stage_specs import VitsStage
from vernacular.assistants.stages import Reply
from vernacular.clips.audio import Audio
from vernacular.errors import InvalidInput, ModelUnavailable

TEXTS = ("sawa", "kengele imewekwa", "taa imezimwa jikoni na chumbani", "ndiyo")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("voices")
    write_voice(made / "swahili")
    write_voice(made / "hindi", HINDI, rate_hz=22_050, seed=5)
    return made


def _load(folder: Path, voices: dict[str, str] | None = None, **fields: Any) -> VitsSpeaker:
    chosen = voices or {"sw": "swahili", "hi-IN": "hindi"}
    return VitsSpeaker.load(VitsStage(engine="vits", voices=chosen, **fields), folder)


def _speak(speaker: VitsSpeaker, text: str, locale: str = "sw-KE") -> Audio:
    (audio,) = speaker.speak_batch([Reply(text, locale)])
    assert isinstance(audio, Audio), audio
    return audio


def test_every_language_is_spoken_by_its_own_voice(folder: Path) -> None:
    speaker = _load(folder)
    replies = [Reply("sawa", "sw-KE"), Reply("ठीक है", "hi-IN"), Reply("sawa", "sw-TZ")]
    spoken = speaker.speak_batch(replies)
    assert all(isinstance(one, Audio) and one.seconds > 0.05 for one in spoken)
    assert all(isinstance(one, Audio) and np.abs(one.samples).max() > 0 for one in spoken)
    alone = _speak(_load(folder, {"hi": "hindi"}), "ठीक है", "hi-IN")
    assert isinstance(spoken[1], Audio)
    assert np.array_equal(spoken[1].samples, alone.samples)


def test_speech_of_any_rate_comes_at_16_khz(tmp_path: Path) -> None:
    for rate_hz in (16_000, 8_000, 48_000):
        write_voice(tmp_path / str(rate_hz), rate_hz=rate_hz)
    seconds = {
        rate_hz: _speak(_load(tmp_path, {"sw": str(rate_hz)}), TEXTS[2]).seconds * rate_hz
        for rate_hz in (16_000, 8_000, 48_000)
    }
    # Equal weights give equally many samples, whatever their rate is said to be.
    assert seconds[8_000] == pytest.approx(seconds[16_000], rel=0.02)
    assert seconds[48_000] == pytest.approx(seconds[16_000], rel=0.02)


def test_longer_replies_take_longer_and_each_has_its_own_length_in_a_batch(folder: Path) -> None:
    spoken = _load(folder).speak_batch([Reply(text, "sw-KE") for text in TEXTS])
    seconds = [one.seconds for one in spoken if isinstance(one, Audio)]
    by_length = sorted(range(len(TEXTS)), key=lambda i: len(TEXTS[i]))
    assert [seconds[i] for i in by_length] == sorted(seconds)
    assert len(set(seconds)) == len(TEXTS)


def test_the_same_replies_sound_the_same_and_leave_chance_as_it_was(folder: Path) -> None:
    speaker = _load(folder)
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = _speak(speaker, TEXTS[1])
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert np.array_equal(_speak(speaker, TEXTS[1]).samples, first.samples)


def test_weights_and_not_chance_make_the_voice(folder: Path) -> None:
    write_voice(folder / "other", seed=9)
    one, other = (_speak(_load(folder, {"sw": name}), "sawa") for name in ("swahili", "other"))
    assert not np.array_equal(one.samples[:100], other.samples[:100])


def test_what_cannot_be_spoken_fails_alone(folder: Path) -> None:
    replies = [
        Reply("sawa", "sw-KE"),
        Reply("hello", "en-GB"),
        Reply("你好", "sw-KE"),
        Reply("", "sw-KE"),
        Reply("a" * 100_000, "sw-KE"),
        Reply("sawa", "??"),
        Reply("ndiyo", "sw-KE"),
    ]
    spoken = _load(folder, max_batch=1).speak_batch(replies)
    assert [isinstance(one, Audio) for one in spoken] == [True, *[False] * 5, True]
    assert all(isinstance(one, InvalidInput) for one in spoken[1:6])
    assert "no voice speaks en-GB, only hi-IN, sw" in str(spoken[1])
    assert "'swahili' knows no character of this reply" in str(spoken[2])


def test_voices_of_one_folder_are_loaded_and_counted_once(folder: Path) -> None:
    one = _load(folder, {"sw": "swahili"}).footprint()
    twice = _load(folder, {"sw": "swahili", "sw-TZ": "swahili"}).footprint()
    both = _load(folder).footprint()
    assert one.n_parameters is not None
    assert twice.n_parameters == one.n_parameters
    assert both.n_parameters is not None
    assert both.n_parameters > one.n_parameters
    assert both.weights_bytes == sum(
        (folder / name / "model.safetensors").stat().st_size for name in ("swahili", "hindi")
    )
    assert both.device == "cpu"


def test_a_voice_without_weights_is_named_when_the_release_is_loaded(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"there is no folder .*nowhere"):
        _load(folder, {"sw": "swahili", "hi": "nowhere"})


def test_broken_weights_are_named(tmp_path: Path) -> None:
    write_voice(tmp_path / "broken")
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelUnavailable, match="broken"):
        _load(tmp_path, {"sw": "broken"})


def test_a_voice_that_reads_latin_letters_only_says_what_it_needs(tmp_path: Path) -> None:
    write_voice(tmp_path / "amharic", is_uroman=True)
    with pytest.raises(ModelUnavailable, match="pip install uroman"):
        _load(tmp_path, {"am": "amharic"})


def test_a_voice_that_reads_phonemes_says_what_it_needs(tmp_path: Path) -> None:
    write_voice(tmp_path / "english", phonemize=True)
    with pytest.raises(ModelUnavailable, match="pip install phonemizer"):
        _load(tmp_path, {"en": "english"})


def test_a_voice_that_gives_no_numbers_fails_its_reply(tmp_path: Path) -> None:
    path = write_voice(tmp_path / "broken")
    model = VitsModel.from_pretrained(path)
    with torch.no_grad():
        model.decoder.conv_pre.weight.fill_(float("nan"))
    model.save_pretrained(path)
    (error,) = _load(tmp_path, {"sw": "broken"}).speak_batch([Reply("sawa", "sw-KE")])
    assert isinstance(error, ModelUnavailable)
    assert "no sound" in str(error)


def test_the_version_names_the_weights(folder: Path) -> None:
    assert _load(folder).version == "vits:swahili,hindi"
