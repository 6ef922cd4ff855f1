from __future__ import annotations

import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from tests.assistants.test_replies import MASSIVE, REPLIES
from vernacular.assistants import espeak_tts
from vernacular.assistants.contract import Footprint
from vernacular.assistants.espeak_tts import EspeakSpeaker, read_voices
from vernacular.assistants.stage_specs import EspeakStage
from vernacular.assistants.stages import Reply
from vernacular.clips.audio import Audio
from vernacular.clips.level import find_fault
from vernacular.errors import InvalidInput, ModelUnavailable

ROOT = Path()
SILENT = ("jv-ID", "km-KH", "mn-MN", "tl-PH")
"""The locales of MASSIVE that espeak-ng 1.51 has no voice for."""


@pytest.fixture(scope="module")
def speaker() -> EspeakSpeaker:
    assert shutil.which("espeak-ng"), (
        "these tests need espeak-ng, as the product's speech does: apt-get install espeak-ng"
    )
    return EspeakSpeaker.load(EspeakStage(engine="espeak"), ROOT)


def _speak(speaker: EspeakSpeaker, text: str, locale: str) -> Audio:
    (audio,) = speaker.speak_batch([Reply(text, locale)])
    assert isinstance(audio, Audio), audio
    return audio


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("sw-KE", "Kengele imewekwa saa tatu asubuhi."),
        ("hi-IN", "अलार्म सुबह पाँच बजे के लिए लग गया है।"),
        ("ar-SA", "تم ضبط المنبه في الساعة الخامسة صباحا."),
        ("zh-CN", "闹钟已经设置为早上五点。"),
        ("pt-PT", "O alarme está marcado para as cinco da manhã."),
    ],
)
def test_it_really_speaks(speaker: EspeakSpeaker, locale: str, text: str) -> None:
    audio = _speak(speaker, text, locale)
    # From a hurried to a slow speaker.
    assert 1.0 < audio.seconds < 6.0
    assert find_fault(audio) is None
    assert np.abs(audio.samples).max() <= 1.0
    # Not a click in silence: a good part of it is loud.
    assert np.mean(np.abs(audio.samples) > 0.02) > 0.2


@pytest.mark.parametrize("locale", [tag for tag in MASSIVE if tag not in SILENT])
def test_every_other_locale_of_massive_has_a_voice_for_our_replies(
    speaker: EspeakSpeaker, locale: str
) -> None:
    assert find_fault(_speak(speaker, REPLIES.reply(locale, None, {}), locale)) is None


@pytest.mark.parametrize("locale", [*SILENT, "xx-XX", "az-Arab-IR", "??"])
def test_a_locale_without_a_voice_fails_alone(speaker: EspeakSpeaker, locale: str) -> None:
    spoken = speaker.speak_batch([Reply("Sawa.", locale), Reply("Sawa.", "sw-KE")])
    assert isinstance(spoken[0], InvalidInput)
    assert isinstance(spoken[1], Audio)


def test_the_place_decides_between_voices_of_one_language(speaker: EspeakSpeaker) -> None:
    text = "O alarme está marcado para as cinco da manhã."
    portugal, brazil = (_speak(speaker, text, tag) for tag in ("pt-PT", "pt-BR"))
    assert portugal.samples.size != brazil.samples.size
    angola = _speak(speaker, text, "pt-AO")
    assert np.array_equal(angola.samples, portugal.samples)


def test_a_text_can_be_no_option_and_no_phoneme(speaker: EspeakSpeaker) -> None:
    for text in ("--version", "-f /etc/passwd", "<speak>all right</speak>"):
        assert find_fault(_speak(speaker, text, "en-GB")) is None
    assert not np.array_equal(
        _speak(speaker, "[[h@l'oU]]", "en-GB").samples, _speak(speaker, "hello", "en-GB").samples
    )


def test_what_has_no_sound_fails_alone(speaker: EspeakSpeaker) -> None:
    odd = ["", "   ", "a" * 100_000, "half \ud83d"]
    spoken = speaker.speak_batch([Reply(text, "en-GB") for text in [*odd, "fine"]])
    assert [isinstance(one, InvalidInput) for one in spoken] == [True] * 4 + [False]


