"""Near-duplicates: images of which one was re-encoded, resized or slightly retouched from another.

Two looks at each pair: a difference hash of 64 bits (N. Krawetz, "Kind of like that", 2013) finds candidates among
all images at once, and a thumbnail in colour confirms them, since aligned faces and flat surfaces have much
the same hash without being the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THUMBNAIL = 8  # px on a side
TOLERANCE = 6.0  # of 255: mean difference of two thumbnails that show the same; two FFHQ faces differ by 12 or more
_PAIRS, _FOURS, _BYTES, _EACH = (
    np.uint64(pattern) for pattern in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x0101010101010101)
)


def difference_hash(picture: Image.Image) -> np.uint64:
    """One bit for each of 8 x 8 places: whether it is lighter than its neighbour to the right."""
    grey = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS))
    return np.uint64(int.from_bytes(np.packbits(grey[:, :-1] > grey[:, 1:]).tobytes(), "big"))


class Duplicates:
    """The images so far, found again by how they look: about 1 ms and 21 MB where there are 100,000."""

    def __init__(self, bits: int) -> None:
        """`bits` is how many of 64 may differ in the hashes of two images that count as the same."""
        self._bits = bits
        self._hashes = np.zeros(1024, np.uint64)
        self._levels = np.zeros(1024)  # means of the thumbnails
        self._thumbnails = np.zeros((1024, THUMBNAIL, THUMBNAIL, 3), np.uint8)
        self._count = 0

    def find(self, hash_: np.uint64, thumbnail: NDArray[np.uint8]) -> int | None:
        """The index of the first image so far that looks the same; None = a new one.

        `thumbnail` is uint8 `[8, 8, 3]`.
        """
        near = np.flatnonzero(np.abs(self._levels[: self._count] - thumbnail.mean()) <= TOLERANCE)  # others cannot be
        candidates = near[_ones(self._hashes[near] ^ hash_) <= self._bits]
        difference = np.abs(self._thumbnails[candidates].astype(np.int16) - thumbnail).mean(axis=(1, 2, 3))
        alike = candidates[difference <= TOLERANCE]
        return int(alike[0]) if alike.size else None

    def add(self, hash_: np.uint64, thumbnail: NDArray[np.uint8]) -> None:
        """Remember an image; its index is the number of those before it."""
        if self._count == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
            self._levels = np.concatenate([self._levels, np.zeros_like(self._levels)])
            self._thumbnails = np.concatenate([self._thumbnails, np.zeros_like(self._thumbnails)])
        self._hashes[self._count], self._thumbnails[self._count] = hash_, thumbnail
        self._levels[self._count] = thumbnail.mean()
        self._count += 1


def _ones(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """How many bits are 1: in pairs, fours and bytes side by side (numpy counts them itself only from 2.0 on)."""
    words = words - ((words >> np.uint64(1)) & _PAIRS)
    words = (words & _FOURS) + ((words >> np.uint64(2)) & _FOURS)
    words = (words + (words >> np.uint64(4))) & _BYTES
    return np.asarray((words * _EACH) >> np.uint64(56))
