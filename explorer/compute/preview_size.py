"""How large a preview may be for a drag to stay fluent on this machine, and how it keeps the face's colours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from explorer.messages import Pixels

THUMBNAIL_RESOLUTION = 256  # pixels at most; shown smaller, but an earlier exit would lack the colours
TARGET_MS = 60.0  # one preview; 16 a second
SMALLEST = 32  # pixels; a smaller face is unrecognisable
FIRST, LAST = 128, 64  # pixels of the first preview of a drag and of the smallest, if none is quick
SLOW_FRAMES = 3  # in a row before the preview shrinks: a single one may be the machine pausing
FAR_TOO_SLOW = 4.0  # times the target: two such frames are enough
QUICK_FRAMES = 30  # in a row before it grows again


class PreviewSize:
    """Halves the preview where it is slow, and doubles it, up to half the model's resolution, where there is room.

    Doubling costs 1.5 to 4 times as much: with a quarter of the time used it is safe, with half of it worth trying now
    and then.
    """

    def __init__(self, full_resolution: int, begins_small: bool = False) -> None:
        """begins_small: where no preview is quick, such as those of networks that cannot stop early. Then the smallest
        ones of large images take hardly less time than twice their size."""
        self._largest = max(full_resolution // 2, 4)
        first, smallest = self._largest, SMALLEST
        if begins_small:
            first, smallest = min(FIRST, self._largest // 2), max(min(LAST, full_resolution // 8), SMALLEST)
        self._smallest = min(smallest, self._largest)
        self._slow = self._quick = 0  # frames in a row
        self.resolution = max(first, self._smallest)

    @property
    def sizes(self) -> tuple[int, int]:
        """Pixels of the next preview, and of the smallest that may follow."""
        return self.resolution, self._smallest

    def record(self, milliseconds: float) -> None:
        """Learn from one preview of `self.resolution`."""
        self._slow = self._slow + 1 if milliseconds > TARGET_MS else 0
        self._quick = self._quick + 1 if milliseconds < TARGET_MS / 2 else 0
        enough = 2 if milliseconds > FAR_TOO_SLOW * TARGET_MS else SLOW_FRAMES
        if self._slow >= enough:
            self._resize(self.resolution // 2)
        elif self._quick >= QUICK_FRAMES or milliseconds < TARGET_MS / 4:
            self._resize(self.resolution * 2)

    def _resize(self, resolution: int) -> None:
        self.resolution = min(max(resolution, self._smallest), self._largest)
        self._slow = self._quick = 0


def with_colours(preview: Pixels, shifts: Mapping[int, NDArray[np.int16]]) -> Pixels:
    """The preview `[h, h, 3]` plus the shift that `generator.render.preview_colours` computed for its size: a fresh
    array, or the preview itself where there is no shift."""
    shift = shifts.get(preview.shape[0])
    return preview if shift is None else np.clip(preview + shift, 0, 255).astype(np.uint8)
