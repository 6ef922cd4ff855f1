"""Recognisers that generate, loaded and asked as every release loads and asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoTokenizer,
    LlamaConfig,
    VoxtralConfig,
    VoxtralEncoderConfig,
    VoxtralForConditionalGeneration,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)

from tests.assistants.tiny_ears import (
    make_clip,
    write_moonshine,
    write_seamless,
    write_speech_to_text,
    write_whisper,
)
from vernacular.assistants.engines.hearing.chunking import cut_at_pauses
from vernacular.assistants.engines.hearing.seq2seq_asr import Seq2SeqRecogniser
from vernacular.assistants.stage_specs import Seq2SeqStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio
from vernacular.errors import InvalidInput, ModelUnavailable

FAMILIES: dict[str, Callable[[Path], Path]] = {
    "whisper": write_whisper,
    "moonshine": write_moonshine,
    "speech-to-text": write_speech_to_text,
    "seamless": lambda folder: write_seamless(folder, ["eng", "swh"]),
}
SECONDS = (2.9, 0.7, 4.1, 0.2, 1.6, 0.0625)
"""In an order that is not that of their lengths; two are shorter than what networks need."""
LOCALES = ("sw-KE", "en-US", "sw-KE", "en-US", "sw-KE", "sw-KE")
CLIPS = [
    Heard(make_clip(seconds, seed), locale)
    for seed, (seconds, locale) in enumerate(zip(SECONDS, LOCALES, strict=True))
]


def load(root: Path, **fields: object) -> Seq2SeqRecogniser:
    settings = {"engine": "seq2seq", "weights": "weights", "max_new_tokens": 12, **fields}
    return Seq2SeqRecogniser.load(Seq2SeqStage.model_validate(settings), root)


def write_down(recogniser: Seq2SeqRecogniser, *clips: Heard) -> list[Transcript]:
    found = recogniser.transcribe_batch(clips)
    assert all(isinstance(one, Transcript) for one in found), found
    return found


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As ``load_assistant`` has it: more threads than free cores make small networks slower."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ``weights`` of one family."""
    folder = tmp_path_factory.mktemp(request.param)
    FAMILIES[request.param](folder / "weights")
    return folder


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told-languages")
    write_whisper(folder / "weights")
    return folder


def test_a_clip_is_heard_the_same_whatever_stands_beside_it(checkpoint: Path) -> None:
    recogniser = load(checkpoint)
    together = write_down(recogniser, *CLIPS)
    alone = [write_down(recogniser, clip)[0] for clip in CLIPS]
    assert [one.text for one in together] == [one.text for one in alone]
    assert len({one.text for one in together}) >= len(CLIPS) // 2
    for left, right in zip(together, alone, strict=True):
        assert left.confidence == pytest.approx(right.confidence, abs=1e-4)
        assert left.confidence is None or 0 < left.confidence < 1


def test_half_precision_is_heard_too(checkpoint: Path) -> None:
    recogniser = load(checkpoint, dtype="bfloat16")
    assert any(one.text for one in write_down(recogniser, *CLIPS))


def test_whisper_is_told_the_language_and_to_transcribe(whisper: Path) -> None:
    clip = make_clip(3, seed=5)
    heard = write_down(load(whisper), Heard(clip, "sw-KE"), Heard(clip, "jv-ID"))
    for one, language in zip(heard, ("sw", "jw"), strict=True):
        assert one == ask_the_library(whisper, clip, language=f"<|{language}|>", task="transcribe")
    assert heard[0] != heard[1]
    assert heard[0] != ask_the_library(whisper, clip, language="<|sw|>", task="translate")


