"""What every encoder is given: where a moving picture goes, its frames, and how long each of them is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from generator.formats.image_encode import Pixels
from generator.formats.xmp import SYNTHETIC
from generator.video.options import VideoOptions

MARK = f"Synthetic picture, made with Outis by a trained model: {SYNTHETIC}"  # where a format has no XMP, or beside it
Box = tuple[int, int, int, int]  # left, top, right, bottom, as Pillow crops


@dataclass(frozen=True)
class Plan:
    """One moving picture: `count` frames of `width` × `height`, and texts that it contains."""

    path: Path
    options: VideoOptions
    width: int
    height: int
    count: int
    notes: Mapping[str, str] = field(default_factory=dict)
    share: tuple[int, int] = (0, 1)  # of a folder: (index, processes) that write every processes-th frame

    @property
    def ours(self) -> range:
        """The frames of this process's share, from 0."""
        return range(self.share[0], self.count, self.share[1])

    @property
    def is_scaled_in_conversion(self) -> bool:
        """Whether pictures are scaled while they are converted to YUV, in half the time: in videos of even sizes."""
        return self.path.suffix.lower() in (".mp4", ".webm") and not (self.width % 2 or self.height % 2)

    @property
    def seconds(self) -> Fraction:
        """How long it lasts: the last frame is shown as long as the others."""
        return self.count / self.options.rate

    def shown(self, ticks: int) -> list[int]:
        """How long each frame is shown, in units of 1/`ticks` seconds; rounding never adds up."""
        times = [round(index * ticks / self.options.rate) for index in range(self.count + 1)]
        return [end - begin for begin, end in pairwise(times)]


class Picture(NamedTuple):
    """One frame, uint8 `[H, W, 3]`, and the texts that belong to it alone."""

    pixels: Pixels
    notes: Mapping[str, str]


Encoder = Callable[[Plan, Iterator[Picture]], None]  # writes all pictures, or nothing


def changed_box(before: Pixels | None, after: Pixels, even: bool = False) -> Box:
    """The smallest box outside of which both are equal; one pixel where nothing has changed, all at the first frame.

    `even` starts it at even coordinates, which are the only ones that WebP can state.
    """
    height, width = after.shape[:2]
    if before is None:
        return 0, 0, width, height
    differs = (before != after).reshape(height, width, -1).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return 0, 0, 1, 1
    step = 2 if even else 1
    left, top = int(columns[0]) // step * step, int(rows[0]) // step * step
    return left, top, int(columns[-1]) + 1, int(rows[-1]) + 1
