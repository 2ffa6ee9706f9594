"""The sound of a video: decoded, cut at the end of the pictures and encoded beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from types import TracebackType
from typing import Self

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from generator.recipe.recipe import Floats
from generator.video.sound import decoded_sound

RATE = 48_000  # samples a second: the only rate of Opus that needs no conversion, and usual beside videos
BITS = 160_000  # a second; transparent for two channels
FADE = 0.25  # seconds at the end of the pictures, so that a sound that is cut there does not click


class SoundTrack:
    """A second stream of `container`, written in step with the pictures."""

    def __init__(self, container: OutputContainer, codec: str, path: str, seconds: Fraction) -> None:
        self._container, self._resources = container, ExitStack()
        stream = container.add_stream(codec, rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout, stream.codec_context.bit_rate = "stereo", BITS
        self._stream, self._done, self._is_over = stream, 0, False
        pieces = self._resources.enter_context(decoded_sound(path, RATE, channels=2))
        self._pieces = faded(pieces, round(seconds * RATE))

    def mux_until(self, time: Fraction) -> None:
        """Write what is heard before `time` seconds."""
        while not self._is_over and self._done < time * RATE:
            piece = next(self._pieces, None)
            if piece is None:
                self._is_over = True
                self._container.mux(self._stream.encode(None))
            else:
                self._write(piece)

    def mux_rest(self) -> None:
        """Write the sound to its end, or to the end of the pictures."""
        while not self._is_over:
            self.mux_until(Fraction(self._done + 1, RATE))

    def _write(self, piece: Floats) -> None:
        frame = AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._done, Fraction(1, RATE)
        self._done += piece.shape[1]
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()


def faded(pieces: Iterator[Floats], length: int) -> Iterator[Floats]:
    """The first `length` samples of float32 pieces `[channels, n]`, silent at the last of them if there are so many."""
    place = 0
    for piece in pieces:
        piece = piece[:, : length - place]
        left = length - place - np.arange(piece.shape[1], dtype=np.float32)
        yield np.ascontiguousarray(piece * np.clip(left / (FADE * RATE), 0, 1), np.float32)
        place += piece.shape[1]
        if place >= length:
            return
