"""Turns the bytes of a recording, in whatever container, into what the stages hear.

The bytes come from strangers: what reads them is bounded in size and time, opens nothing else, and
whatever libav makes of them, the caller sees a `Decoded` or an `InvalidInput`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from vernacular.clips.audio import SAMPLE_RATE_HZ, Audio, from_pcm16, to_pcm16
from vernacular.clips.claimed_sizes import check_claimed_sizes
from vernacular.clips.containers import (
    DECODERS,
    DEMUXERS,
    FORMATS,
    begins_like_recording,
    is_cut_wav,
    name_format,
)
from vernacular.clips.resampling import Resampler
from vernacular.errors import InvalidInput

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream
    from av.container import InputContainer

MAX_BYTES = 128 * 2**20
"""An hour of 16 kHz mono, or ten minutes of 48 kHz stereo, are 115 MB of uncompressed WAV."""
MAX_SECONDS = 3_600
"""Compressed silence grows ten-thousandfold: decoding stops here, however small the file."""
MAX_CHANNELS = 32

_MAX_PLANES = 7
"""PyAV 18 takes a frame's planes up to the first null pointer. From eight on there is none, and it
reads whatever lies behind."""

_MISSING_SECONDS = 0.1
"""By how much a recording may fall short of its declared duration; codecs pad less than that."""
_WITHOUT_DURATION = "aac"
"""The format that declares none, so that libav guesses it from the first frames."""

_LIBAV_FAILURES = (ValueError, ArithmeticError, LookupError, RuntimeError, OSError, MemoryError)
"""What PyAV raises beside its own root, where libav's failure has a counterpart in Python."""


@dataclass(frozen=True, eq=False, slots=True)
class Decoded:
    """A recording as it is heard, and what it was before."""

    audio: Audio
    """In steps of 16 bits, so that what is heard now and what is read from the store later, where
    it is kept with 16 bits, are the same."""
    format: str
    """The container's short name, one of `containers.FORMATS`."""
    sample_rate_hz: int
    """As it was recorded."""
    n_channels: int
    is_incomplete: bool
    """Whether part of it was lost: cut off, or damaged inside. What decodes is kept, because people
    close the page while they speak; as far as the container tells, it is said here."""


def check_size(data: bytes) -> None:
    """Accepts 1 byte to 128 MiB.

    Raises:
        InvalidInput: there is nothing, or too much.
    """
    if not data:
        raise InvalidInput("the recording is empty (0 bytes): record it again")
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"a recording has up to {MAX_BYTES:,} bytes, this one has {len(data):,}:"
            " shorten or compress it"
        )


def decode_audio(data: bytes) -> Decoded:
    """Returns the recording in ``data`` as 16 kHz mono: its first sound track, every channel alike.

    Raises:
        InvalidInput: ``data`` is empty, too large, no recording, without sound, longer than an
            hour, or so damaged that nothing decodes; the reason is a sentence for its owner.
    """
    import av  # noqa: PLC0415 - whoever only stores or shows clips need not load libav

    check_size(data)
    check_claimed_sizes(data)
    try:
        with _open(data) as container:
            return _decode(container, data)
    except (av.FFmpegError, *_LIBAV_FAILURES) as error:
        raise InvalidInput(_why_unreadable(data)) from error


def _why_unreadable(data: bytes) -> str:
    if begins_like_recording(data):
        return (
            f"the recording is cut off or damaged, nothing in its {len(data):,} bytes can be"
            " decoded: send the whole file, or record it again"
        )
    return (
        f"is no sound recording that can be read: one of {', '.join(FORMATS)} is expected,"
        f" got {len(data):,} bytes that begin with {data[:8].hex(' ')}"
    )


def _open(data: bytes) -> InputContainer:
    import av  # noqa: PLC0415 - as above

    return av.open(
        BytesIO(data),
        "r",
        container_options={
            "format_whitelist": ",".join(DEMUXERS),
            "codec_whitelist": ",".join(DECODERS),
            "protocol_whitelist": "none",
        },
        # Titles and comments may be in any encoding.
        metadata_errors="replace",
        # Formats that are let through may still name other files, as MP4 does.
        io_open=_refuse_to_open,
    )


