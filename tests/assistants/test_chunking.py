"""How long clips are cut, and how what was heard in the pieces is joined."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vernacular.assistants.engines.hearing.chunking import (
    cut_at_pauses,
    cut_overlapping,
    find_seams,
)
from vernacular.assistants.engines.hearing.ctc_decoding import (
    Emissions,
    join_emissions,
    read_emissions,
)
from vernacular.clips.audio import SAMPLE_RATE_HZ

FRAME = 640
BLANK = 0
LETTERS = "_abcdefghij"


class Spelling:
    """A tokeniser of single letters."""

    def decode(self, ids: list[int], **_: object) -> str:
        return "".join(LETTERS[i] for i in ids)


@given(st.integers(1, 60 * SAMPLE_RATE_HZ), st.floats(5, 30))
def test_overlapping_pieces_cover_the_clip_and_start_on_a_frame(n: int, seconds: float) -> None:
    piece = int(seconds * SAMPLE_RATE_HZ)
    spans = cut_overlapping(n, piece, FRAME)
    assert spans[0][0] == 0
    assert spans[-1][1] == n
    assert all(start % FRAME == 0 and stop - start <= piece for start, stop in spans)
    overlaps = [left[1] - right[0] for left, right in pairwise(spans)]
    assert all(overlap >= piece // 4 or overlap >= 4 * SAMPLE_RATE_HZ for overlap in overlaps)


def test_a_clip_of_one_piece_is_not_cut() -> None:
    assert cut_overlapping(8000, 8000, FRAME) == [(0, 8000)]
    assert len(cut_overlapping(8001, 8000, FRAME)) == 2


@given(st.randoms(use_true_random=False))
def test_pieces_that_place_letters_a_frame_apart_join_into_what_was_said(random: object) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    n_frames, piece, step = 1000, 200, 140
    said = np.zeros(n_frames, np.int64)
    for word in range(0, n_frames - 30, 30):
        # Letters stand in every third frame of a word, then comes a pause of six frames or more.
        for place in range(word + 1, word + 23, 3):
            said[place] = rng.integers(1, len(LETTERS))
    starts = list(range(0, n_frames - piece + step, step))
    pieces = []
    for start in starts:
        heard = np.roll(said, int(rng.integers(-1, 2)))[start : start + piece].copy()
        # At the edges, without context, a piece hears nonsense.
        heard[:10] = rng.integers(0, len(LETTERS), 10) if start else heard[:10]
        if start != starts[-1]:
            heard[-10:] = rng.integers(0, len(LETTERS), 10)
        pieces.append(Emissions(heard, np.full(len(heard), 0.5, np.float32)))
    joined = join_emissions(pieces, starts, BLANK)
    whole = Emissions(said, np.full(n_frames, 0.5, np.float32))
    assert read_emissions(joined, Spelling(), {BLANK}) == read_emissions(whole, Spelling(), {BLANK})


def test_without_a_pause_the_seam_is_amid_the_overlap() -> None:
    nothing_blank = np.zeros(100, np.bool_)
    assert find_seams([nothing_blank, nothing_blank], [0, 60]) == [80]


def test_cutting_at_pauses_keeps_every_sample_in_pieces_that_fit() -> None:
    rng = np.random.default_rng(3)
    for n in (1, 9_999, 10_000, 10_001, 13_000, 20_001, 47_123):
        clip = rng.normal(0, 0.1, n).astype(np.float32)
        pieces = cut_at_pauses(clip, 10_000)
        np.testing.assert_array_equal(np.concatenate(pieces), clip)
        assert max(piece.size for piece in pieces) <= 10_000
        assert len(pieces) == 1 or min(piece.size for piece in pieces) >= 10_000 // 3


def test_a_cut_falls_into_the_pause() -> None:
    rng = np.random.default_rng(3)
    clip = rng.normal(0, 0.1, 50 * SAMPLE_RATE_HZ).astype(np.float32)
    pause = slice(23 * SAMPLE_RATE_HZ, 24 * SAMPLE_RATE_HZ)
    clip[pause] *= 0.01
    first, _ = cut_at_pauses(clip, 30 * SAMPLE_RATE_HZ)
    assert pause.start < first.size < pause.stop
