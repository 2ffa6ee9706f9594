"""Five landmarks of an aligned face: where the corners of the eyes and the base of the nose are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.attributes import optional_packages as extra

SIZE = 256  # pixels on a side of the faces that are measured
_BOX = (46, 72, 202, 229)  # left, top, right, bottom of the face in an FFHQ-aligned image, as dlib's detector sees it
_SHIFTS = ((0, 0), (-4, -3), (4, 3), (-3, 4), (3, -4))  # the mean over moved boxes is finer than whole pixels


@dataclass(frozen=True)
class Landmarks:
    """Landmarks of one face in pixels of a 256 px image, x to the right, y down."""

    points: NDArray[np.float64]  # [5, 2]: right eye outer, inner corner, left eye outer, inner corner, base of the nose
    parts: Any  # dlib.full_object_detection of the unmoved box: cuts the chips of the networks

    @property
    def eyes(self) -> NDArray[np.float64]:
        """Middle of the four corners of the eyes, [2]."""
        return np.asarray(self.points[:4].mean(axis=0))

    @property
    def eye_distance(self) -> float:
        """Distance of the two eyes' middles."""
        first, second = self.points[:2].mean(axis=0), self.points[2:4].mean(axis=0)
        return float(np.hypot(*(first - second)))

    @property
    def yaw(self) -> float:
        """How far the nose is to the right of the eyes' middle, in eye distances: 0 = frontal, about +-0.5 = turned."""
        return float((self.points[4, 0] - self.eyes[0]) / self.eye_distance)

    @property
    def pitch(self) -> float:
        """How far the base of the nose is below the eyes, as a share of the image: small = looking up."""
        return float((self.points[4, 1] - self.eyes[1]) / SIZE)


class LandmarkFinder:
    """dlib's five-point predictor on FFHQ-aligned faces, whose place in the image is known: nothing is detected."""

    def __init__(self) -> None:
        self._rectangle = extra.optional("dlib").rectangle
        self._predictor = extra.shape_predictor()

    def find(self, pixels: NDArray[np.uint8]) -> Landmarks:
        """Landmarks of one face, uint8 [256, 256, 3]."""
        shapes = [self._predictor(pixels, self._moved(dx, dy)) for dx, dy in _SHIFTS]
        points = np.array([[(part.x, part.y) for part in shape.parts()] for shape in shapes], float)
        return Landmarks(points.mean(axis=0), shapes[0])

    def parts(self, pixels: NDArray[np.uint8], box: tuple[float, float, float, float] | None = None) -> Any:
        """dlib.full_object_detection of the face inside `box` (left, top, right, bottom in pixels); None = the place
        of the face in an aligned picture of 256 px."""
        left, top, right, bottom = _BOX if box is None else (round(side) for side in box)
        return self._predictor(pixels, self._rectangle(left, top, right, bottom))

    def _moved(self, dx: int, dy: int) -> Any:
        left, top, right, bottom = _BOX
        return self._rectangle(left + dx, top + dy, right + dx, bottom + dy)
