"""Sound: how long it really is, and where its beats are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from generator.errors import ExportError
from generator.progress import Job, Progress, finish
from generator.recipe.recipe import Floats
from generator.storage.regular_file import open_regular
from generator.video.beats import BEAT_RATE, Onsets, beats_of

MAX_SECONDS = 3600.0  # of sound: as long as a timeline may be
_KNOWN = "aac,aiff,au,caf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav,w64,wv,avi,asf"  # none names files


@dataclass(frozen=True)
class Sound:
    """What was heard in a sound file."""

    seconds: float  # as decoded, whatever the file states
    beats: tuple[float, ...]  # times in seconds, in order; empty where nothing is regular


def read_sound(path: str | Path) -> Sound:
    """Decode the sound (or the sound of the video) at `path`, and find its beats. Raises `ExportError`."""
    return finish(reading_sound(path))


def reading_sound(path: str | Path) -> Job[Sound]:
    """`read_sound` in short steps."""
    samples, onsets = 0, Onsets()
    with decoded_sound(path, BEAT_RATE, channels=1) as pieces:
        for piece in pieces:
            samples += piece.shape[1]
            if onsets.add(piece[0]):
                yield Progress(samples // BEAT_RATE, 0, f"Heard {samples // BEAT_RATE} s")
            if samples > MAX_SECONDS * BEAT_RATE:
                raise ExportError(f"{Path(path).name} lasts longer than {MAX_SECONDS:g} s; choose a shorter sound.")
    if not samples:
        raise ExportError(f"{Path(path).name} contains no sound; it may be damaged.")
    seconds = samples / BEAT_RATE
    return Sound(seconds, tuple(time for time in beats_of(onsets.strengths()) if time < seconds))


@contextmanager
def decoded_sound(path: str | Path, rate: int, channels: int) -> Iterator[Iterator[Floats]]:
    """The first sound in the file at `path` as float32 pieces `[channels, n]` of -1..1, `rate` samples a second.

    Raises `ExportError` for what is no sound; what is damaged further on ends there.
    """
    name = Path(path).name
    try:
        with (
            open_regular(path) as file,
            av.open(file, "r", options={"format_whitelist": _KNOWN}, io_open=_refuse) as source,
        ):
            if not source.streams.audio:
                raise ExportError(f"{name} has no sound; choose a sound file such as .mp3, .wav or .flac.")
            yield _pieces(source, rate, channels)
    except av.FFmpegError as error:
        raise ExportError(f"{name} is not a sound that can be read; choose an .mp3, .wav, .flac or .ogg.") from error
    except OSError as error:
        raise ExportError(f"{name} could not be read: {error.strerror or error}.") from error


def _refuse(*_: Any) -> BinaryIO:
    """A sound file that names other files, or addresses, does not get them."""
    raise PermissionError("it refers to another file")


def _pieces(source: InputContainer, rate: int, channels: int) -> Iterator[Floats]:
    resampler = AudioResampler("fltp", "stereo" if channels == 2 else "mono", rate)
    for frame in _frames(source):
        for piece in resampler.resample(frame):
            yield np.clip(np.nan_to_num(piece.to_ndarray()), -1, 1).astype(np.float32, copy=False)


def _frames(source: InputContainer) -> Iterator[AudioFrame | None]:
    """The frames of the first sound, and None at the end, which empties the resampler."""
    for packet in _packets(source):
        try:
            yield from packet.decode()
        except av.InvalidDataError:  # a damaged packet is skipped, as players do
            continue
    yield None


def _packets(source: InputContainer) -> Iterator[Packet[AudioStream]]:
    """The packets of the first sound, up to where the file is damaged."""
    with suppress(av.InvalidDataError):
        yield from source.demux(source.streams.audio[0])