def ask_the_library(root: Path, clip: Audio, **told: str) -> Transcript:
    """Returns what Whisper's own ``generate`` writes, and the mean that its own scores give."""
    model = WhisperForConditionalGeneration.from_pretrained(root / "weights").eval()
    features = WhisperFeatureExtractor.from_pretrained(root / "weights")(
        clip.samples, sampling_rate=SAMPLE_RATE_HZ, return_attention_mask=True, return_tensors="pt"
    )
    model.generation_config.max_length = None
    with torch.inference_mode():
        found = model.generate(
            **features, **told, max_length=12, return_dict_in_generate=True, output_scores=True
        )
    sure = model.compute_transition_scores(found.sequences, found.scores, normalize_logits=True)
    written = found.sequences[0, -len(found.scores) :]
    is_text = written != model.generation_config.eos_token_id
    tokenizer = AutoTokenizer.from_pretrained(root / "weights")
    text = " ".join(tokenizer.decode(written, skip_special_tokens=True).split())
    confidence = float(sure[0][is_text].mean().exp())
    return Transcript(text, pytest.approx(confidence, abs=1e-5))


def test_a_language_that_whisper_lacks_spoils_no_neighbour_and_can_be_mapped(
    whisper: Path,
) -> None:
    clip = make_clip(2)
    pair = [Heard(clip, "am-ET"), Heard(clip, "sw-KE")]
    amharic, swahili = load(whisper).transcribe_batch(pair)
    assert isinstance(swahili, Transcript)
    assert isinstance(amharic, InvalidInput)
    assert "'languages: {am-ET: NAME}'" in str(amharic)
    amharic, swahili = load(whisper, languages={"am-ET": "sw"}).transcribe_batch(pair)
    assert amharic == swahili


def test_a_whisper_of_english_alone_is_told_no_language(tmp_path: Path) -> None:
    write_whisper(tmp_path / "weights", is_multilingual=False)
    clip = make_clip(2)
    amharic, english = write_down(load(tmp_path), Heard(clip, "am-ET"), Heard(clip, "en-US"))
    assert amharic == english


def test_no_more_tokens_are_asked_of_whisper_than_it_has_positions_for(whisper: Path) -> None:
    (found,) = write_down(load(whisper, max_new_tokens=4096), Heard(make_clip(2), "sw-KE"))
    assert len(found.text) > 12


@pytest.mark.parametrize(("locale", "between"), [("sw-KE", " "), ("zh-CN", "")])
def test_a_long_clip_is_heard_in_pieces_that_end_in_pauses(
    whisper: Path, locale: str, between: str
) -> None:
    recogniser = load(whisper)
    clip = make_clip(70)
    pieces = [
        Heard(Audio(piece), locale) for piece in cut_at_pauses(clip.samples, 30 * SAMPLE_RATE_HZ)
    ]
    assert len(pieces) == 3
    whole, *parts = write_down(recogniser, Heard(clip, locale), *pieces)
    assert whole.text == between.join(part.text for part in parts)
    sure = [np.log(part.confidence) for part in parts]
    # Every piece has as many tokens, so that the mean of the means is theirs.
    assert whole.confidence == pytest.approx(np.exp(np.mean(sure)), rel=0.02)


def test_a_language_model_that_listens_is_refused(tmp_path: Path) -> None:
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = VoxtralConfig(
        audio_config=VoxtralEncoderConfig(**sizes, intermediate_size=64).to_dict(),
        text_config=LlamaConfig(**sizes, intermediate_size=16, vocab_size=50).to_dict(),
    )
    VoxtralForConditionalGeneration(config).save_pretrained(tmp_path / "weights")
    with pytest.raises(ModelUnavailable, match=r"\(voxtral\) .* the engine 'openai'"):
        load(tmp_path)


def test_weights_without_what_belongs_to_them_are_refused(tmp_path: Path) -> None:
    folder = write_whisper(tmp_path / "weights")
    # The library makes an empty tokeniser then, which would write down nothing.
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match=r"writes \d+ tokens, and its tokeniser knows 10:"):
        load(tmp_path)
    with pytest.raises(ModelUnavailable, match="there is no folder"):
        load(tmp_path, weights="missing")


def test_the_version_and_the_footprint_tell_the_weights(whisper: Path) -> None:
    recogniser = load(whisper)
    assert recogniser.version == "seq2seq:weights"
    size = (whisper / "weights" / "model.safetensors").stat().st_size
    assert recogniser.footprint().weights_bytes == size
    assert recogniser.transcribe_batch([]) == []
