"""Faces upright, of one size and in one place, as those of FFHQ: so a small network learns them in minutes.

The square is that of Karras et al. 2018 ("Progressive growing of GANs", appendix C): with e the way from eye to eye
and m from the eyes' middle to the mouth, its side is max(4 |e|, 3.6 |m|), its centre the eyes' middle + 0.1 m.
Of five landmarks none is at the mouth, and the base of the nose tells where it is: measured on 550 photographs
of FFHQ, m as 1.4 times the way to the nose gives back their squares within 6 % of side, 2 degrees, 1 % of place.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes import optional_packages as extra
from generator.errors import DatasetError, DirectionError
from generator.training.data.report import Reason, Refused

LONGEST = 1280  # px of the side of the image in which faces are looked for

_MOUTH = 1.4  # times as far from the eyes as the base of the nose
_DETECTED = 167  # px on a side of a square whose face the detector (of 80 px) finds for sure
_BEYOND = 0.25  # of its side, by which a square may leave the image
_FINER = 4  # times finer than the result is the grid on which the turned image is sampled

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Square:
    """Where a face is: pixel coordinates, x to the right, y down."""

    centre: Points  # [2]
    right: Points  # [2], from the centre to the middle of the square's right edge

    @property
    def side(self) -> float:
        return float(2 * np.hypot(*self.right))

    @property
    def corners(self) -> Points:
        """Upper left, lower left, lower right, upper right, [4, 2]."""
        x, y = self.right, np.array([-self.right[1], self.right[0]])
        return np.stack([self.centre - x - y, self.centre - x + y, self.centre + x + y, self.centre + x - y])


def face_square(points: Points) -> Square:
    """The square of a face with five landmarks, [5, 2]: two of the eye at the image's right, two of the eye at
    its left, the base of the nose.
    """
    left, right, nose = points[2:4].mean(axis=0), points[0:2].mean(axis=0), points[4]
    across, eyes = right - left, (left + right) / 2
    unit = across / np.hypot(*across)
    down = np.array([-unit[1], unit[0]])
    to_mouth = _MOUTH * float((nose - eyes) @ down)  # what the nose moves sideways is the head's turn, not its tilt
    return Square(eyes + 0.1 * to_mouth * down, unit * max(2 * float(np.hypot(*across)), 1.8 * to_mouth))


def cut_out(picture: Image.Image, square: Square, size: int) -> Image.Image:
    """The square of `picture`, `size` px on a side; what lies outside the image is its mirror image.

    Raises `Refused` where that would be more than a quarter of the side.
    """
    corners = square.corners + 0.5  # from the middles of pixels to their edges
    beyond = max(-corners.min(), *(corners.max(axis=0) - picture.size)) / square.side
    if beyond > _BEYOND:
        raise Refused(Reason.FACE_CUT_OFF, f"by {100 * beyond:.0f} %")
    low, high = np.floor(corners.min(axis=0)).astype(int) - 2, np.ceil(corners.max(axis=0)).astype(int) + 2
    part = _mirrored(picture, low, high)
    shrink = max(1, int(square.side // (2 * size)))
    part = part.reduce(shrink)
    data = tuple(((corners - low) / shrink).ravel().tolist())
    grid = (_FINER * size, _FINER * size)
    turned = part.transform(grid, Image.Transform.QUAD, data, Image.Resampling.BICUBIC)
    return turned.resize((size, size), Image.Resampling.LANCZOS)


class FaceAligner:
    """Finds the largest face of an image and cuts it out; callable from several threads."""

    def __init__(self, size: int, least: int) -> None:
        """Squares of `size` px, of faces whose square has at least `least` px. Raises `DatasetError`."""
        try:
            dlib = extra.optional("dlib")
            self._predictor = extra.shape_predictor()
        except DirectionError as error:
            raise DatasetError(str(error).replace("Measuring faces needs", "Aligning faces needs")) from error
        self._detector = dlib.get_frontal_face_detector()
        self._rectangle = dlib.rectangle
        self._size, self._least = size, least
        self._one_at_a_time = Lock()  # the detector keeps the image it works on

    def square(self, picture: Image.Image) -> Image.Image:
        """The face in `picture`, RGB. Raises `Refused`."""
        pixels = np.array(picture)
        square = face_square(self._landmarks(picture, pixels))
        if square.side < self._least:
            raise Refused(Reason.TOO_SMALL, f"a face of {square.side:.0f} px")
        return cut_out(picture, square, self._size)

    def _landmarks(self, picture: Image.Image, pixels: NDArray[np.uint8]) -> Points:
        scale = min(LONGEST / max(picture.size), _DETECTED / self._least)
        width, height = (max(1, round(side * scale)) for side in picture.size)
        seen = picture.resize((width, height), Image.Resampling.BILINEAR)
        with self._one_at_a_time:
            boxes = self._detector(np.array(seen))
        if not boxes:
            raise Refused(Reason.NO_FACE)
        box = max(boxes, key=lambda box: box.area())
        edges = (round(edge / scale) for edge in (box.left(), box.top(), box.right(), box.bottom()))
        shape = self._predictor(pixels, self._rectangle(*edges))
        return np.array([(part.x, part.y) for part in shape.parts()], float)


def _mirrored(picture: Image.Image, low: NDArray[np.int_], high: NDArray[np.int_]) -> Image.Image:
    """The pixels from `low` to `high`, [x, y], mirrored at the image's edges."""
    columns, rows = (
        _reflected(np.arange(start, end), side) for start, end, side in zip(low, high, picture.size, strict=True)
    )
    left, top = int(columns.min()), int(rows.min())
    inside = np.asarray(picture.crop((left, top, int(columns.max()) + 1, int(rows.max()) + 1)))
    return Image.fromarray(np.ascontiguousarray(inside[np.ix_(rows - top, columns - left)]))


def _reflected(index: NDArray[np.int_], length: int) -> NDArray[np.int_]:
    """Indices outside 0..length - 1 mirrored into it."""
    index = index % (2 * length)
    return np.minimum(index, 2 * length - 1 - index)
