"""CTC recognisers of several families, loaded and asked as every release loads and asks them."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from rapidfuzz.distance import Levenshtein
from safetensors.torch import load_file, save_file

from tests.assistants.tiny_ears import (
    make_clip,
    write_conformer,
    write_parakeet,
    write_w2v_bert,
    write_wav2vec2,
)
from vernacular.assistants.engines.hearing.ctc_asr import CtcRecogniser
from vernacular.assistants.engines.hearing.speech_features import AUDIO_PER_ITEM
from vernacular.assistants.stage_specs import CtcStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio, from_pcm16
from vernacular.errors import ModelUnavailable
from vernacular.scoring.error_rates import score_transcripts

EARS = Path(__file__).parents[2] / "seed_data" / "pocket_ears"
SAMPLES = [
    json.loads(line)
    for line in (EARS / "samples" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
]
FAMILIES: dict[str, Callable[[Path], Path]] = {
    "wav2vec2": write_wav2vec2,
    "wav2vec2-base": lambda folder: write_wav2vec2(folder, "group"),
    "wav2vec2-conformer": write_conformer,
    "wav2vec2-bert": write_w2v_bert,
    "parakeet": write_parakeet,
}
SECONDS = (2.9, 0.7, 4.1, 0.2, 1.6, 2.2, 0.0625, 2.4)
"""In an order that is not that of their lengths; two are shorter than what networks need."""
CLIPS = [Heard(make_clip(seconds, seed), "sw-KE") for seed, seconds in enumerate(SECONDS)]


def load(root: Path, weights: str = "weights", **fields: object) -> CtcRecogniser:
    return CtcRecogniser.load(CtcStage(engine="ctc", weights=weights, **fields), root)


def read_sample(name: str) -> Audio:
    with wave.open(str(EARS / "samples" / name)) as file:
        return from_pcm16(np.frombuffer(file.readframes(file.getnframes()), "<i2"))


def write_down(recogniser: CtcRecogniser, *clips: Heard) -> list[Transcript]:
    found = recogniser.transcribe_batch(clips)
    assert all(isinstance(one, Transcript) for one in found), found
    return found


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ``weights`` of one family."""
    folder = tmp_path_factory.mktemp(request.param)
    FAMILIES[request.param](folder / "weights")
    return folder


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As ``load_assistant`` has it: more threads than free cores make small networks slower."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture(scope="module")
def ears_2() -> CtcRecogniser:
    return load(EARS, "ears-2", chunk_seconds=6)


def test_a_clip_is_heard_the_same_whatever_stands_beside_it(checkpoint: Path) -> None:
    recogniser = load(checkpoint)
    together = write_down(recogniser, *CLIPS)
    alone = [write_down(recogniser, clip)[0] for clip in CLIPS]
    assert [one.text for one in together] == [one.text for one in alone]
    assert len({one.text for one in together}) > len(CLIPS) // 2
    for left, right in zip(together, alone, strict=True):
        assert left.confidence == pytest.approx(right.confidence, abs=1e-4)


def test_confidence_is_a_probability(checkpoint: Path) -> None:
    for one in write_down(load(checkpoint), *CLIPS):
        assert (one.confidence is None) == (one.text == "")
        assert one.confidence is None or 0 < one.confidence < 1


def test_half_precision_is_heard_too(checkpoint: Path) -> None:
    recogniser = load(checkpoint, dtype="bfloat16")
    assert any(one.text for one in write_down(recogniser, *CLIPS))


def test_the_frames_of_a_family_are_as_long_as_its_papers_say(
    tmp_path: Path, ears_2: CtcRecogniser
) -> None:
    # 20 ms for wav2vec 2.0 (Baevski et al. 2020), 80 ms for FastConformer (Rekesh et al. 2023).
    long_clip = Heard(make_clip(40), "sw-KE")
    for write, seconds in ((write_wav2vec2, 0.02), (write_parakeet, 0.08)):
        write(tmp_path / write.__name__)
        recogniser = load(tmp_path, write.__name__)
        assert recogniser.samples_per_frame == seconds * SAMPLE_RATE_HZ
        assert write_down(recogniser, long_clip)[0].text
    assert ears_2.samples_per_frame == 0.04 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("release", ["ears-1", "ears-2"])
