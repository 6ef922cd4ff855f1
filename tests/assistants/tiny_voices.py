"""Writes VITS checkpoints of a few kilobytes: real voices with random weights, which hum."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import VitsConfig, VitsModel, VitsTokenizer

SWAHILI = "abcdefghijklmnoprstuvwyz '"
HINDI = "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौं् "


def write_voice(
    folder: Path,
    letters: str = SWAHILI,
    *,
    rate_hz: int = 16_000,
    is_uroman: bool = False,
    phonemize: bool = False,
    seed: int = 4,
) -> Path:
    """Writes a voice with its tokeniser into ``folder`` and returns the folder.

    Args:
        letters: what it can read.
        rate_hz: of its speech.
        is_uroman: whether it reads romanised text, as some voices of MMS do.
        phonemize: whether it reads phonemes, as the voices of the paper's authors do.
        seed: of the weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocab = {letter: number for number, letter in enumerate(["<pad>", *letters, "<unk>"])}
    path = folder / "vocab.json"
    path.write_text(json.dumps(vocab), encoding="utf-8")
    tokenizer = VitsTokenizer(str(path), phonemize=phonemize, is_uroman=is_uroman)
    config = VitsConfig(
        vocab_size=len(vocab),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=16,
        flow_size=16,
        spectrogram_bins=9,
        prior_encoder_num_flows=2,
        prior_encoder_num_wavenet_layers=1,
        posterior_encoder_num_wavenet_layers=1,
        upsample_initial_channel=16,
        upsample_rates=[8, 8],
        upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1]],
        depth_separable_num_layers=1,
        duration_predictor_num_flows=2,
        sampling_rate=rate_hz,
        # Random durations are next to nothing; spoken slowly, every letter can be heard.
        speaking_rate=0.1,
    )
    torch.manual_seed(seed)
    VitsModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
