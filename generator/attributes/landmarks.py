"""Where the corners of the eyes and the base of the nose are: what the chips of dlib's networks are cut by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.attributes import optional_packages as extra

SIZE = 256  # pixels on a side of an aligned face
_BOX = (46, 72, 202, 229)  # left, top, right, bottom of the face in an FFHQ-aligned image, as dlib's detector sees it


class LandmarkFinder:
    """dlib's five-point predictor on faces whose place in the image is known: nothing is detected."""

    def __init__(self) -> None:
        self._rectangle = extra.optional("dlib").rectangle
        self._predictor = extra.shape_predictor()

    def parts(self, pixels: NDArray[np.uint8], box: tuple[float, float, float, float] | None = None) -> Any:
        """dlib.full_object_detection of the face inside `box` (left, top, right, bottom in pixels); None = the place
        of the face in an aligned picture of 256 px."""
        left, top, right, bottom = _BOX if box is None else (round(side) for side in box)
        return self._predictor(pixels, self._rectangle(left, top, right, bottom))
