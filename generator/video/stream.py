"""Frames to a codec and a container of FFmpeg's libraries: what MP4 and WebM have in common.

Every setting that changes bytes is fixed, the number of threads included, so that the same frames give the same file on
every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from generator.errors import ExportError
from generator.formats.image_encode import Pixels
from generator.video.plan import Picture, Plan
from generator.video.sound_track import SoundTrack

THREADS = 4  # of the encoder, whatever the machine has: fewer on one with more cores would give other bytes
_EXACT = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INP
_NEEDED = {".mp4": ("libx264", "aac"), ".webm": ("libvpx-vp9", "libopus")}  # by suffix: for pictures, for sound


@dataclass(frozen=True)
class Format:
    """A container with its codecs."""

    container: str
    codec: str
    options: Mapping[str, str]  # of the codec
    sound_codec: str
    container_options: Mapping[str, str]
    tags: Mapping[str, str]  # name -> text, readable with any tool


def check_encoders(suffix: str, with_sound: bool) -> None:
    """Raise `ExportError` where PyAV was built without an encoder that files of this suffix need."""
    for name in _NEEDED.get(suffix, ())[: 2 if with_sound else 1]:
        if name not in av.codec.codecs_available:
            raise ExportError(
                f"The installed PyAV has no encoder {name}, which {suffix} files need; install PyAV from PyPI "
                "(pip install --force-reinstall av), or choose another format."
            )


def encode(file: BinaryIO, plan: Plan, pictures: Iterator[Picture], form: Format) -> None:
    """Write all pictures, and the sound where there is one, as `form` into `file`. Raises `ExportError`, `OSError`."""
    target = _Target(file)
    with _encoding_errors(plan.path.name, target), ExitStack() as stack:
        container = stack.enter_context(_opened(target, form))
        container.metadata.update(form.tags)
        stream = _video_stream(container, plan, form)
        sound = None
        if plan.options.sound:
            sound = stack.enter_context(SoundTrack(container, form.sound_codec, plan.options.sound, plan.seconds))
        convert = _converter(plan)
        for index, picture in enumerate(pictures):
            frame = convert(picture.pixels)
            frame.pts, frame.time_base = index, 1 / plan.options.rate
            container.mux(stream.encode(frame))
            if sound is not None:
                sound.mux_until((index + 1) / plan.options.rate)
        container.mux(stream.encode(None))
        if sound is not None:
            sound.mux_rest()


class _Target:
    """What the container writes into; keeps the first error, of which FFmpeg's libraries do not always tell."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None
        self.seek, self.tell, self.name = file.seek, file.tell, file.name

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = self.error or error
            raise

    def reopened(self, *_: Any) -> BinaryIO:
        """For reading, by what puts the index of an MP4 before the frames; closed by the container."""
        self._file.flush()
        return open(self.name, "rb")  # noqa: PTH123


@contextmanager
def _encoding_errors(name: str, target: _Target) -> Iterator[None]:
    """Convert an error of FFmpeg's libraries to an `ExportError`, or to the `OSError` that is its cause."""
    try:
        yield
    except av.FFmpegError as error:
        if target.error is not None or isinstance(error, OSError):
            raise target.error or error from None
        raise ExportError(f"{name} could not be encoded: {error.strerror or error}.") from error
    if target.error is not None:
        raise target.error


def _opened(target: _Target, form: Format) -> OutputContainer:
    """A container without the day and the version of the library, which would change its bytes."""
    options = {"fflags": "+bitexact", **form.container_options}
    return av.open(target, "w", format=form.container, container_options=options, io_open=target.reopened)


def _video_stream(container: OutputContainer, plan: Plan, form: Format) -> VideoStream:
    """A stream of yuv420p, tagged as BT.709 of limited range, which players assume where nothing is stated."""
    rate = plan.options.rate
    options = {"g": str(max(1, round(2 * rate))), **form.options}  # a key frame every two seconds, for seeking
    stream = container.add_stream(form.codec, rate=rate, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = _even(plan.width), _even(plan.height), "yuv420p"
    context = stream.codec_context
    context.time_base, context.thread_count = 1 / rate, THREADS
    context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream


def _converter(plan: Plan) -> Callable[[Pixels], VideoFrame]:
    """RGB -> yuv420p, which has an even number of rows and columns: the last one is repeated where one is missing.
    Pictures of even sizes are scaled on the way."""
    reformatter = VideoReformatter()
    missing = ((0, plan.height % 2), (0, plan.width % 2), (0, 0))

    def convert(pixels: Pixels) -> VideoFrame:
        whole = np.ascontiguousarray(np.pad(pixels, missing, "edge"))
        return reformatter.reformat(
            VideoFrame.from_ndarray(whole, "rgb24"),
            width=_even(plan.width),
            height=_even(plan.height),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=_EXACT,
            threads=1,
        )

    return convert


def _even(pixels: int) -> int:
    return pixels + pixels % 2
