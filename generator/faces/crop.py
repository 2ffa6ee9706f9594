"""A turned square of a picture: what a network looks at, and the way back from its pixels to the picture's."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Crop:
    """A square of a picture, which may reach beyond it; what lies outside is black.

    `x`, `y` and `side` are in pixels of the picture. `angle`, in radians, turns its upper edge clockwise. A mirrored
    crop is flipped left to right after it was cut.
    """

    x: float  # of the middle
    y: float
    side: float
    angle: float = 0.0
    mirrored: bool = False

    @classmethod
    def of_box(cls, left: float, top: float, right: float, bottom: float) -> Crop:
        """The upright square about the middle of a box, as wide as the longer side of it."""
        return cls((left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top))

    def cut(self, pixels: Pixels, size: int) -> Pixels:
        """The square of `pixels` `[H, W, 3]`, as uint8 `[size, size, 3]`, sampled bilinearly.

        A square of twice `size` and more is averaged first, so that no pixel is left out.
        """
        image, scale = Image.fromarray(pixels), max(int(self.side / size), 1)
        if scale > 1:
            image = image.reduce(scale)
        matrix = self._matrix(size) / scale
        cut = image.transform((size, size), Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BILINEAR)
        return np.array(cut)

    def to_picture(self, points: Floats, size: int) -> Floats:
        """Points `[N, 3]` in pixels of the cut square of `size` -> pixels of the picture; z is scaled alike."""
        matrix = self._matrix(size)
        flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        return np.concatenate([flat, points[:, 2:] * (self.side / size)], axis=1).astype(np.float32)

    @property
    def turn(self) -> NDArray[np.float64]:
        """The rotation by `angle`, after the flip of a mirrored crop, `[2, 2]`."""
        flip = -1.0 if self.mirrored else 1.0
        return np.array([[cos(self.angle) * flip, -sin(self.angle)], [sin(self.angle) * flip, cos(self.angle)]])

    def _matrix(self, size: int) -> NDArray[np.float64]:
        """Pixels of the cut square -> pixels of the picture, `[2, 3]`."""
        turn = self.side / size * self.turn
        return np.column_stack([turn, [self.x, self.y] - turn @ [size / 2, size / 2]])