def test_the_manifest_may_choose_voice_and_pace() -> None:
    def speak(**fields: object) -> Audio:
        spec = EspeakStage.model_validate({"engine": "espeak", **fields})
        return _speak(EspeakSpeaker.load(spec, ROOT), "the alarm is set for five", "en-GB")

    slow, quick = speak(words_per_minute=90), speak(words_per_minute=300)
    assert slow.seconds > 2 * quick.seconds
    american = speak(voices={"en": "en-us+f3"})
    assert american.samples.size == speak(voices={"en": "en-us+f3"}).samples.size
    chosen = speak(voices={"en-GB": "en-us+f3"})
    assert not np.array_equal(chosen.samples, speak().samples)


def test_a_voice_of_another_language_may_be_told_to_read_one() -> None:
    spec = EspeakStage(engine="espeak", voices={"jv": "id"})
    speaker = EspeakSpeaker.load(spec, ROOT)
    assert find_fault(_speak(speaker, "Inggih, sampun.", "jv-ID")) is None


def test_a_voice_that_is_not_installed_is_refused_when_it_is_loaded() -> None:
    with pytest.raises(InvalidInput, match="espeak-ng has no voice 'klingon'"):
        EspeakSpeaker.load(EspeakStage(engine="espeak", voices={"en": "klingon"}), ROOT)


def test_where_it_is_not_installed_the_message_says_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelUnavailable, match="apt-get install espeak-ng"):
        EspeakSpeaker.load(EspeakStage(engine="espeak"), ROOT)


def _fake(folder: Path, monkeypatch: pytest.MonkeyPatch, on_speech: str) -> Path:
    """Puts a broken espeak-ng before the real one: it lists a voice, and then does otherwise."""
    program = folder / "espeak-ng"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "--voices) echo ' 5  sw  --/M  Swahili  bnt/sw' ;;\n"
        "--version) echo 'eSpeak NG text-to-speech: 9.9' ;;\n"
        f"*) {on_speech} ;;\nesac\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return program


@pytest.mark.parametrize(
    ("on_speech", "said"),
    [
        ("echo no such voice data >&2; exit 3", "failed (3): no such voice data"),
        ("cat /dev/null", "says nothing"),
        ("echo this is no sound", "says nothing"),
        ("exec sleep 60", "took longer than 0.3 s"),
    ],
)
def test_an_espeak_that_is_broken_fails_the_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_speech: str, said: str
) -> None:
    _fake(tmp_path, monkeypatch, on_speech)
    monkeypatch.setattr(espeak_tts, "_TIMEOUT_SECONDS", 5.0)
    broken = EspeakSpeaker.load(EspeakStage(engine="espeak"), ROOT)
    if "sleep" in on_speech:
        monkeypatch.setattr(espeak_tts, "_TIMEOUT_SECONDS", 0.3)
    (error,) = broken.speak_batch([Reply("Sawa.", "sw-KE")])
    assert said in str(error)
    assert broken.version == "espeak-ng:9.9"


def test_an_espeak_that_was_removed_meanwhile_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _fake(tmp_path, monkeypatch, "exit 0")
    gone = EspeakSpeaker.load(EspeakStage(engine="espeak"), ROOT)
    program.unlink()
    with pytest.raises(ModelUnavailable, match="not installed"):
        gone.speak_batch([Reply("Sawa.", "sw-KE")])


def test_the_list_of_voices_is_read_by_name_and_by_what_else_they_are_good_for() -> None:
    listed = """Pty Language       Age/Gender VoiceName       File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
 2  en-gb           --/M      English_(Great_Britain) gmw/en          (en 2)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  yue             --/M      Chinese_(Cantonese) sit/yue             (zh-yue 5)(zh 8)
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR           (pt 6)
 5  pt              --/M      Portuguese_(Portugal) roa/pt            (pt-pt 5)
"""
    voices = read_voices(listed)
    assert voices["zh"] == "cmn"
    assert voices["en"] == "en-gb"
    assert voices["en-US"] == "en-us"
    assert (voices["pt"], voices["pt-PT"], voices["pt-BR"]) == ("pt", "pt", "pt-br")
    assert len(voices) == 11


def test_it_weighs_nothing_to_speak_of(speaker: EspeakSpeaker) -> None:
    assert speaker.footprint() == Footprint(n_parameters=0, weights_bytes=0, device="cpu")
    assert speaker.version.startswith("espeak-ng:1.")
    speaker.close()
