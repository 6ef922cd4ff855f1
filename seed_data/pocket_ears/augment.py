"""Makes one clean clip sound like many: other throats, rooms, microphones and noises.

All of it works on log-mel features, where a warp of the band axis is a longer or shorter vocal
tract (Jaitly, Hinton 2013) and added power is added noise, so that no clip is spoken twice.
"""

from __future__ import annotations

import torch

FLOOR = -11.513
"""The log of 1e-5, below which the feature extractor does not go."""
TELEPHONE_BANDS = (6, 58)
"""The mel bands (of 80 over 125-7500 Hz) that a telephone leaves."""


def augment(
    features: torch.Tensor, n_frames: torch.Tensor, rng: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns changed features and their new lengths.

    Args:
        features: (batch, frames, bands) log-mel; what pads a row does not matter.
        n_frames: (batch,) frames of each row.
        rng: decides everything; one state gives one result.
    """
    batch, _, bands = features.shape

    def draw(low: float, high: float, *shape: int) -> torch.Tensor:
        return torch.rand(shape or (batch, 1, 1), generator=rng) * (high - low) + low

    def happens(share: float) -> torch.Tensor:
        return torch.rand((batch, 1, 1), generator=rng) < share

    pace = draw(0.82, 1.1)
    before, after = draw(0, 12).round(), draw(0, 8).round()
    lengths = (n_frames[:, None, None] * pace).floor() + before + after
    times = torch.arange(int(lengths.max()))[None, :, None]
    source = (times - before) / pace
    is_speech = (source >= 0) & (source <= n_frames[:, None, None] - 1)
    at = source.round().long().clamp(0, features.shape[1] - 1)
    moved = features.gather(1, at.expand(-1, -1, bands))
    power = torch.where(is_speech, moved, FLOOR)

    places = (torch.arange(bands)[None, None] * draw(0.9, 1.1) + draw(-1.5, 1.5)).clamp(
        0, bands - 1
    )
    low = places.floor().long()
    share = places - low
    low = low.expand_as(power)
    power = (
        power.gather(2, low) * (1 - share) + power.gather(2, (low + 1).clamp(max=bands - 1)) * share
    )

    knots = draw(-1.2, 1.2, batch, 1, 6)
    colour = torch.nn.functional.interpolate(knots, bands, mode="linear", align_corners=True)
    power = (power + colour + draw(-3.5, 1.5)).exp()
    is_lost = torch.ones(bands, dtype=torch.bool)
    is_lost[TELEPHONE_BANDS[0] : TELEPHONE_BANDS[1]] = False
    power = torch.where(happens(0.12) & is_lost, 0.0, power)

    n_valid = lengths.clamp(min=1)
    loudness = power.mean(2, keepdim=True).sum(1, keepdim=True) / n_valid
    slope = draw(-3.0, 2.0) * torch.linspace(0, 1, bands)
    shape = slope.exp() / slope.exp().mean(2, keepdim=True)
    noise_db = draw(6, 40)
    noise = loudness * shape * 10 ** (-noise_db / 10)
    # The power of noise in one band of one frame is exponentially distributed.
    ripple = -torch.log(torch.rand(power.shape, generator=rng).clamp(min=1e-6))
    power = power + torch.where(happens(0.5), noise * (0.5 + 0.5 * ripple), 0.0)

    result = power.clamp(min=1e-5).log()
    steps = torch.arange(bands)[None, None]
    for _ in range(2):
        first, width = draw(0, bands - 8), draw(0, 9)
        is_hidden = (steps >= first) & (steps < first + width) & happens(0.5)
        result = result.masked_fill(is_hidden, -6.0)
    for _ in range(2):
        first, width = draw(0, 1) * lengths, draw(0, 12)
        is_hidden = (times >= first) & (times < first + width) & happens(0.5)
        result = result.masked_fill(is_hidden, -6.0)
    return result, lengths[:, 0, 0].long()
