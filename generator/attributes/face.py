"""One aligned face as the pixel measures see it: colours in L*a*b*, named places, landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.attributes.cielab import lab
from generator.attributes.landmarks import SIZE, Landmarks

Colours = NDArray[np.float32]  # [..., 3] L*, a*, b*


@dataclass(frozen=True)
class Box:
    """A rectangle of the FFHQ-aligned image, whose eyes and mouth are always in the same place; shares of its side.

    The image's left is the person's right.
    """

    left: float
    top: float
    right: float
    bottom: float

    def of(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """The part of `image` [H, W, ...] inside."""
        height, width = image.shape[:2]
        rows = slice(round(self.top * height), round(self.bottom * height))
        return image[rows, round(self.left * width) : round(self.right * width)]

    @property
    def mirrored(self) -> Box:
        """The same place on the other half of the face."""
        return Box(1 - self.right, self.top, 1 - self.left, self.bottom)


CROWN = Box(0.36, 0.02, 0.64, 0.11)
FOREHEAD = Box(0.40, 0.23, 0.60, 0.33)
CHEEK = Box(0.28, 0.53, 0.38, 0.64)
UPPER_CORNER = Box(0.0, 0.0, 0.08, 0.42)


class Face:
    """A face of 256 px. Half the resolution is plenty for colours, and it hides the grain."""

    def __init__(self, pixels: NDArray[np.uint8], landmarks: Landmarks) -> None:
        assert pixels.shape == (SIZE, SIZE, 3)
        self.pixels = pixels
        self.landmarks = landmarks

    @cached_property
    def colours(self) -> Colours:
        """L*a*b* at half the resolution, [128, 128, 3]."""
        half = SIZE // 2
        return lab(self.pixels.reshape(half, 2, half, 2, 3).mean(axis=(1, 3)).astype(np.uint8))

    @cached_property
    def lightness(self) -> NDArray[np.float32]:
        """L* at full resolution, [256, 256]."""
        return lab(self.pixels)[..., 0]

    def colour(self, box: Box) -> Colours:
        """Median L*a*b* inside `box`, [3]."""
        return np.asarray(np.median(box.of(self.colours).reshape(-1, 3), axis=0))

    @cached_property
    def hair(self) -> Colours:
        return self.colour(CROWN)

    @cached_property
    def cheeks(self) -> Colours:
        return np.asarray((self.colour(CHEEK) + self.colour(CHEEK.mirrored)) / 2, np.float32)

    @cached_property
    def skin(self) -> Colours:
        return np.asarray((2 * self.cheeks + self.colour(FOREHEAD)) / 3, np.float32)
