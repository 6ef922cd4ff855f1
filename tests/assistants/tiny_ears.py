"""Writes speech models of some kilobytes: real families with random weights.

They hear nonsense, but each clip another one, and they load, batch and answer as real ones do.
Equal arguments write equal weights.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    MoonshineConfig,
    MoonshineForConditionalGeneration,
    ParakeetCTCConfig,
    ParakeetFeatureExtractor,
    ParakeetForCTC,
    ParakeetTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    SeamlessM4TConfig,
    SeamlessM4TFeatureExtractor,
    SeamlessM4TForSpeechToText,
    Speech2TextConfig,
    Speech2TextFeatureExtractor,
    Speech2TextForConditionalGeneration,
    Wav2Vec2BertConfig,
    Wav2Vec2BertForCTC,
    Wav2Vec2Config,
    Wav2Vec2ConformerConfig,
    Wav2Vec2ConformerForCTC,
    Wav2Vec2CTCTokenizer,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForCTC,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperTokenizer,
)

from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio

MARKS = ("<pad>", "<s>", "</s>", "<unk>", "|")
LATIN = "abdefghikmnoprstuvyz"
ETHIOPIC = "ሀለሐመሠረሰሸቀበተቸኀነኘአከ"
WHISPER_LANGUAGES = ("en", "sw", "jw", "zh", "no")

_ENCODER = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}


def make_clip(seconds: float, seed: int = 0) -> Audio:
    """Returns a few tones that change a few times a second: no speech, but never twice the same."""
    random = np.random.default_rng(seed)
    n_samples = round(seconds * SAMPLE_RATE_HZ)
    times = np.arange(n_samples) / SAMPLE_RATE_HZ
    steps = (times * 6).astype(int)
    pitches = random.uniform(120, 3000, (steps.max() + 1, 3))[steps]
    tones = np.sin(2 * np.pi * pitches * times[:, None]).sum(1)
    return Audio((0.1 * tones + random.normal(0, 0.01, n_samples)).astype(np.float32))


def write_wav2vec2(folder: Path, norm: str = "layer", seed: int = 1) -> Path:
    """Writes a wav2vec 2.0: with ``layer`` norms as the large ones, or ``group`` as the base."""
    torch.manual_seed(seed)
    model = Wav2Vec2ForCTC(_wav2vec2_config(Wav2Vec2Config, norm))
    return _save(folder, model, _waves(), write_letters(folder, LATIN))


def write_conformer(folder: Path, seed: int = 1) -> Path:
    """Writes a wav2vec 2.0 conformer, whose convolutions read the padding."""
    torch.manual_seed(seed)
    model = Wav2Vec2ConformerForCTC(_wav2vec2_config(Wav2Vec2ConformerConfig, "layer"))
    return _save(folder, model, _waves(), write_letters(folder, LATIN))


def write_w2v_bert(folder: Path, seed: int = 1) -> Path:
    """Writes a wav2vec 2.0 BERT, which reads filter banks."""
    torch.manual_seed(seed)
    config = Wav2Vec2BertConfig(
        **_ENCODER, output_hidden_size=16, vocab_size=len(MARKS) + len(LATIN), pad_token_id=0
    )
    model = Wav2Vec2BertForCTC(config)
    return _save(folder, model, SeamlessM4TFeatureExtractor(), write_letters(folder, LATIN))


def write_parakeet(folder: Path, seed: int = 1) -> Path:
    """Writes a Parakeet with pieces of words, whose blank is its last token."""
    torch.manual_seed(seed)
    pieces = ["<unk>", *("▁" + letter for letter in LATIN), *LATIN, "<pad>"]
    inner = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=0))
    inner.decoder = decoders.Metaspace()
    tokenizer = ParakeetTokenizer(tokenizer_object=inner, unk_token="<unk>", pad_token="<pad>")
    encoder = {**_ENCODER, "num_mel_bins": 80, "subsampling_conv_channels": 16}
    config = ParakeetCTCConfig(
        vocab_size=len(pieces), pad_token_id=len(pieces) - 1, encoder_config=encoder
    )
    return _save(folder, ParakeetForCTC(config), ParakeetFeatureExtractor(), tokenizer)


def write_mms(
    folder: Path, alphabets: dict[str, str], listed_only: Sequence[str] = (), seed: int = 1
) -> Path:
    """Writes an MMS with an adapter per language, each with letters of its own.

    Args:
        alphabets: by the names of the languages.
        listed_only: languages of the vocabulary whose adapters are not there.
    """
    torch.manual_seed(seed)
    vocabularies = {name: _number([*MARKS, *letters]) for name, letters in alphabets.items()}
    vocabularies |= {name: _number(MARKS) for name in listed_only}
    first = next(iter(alphabets))
    config = _wav2vec2_config(Wav2Vec2Config, "layer")
    config.adapter_attn_dim = 8
    config.vocab_size = len(vocabularies[first])
    model = Wav2Vec2ForCTC(config)
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps(vocabularies), encoding="utf-8")
    tokenizer = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"), target_lang=first)
    _save(folder, model, _waves(), tokenizer)
    for name, letters in alphabets.items():
        weights = {key: torch.randn_like(one) for key, one in model._get_adapters().items()}
        weights["lm_head.weight"] = torch.randn(len(MARKS) + len(letters), config.hidden_size)
        weights["lm_head.bias"] = torch.zeros(len(MARKS) + len(letters))
        save_file(weights, folder / f"adapter.{name}.safetensors")
    return folder


def write_whisper(folder: Path, *, is_multilingual: bool = True, seed: int = 1) -> Path:
    """Writes a Whisper, in English alone or told the language; it proposes to translate."""
    torch.manual_seed(seed)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = WhisperTokenizer(vocab=_number([*letters, "<|endoftext|>"]), merges=[])
    languages = [f"<|{name}|>" for name in WHISPER_LANGUAGES]
    tasks = ["<|translate|>", "<|transcribe|>"]
    tokenizer.add_special_tokens(
        {"extra_special_tokens": ["<|startoftranscript|>", *languages, *tasks, "<|notimestamps|>"]}
    )
    number = tokenizer.convert_tokens_to_ids
    end = number("<|endoftext|>")
    config = WhisperConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_target_positions=64,
        decoder_start_token_id=number("<|startoftranscript|>"),
        pad_token_id=end,
        bos_token_id=end,
        eos_token_id=end,
        suppress_tokens=[],
        begin_suppress_tokens=[],
    )
    model = WhisperForConditionalGeneration(config)
    generation = model.generation_config
    generation.is_multilingual = is_multilingual
    generation.no_timestamps_token_id = number("<|notimestamps|>")
    if is_multilingual:
        generation.lang_to_id = {name: number(name) for name in languages}
        generation.task_to_id = {name.strip("<|>"): number(name) for name in tasks}
        generation.task = "translate"
    generation.suppress_tokens = [number(one) for one in (*languages, *tasks)]
    return _save(folder, model, WhisperFeatureExtractor(), tokenizer)


def write_moonshine(folder: Path, seed: int = 1) -> Path:
    """Writes a Moonshine, whose group norm reads the padding."""
    torch.manual_seed(seed)
    config = MoonshineConfig(
        vocab_size=len(LATIN) + 3,
        hidden_size=32,
        intermediate_size=48,
        encoder_num_hidden_layers=1,
        decoder_num_hidden_layers=1,
        encoder_num_attention_heads=2,
        decoder_num_attention_heads=2,
        pad_token_id=2,
    )
    extractor = Wav2Vec2FeatureExtractor(do_normalize=False, return_attention_mask=True)
    return _save(folder, MoonshineForConditionalGeneration(config), extractor, _words("<s>"))


def write_speech_to_text(folder: Path, seed: int = 1) -> Path:
    """Writes a Speech2Text, which reads normalised filter banks and proposes five beams."""
    torch.manual_seed(seed)
    config = Speech2TextConfig(
        vocab_size=len(LATIN) + 3,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        conv_channels=32,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    model = Speech2TextForConditionalGeneration(config)
    model.generation_config.num_beams = 5
    return _save(folder, model, Speech2TextFeatureExtractor(), _words("<pad>"))


def write_seamless(folder: Path, languages: Sequence[str], seed: int = 1) -> Path:
    """Writes a SeamlessM4T that hears, told one of ``languages`` by its first token."""
    torch.manual_seed(seed)
    config = SeamlessM4TConfig(
        vocab_size=len(LATIN) + 3 + len(languages),
        hidden_size=32,
        speech_encoder_layers=1,
        speech_encoder_attention_heads=2,
        speech_encoder_intermediate_size=32,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        encoder_layers=1,
        encoder_ffn_dim=32,
        encoder_attention_heads=2,
        decoder_layers=1,
        decoder_ffn_dim=32,
        decoder_attention_heads=2,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    model = SeamlessM4TForSpeechToText(config)
    first = len(LATIN) + 3
    model.generation_config.text_decoder_lang_to_code_id = _number(languages, first)
    model.generation_config.suppress_tokens = list(range(first, first + len(languages)))
    return _save(folder, model, SeamlessM4TFeatureExtractor(), _words("<pad>"))


def write_letters(folder: Path, letters: str) -> Wav2Vec2CTCTokenizer:
    """Writes into a new ``folder`` the vocabulary of a tokeniser of letters, and returns it."""
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps(_number([*MARKS, *letters])), encoding="utf-8")
    return Wav2Vec2CTCTokenizer(str(vocabulary))


def _wav2vec2_config(kind: Callable[..., Any], norm: str) -> Any:
    return kind(
        **_ENCODER,
        vocab_size=len(MARKS) + len(LATIN),
        pad_token_id=0,
        conv_dim=(16,) * 7,
        conv_bias=norm == "layer",
        feat_extract_norm=norm,
        do_stable_layer_norm=norm == "layer",
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
    )


def _waves() -> Wav2Vec2FeatureExtractor:
    return Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=False)


def _words(first: str) -> PreTrainedTokenizerFast:
    """Returns a tokeniser of letters; ``first`` is its token 0, the end its token 2."""
    marks = ["<s>", "<pad>"] if first == "<s>" else ["<pad>", "<s>"]
    inner = Tokenizer(models.WordLevel(_number([*marks, "</s>", *LATIN]), unk_token="</s>"))
    inner.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", pad_token="<pad>", eos_token="</s>"
    )


def _number(tokens: Sequence[str], first: int = 0) -> dict[str, int]:
    return {token: number for number, token in enumerate(tokens, start=first)}


def _save(folder: Path, model: PreTrainedModel, extractor: Any, tokenizer: Any) -> Path:
    with torch.no_grad():
        for name, weights in model.named_parameters():
            # With the usual small weights every clip would get one and the same answer.
            if weights.ndim > 1 and "positions" not in name:
                weights.normal_(std=0.3)
    if (hasattr(model, "lm_head") and not model.can_generate()) or hasattr(model, "ctc_head"):
        _balance(model, extractor)
    # What a configuration proposes is not read back from a file that says it was made from one.
    if model.can_generate():
        model.generation_config._from_model_config = False
    for extractor_or_tokenizer in (extractor, tokenizer):
        extractor_or_tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@torch.no_grad()
def _balance(model: Any, extractor: Any) -> None:
    """Shifts the logits of a CTC model so that no token is the likeliest of all frames."""
    clip = make_clip(3, seed=99).samples
    inputs = extractor([clip], sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt")
    head = getattr(model, "ctc_head", None) or model.lm_head
    head.bias.sub_(model.eval()(**inputs).logits[0].mean(0))