def test_the_shipped_ears_hear_as_well_as_their_card_says(release: str) -> None:
    recogniser = load(EARS, release)
    card = json.loads((EARS / release / "measured.json").read_text(encoding="utf-8"))["voices"]
    samples = [sample for sample in SAMPLES if sample["locale"] in card]
    clips = [Heard(read_sample(sample["audio"]), sample["locale"]) for sample in samples]
    edits = characters = expected = 0.0
    for sample, one in zip(samples, write_down(recogniser, *clips), strict=True):
        scores = score_transcripts(sample["locale"], [sample["text"]], [one.text])
        known = card[sample["locale"]]
        edits += int(scores.char_edits.sum())
        characters += int(scores.n_chars.sum())
        expected += int(scores.n_chars.sum()) * known["char_edits"] / known["n_chars"]
    # Eight or ten clips against the card's hundreds: within a tenth of the characters.
    assert abs(edits - expected) / characters < 0.11


def test_a_long_clip_is_heard_like_its_parts(ears_2: CtcRecogniser) -> None:
    sample = read_sample("tr-TR-1.wav")
    pause = np.zeros(SAMPLE_RATE_HZ // 4, np.float32)
    n_times = int(70 / (sample.seconds + 0.25)) + 1
    long_clip = Audio(np.concatenate([sample.samples, pause] * n_times))
    assert long_clip.seconds > 70
    part, whole = write_down(ears_2, Heard(sample, "tr-TR"), Heard(long_clip, "tr-TR"))
    # What comes before changes how this small model hears; unjoined, in one piece, it is 13 %.
    distance = Levenshtein.normalized_distance(" ".join([part.text] * n_times), whole.text)
    assert distance < 0.08
    assert whole.confidence == pytest.approx(part.confidence, abs=0.1)


def test_ten_minutes_are_heard_in_batches_of_bounded_size(tmp_path: Path) -> None:
    write_wav2vec2(tmp_path / "weights")
    recogniser = load(tmp_path, max_batch=16)
    sizes = []
    handle = torch.nn.modules.module.register_module_forward_pre_hook(
        lambda module, given: sizes.append(given[0].numel()) if _reads_samples(module) else None
    )
    clip = Audio(np.tile(make_clip(60).samples, 10))
    with handle:
        (found,) = write_down(recogniser, Heard(clip, "sw-KE"))
    assert len(found.text) > 1000
    assert sum(sizes) > 600 * SAMPLE_RATE_HZ
    assert max(sizes) <= 16 * AUDIO_PER_ITEM


def _reads_samples(module: torch.nn.Module) -> bool:
    return type(module).__name__ == "Wav2Vec2FeatureEncoder"


def test_a_vector_that_only_training_needs_may_be_missing(tmp_path: Path) -> None:
    weights = write_wav2vec2(tmp_path / "weights") / "model.safetensors"
    tensors = load_file(weights)
    del tensors["wav2vec2.masked_spec_embed"]
    save_file(tensors, weights, {"format": "pt"})
    assert write_down(load(tmp_path), CLIPS[0])[0].text
    del tensors["lm_head.weight"]
    save_file(tensors, weights, {"format": "pt"})
    with pytest.raises(ModelUnavailable, match=r"lacks 1 tensors .* lm_head\.weight"):
        load(tmp_path)


def test_weights_of_another_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="pocket-1"):
        load(EARS.parent / "pocket", "pocket-1")
    folder = write_wav2vec2(tmp_path / "weights")
    path = folder / "preprocessor_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings | {"sampling_rate": 8000}), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="8,000 Hz"):
        load(tmp_path)


def test_the_version_and_the_footprint_tell_the_weights(ears_2: CtcRecogniser) -> None:
    assert ears_2.version == "ctc:ears-2"
    footprint = ears_2.footprint()
    assert footprint.n_parameters == 3_191_306
    assert footprint.weights_bytes == (EARS / "ears-2" / "model.safetensors").stat().st_size


@pytest.mark.parametrize("n_samples", [1, 1000, 4000])
def test_a_clip_too_short_for_the_network_is_heard_with_silence_behind_it(
    ears_2: CtcRecogniser, n_samples: int
) -> None:
    # As it is, LASR fails below 1,001 samples: its second convolution has no frame left.
    write_down(ears_2, Heard(Audio(make_clip(1).samples[:n_samples]), "sw-KE"))


def test_nothing_to_hear_gives_nothing(ears_2: CtcRecogniser) -> None:
    assert ears_2.transcribe_batch([]) == []
