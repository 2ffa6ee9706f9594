"""Moving pictures to write, and what a player sees of a video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Interpolation
from PIL import Image

from generator.formats.image_encode import Pixels
from generator.video.options import VideoOptions
from generator.video.writer import open_writer

_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT  # rounds, not down


def moving_pictures(count: int, height: int = 64, width: int = 64, loop: bool = False) -> list[Pixels]:
    """Smooth colours that move across a still lower half; of a loop, the last frame is the first."""
    values = np.random.default_rng(7).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    scene = np.asarray(Image.fromarray(values).resize((2 * width, 2 * height), Image.Resampling.BICUBIC))
    pictures = []
    for index in range(count):
        place = index % (count - 1) if loop else index
        picture = scene[:height, :width].copy()
        moved = min(2 * place, width)
        picture[: height // 2] = scene[: height // 2, moved : moved + width]
        pictures.append(picture)
    return pictures


def write_video(
    path: Path, pictures: Sequence[Pixels], options: VideoOptions | None = None, notes: Mapping[str, str] | None = None
) -> bytes:
    """Write `pictures` as the suffix of `path` says; returns the bytes of the file."""
    writer = open_writer(path, options or VideoOptions(), pictures[0].shape[:2], len(pictures), notes or {})
    for picture in pictures:
        writer.add(picture)
    writer.close()
    return path.read_bytes() if path.is_file() else b""


def decoded(path: Path) -> list[Pixels]:
    """The frames of an MP4 or WebM as uint8 `[H, W, 3]`."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24", interpolation=_EXACT) for frame in container.decode(video=0)]


def difference(a: Pixels, b: Pixels) -> float:
    """The mean absolute difference of the pixels, in levels of 0..255."""
    return float(np.abs(a.astype(np.int16) - b).mean())