def _refuse_to_open(url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise PermissionError(f"a recording asked for another file: {url!r}")


def _decode(container: InputContainer, data: bytes) -> Decoded:
    stream = _find_sound(container)
    declared_seconds = _declared_seconds(container, stream)
    hearing = _Hearing()
    for frame in _frames(container, stream):
        hearing.take(frame)
    audio = hearing.finish()
    name = name_format(container.format.name, container.metadata.get("major_brand", ""), data)
    is_short = name != _WITHOUT_DURATION and audio.seconds < declared_seconds - _MISSING_SECONDS
    return Decoded(
        audio,
        format=name,
        sample_rate_hz=hearing.sample_rate_hz,
        n_channels=hearing.n_channels,
        is_incomplete=is_short or hearing.n_lost > 0 or is_cut_wav(data),
    )


def _find_sound(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise InvalidInput(
            f"holds no sound, only {_tracks(container)}: record with the microphone on"
        )
    stream = container.streams.audio[0]
    # PyAV has no decoder context where libav has no decoder.
    context = stream.codec_context
    if context is None or context.name not in DECODERS:
        codec = "an unknown codec" if context is None else context.name
        raise InvalidInput(f"its sound is encoded with {codec}: save it as WAV, FLAC or Opus")
    context.thread_count = 1
    return stream


def _tracks(container: InputContainer) -> str:
    return ", ".join(sorted({stream.type for stream in container.streams})) or "an empty container"


def _declared_seconds(container: InputContainer, stream: AudioStream) -> float:
    """What the container says of the sound's duration; 0 where it says nothing."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame | None]:
    """Yields what decodes, in order, and None for each piece that does not."""
    import av  # noqa: PLC0415 - as above

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, *_LIBAV_FAILURES):
            # The container breaks off here; what the decoder still holds is heard below.
            yield None
            packet = None
        try:
            yield from stream.decode(packet)
        except EOFError:
            # It had been flushed, as happens when the container ends regularly.
            return
        except (av.FFmpegError, *_LIBAV_FAILURES):
            yield None
        if packet is None:
            return


class _Hearing:
    """Gathers frames of whatever rate, layout and sample format into one signal."""

    def __init__(self) -> None:
        self.n_lost = 0
        self.sample_rate_hz = 0
        self.n_channels = 0
        self._n_samples = 0
        self._parts: list[NDArray[np.int16]] = []
        self._resampler: Resampler | None = None

    def take(self, frame: AudioFrame | None) -> None:
        """Takes the next frame, or None for one that was lost.

        Raises:
            InvalidInput: there is more than an hour, or what no recording has.
        """
        if frame is None:
            self.n_lost += 1
            return
        # Chained Ogg streams may change their rate in between.
        if self._resampler is None or self._resampler.rate_hz != frame.sample_rate:
            self._flush()
            self._resampler = Resampler(frame.sample_rate)
        samples = _mono(frame)
        if self.n_channels == 0:
            self.sample_rate_hz = frame.sample_rate
            self.n_channels = frame.layout.nb_channels
        self._keep(self._resampler.push(samples))

    def finish(self) -> Audio:
        """Returns the signal.

        Raises:
            InvalidInput: there is none.
        """
        self._flush()
        if not self._n_samples:
            raise InvalidInput(
                "nothing in this recording can be decoded, it may be cut off or damaged:"
                " record it again"
                if self.n_lost
                else "the recording holds no samples (0 s): record it again"
            )
        return from_pcm16(np.concatenate(self._parts))

    def _flush(self) -> None:
        if self._resampler is not None:
            self._keep(self._resampler.flush())

    def _keep(self, samples: NDArray[np.float32]) -> None:
        self._n_samples += samples.size
        if self._n_samples > MAX_SECONDS * SAMPLE_RATE_HZ:
            raise InvalidInput(
                f"a recording lasts up to {MAX_SECONDS:,} s, this one is longer: cut it into parts"
            )
        self._parts.append(to_pcm16(samples))


def _mono(frame: AudioFrame) -> NDArray[np.float64]:
    """The mean of a frame's channels, ``(n,)`` from -1 to 1, which cannot clip as their sum would.

    Raises:
        InvalidInput: it has too many channels, or numbers that are none.
    """
    n_channels = frame.layout.nb_channels
    if n_channels > MAX_CHANNELS:
        raise InvalidInput(f"has {n_channels} channels, up to {MAX_CHANNELS} are mixed: save mono")
    values = _values(frame)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise InvalidInput("holds samples that are no numbers (NaN or infinite): export it again")
    # As a product, because NumPy's mean over a few channels takes ten times as long.
    mixed: NDArray[np.float64] = np.full(n_channels, 1 / n_channels) @ values.astype(np.float64)
    if values.dtype.kind == "u":
        mixed = mixed / 128.0 - 1.0
    elif values.dtype.kind == "i":
        mixed = mixed / 2.0 ** (8 * values.dtype.itemsize - 1)
    # Samples that are fractions may lie far outside.
    return np.clip(mixed, -1.0, 1.0)


def _values(frame: AudioFrame) -> NDArray[Any]:
    """The numbers of a frame as they were decoded, ``(channels, n)``."""
    import av  # noqa: PLC0415 - as above

    n_channels = frame.layout.nb_channels
    if frame.format.is_planar and n_channels > _MAX_PLANES:
        (frame,) = av.AudioResampler(format=frame.format.packed).resample(frame)
    values: NDArray[Any] = frame.to_ndarray()
    return values if frame.format.is_planar else values.reshape(-1, n_channels).T
