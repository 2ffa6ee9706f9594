"""A prepared data set: a folder with `manifest.json` and one array of all images for each resolution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ImageSet:
    """The images of one folder, which are read from disk only where they are looked at."""

    folder: Path
    name: str  # of what the images show or were read from
    count: int  # N, the same at every resolution
    resolutions: tuple[int, ...]  # powers of two, ascending
    fingerprint: str  # SHA-256 of the pixels at the largest resolution, hexadecimal

    @classmethod
    def open(cls, folder: str | Path) -> ImageSet:
        """The data set in `folder`. Raises `DatasetError` with one sentence."""
        raise NotImplementedError

    def pixels(self, resolution: int) -> NDArray[np.uint8]:
        """All images at one of `resolutions`: read-only, mapped from the file, uint8 `[N, H, W, 3]` RGB."""
        raise NotImplementedError
