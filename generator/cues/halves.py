"""The two halves of a face laid over each other: places that a face has twice, cut out of both sides alike.

What is near a place carries it along: a plane fitted to a few points of the mesh says where the place is on either
side, so that neither pose nor a lopsided face shifts the two cuts against each other. The left one is mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes.cielab import lab
from generator.attributes.face import VIEW, Face
from generator.faces.points import MIRRORED

Floats = NDArray[np.float64]
Patch = NDArray[np.float32]
FINENESS = 160  # pixels of a cut for each size of a face: about those of an aligned picture of 256 px


@dataclass(frozen=True)
class Place:
    """A rectangle in the frontal frame of the right half, in sizes of the face."""

    points: tuple[int, ...]  # of the mesh, that carry it along
    box: tuple[float, float, float, float]  # left, top, right, bottom; x of the right half is negative

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a cut in pixels."""
        left, top, right, bottom = self.box
        return round((bottom - top) * FINENESS), round((right - left) * FINENESS)


class Halves:
    """Both halves of one face."""

    def __init__(self, face: Face) -> None:
        self._face = face
        corner = np.array([face.crop.x, face.crop.y]) - face.crop.side / 2
        self._flat = (face.seen.mesh[:, :2].astype(np.float64) - corner) * (VIEW / face.crop.side)  # view pixels
        mirrored = face.frontal[list(MIRRORED)] * [-1, 1, 1]
        self._frame = ((face.frontal + mirrored) / 2)[:, :2]

    @cached_property
    def _picture(self) -> Image.Image:
        return Image.fromarray(self._face.view)

    def cut(self, place: Place) -> tuple[Patch, Patch]:
        """L*a*b* of the place on the right half and, mirrored, on the left one, each `[h, w, 3]`."""
        return self._cut(place, mirrored=False), self._cut(place, mirrored=True)

    def is_inside(self, place: Place) -> bool:
        """Whether both are inside the view."""
        ends = [self._to_view(place, mirrored) @ corner for mirrored in (False, True) for corner in _corners(place)]
        return bool((np.array(ends) > -2).all() and (np.array(ends) < VIEW + 2).all())

    def back(self, place: Place, heat: Patch) -> Patch:
        """`heat` `[h, w]` of a cut laid over the view where it was cut, on both sides, `[256, 256]`."""
        sides = [self._back(place, heat, mirrored) for mirrored in (False, True)]
        return np.maximum(*sides)

    def _cut(self, place: Place, mirrored: bool) -> Patch:
        height, width = place.shape
        matrix = self._to_view(place, mirrored)
        cut = self._picture.transform(
            (width, height), Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BILINEAR
        )
        return lab(np.array(cut))

    def _back(self, place: Place, heat: Patch, mirrored: bool) -> Patch:
        square = np.vstack([self._to_view(place, mirrored), [0, 0, 1]])
        inverse = np.linalg.inv(square)[:2]
        image = Image.fromarray(np.asarray(heat, np.float32))
        laid = image.transform(
            (VIEW, VIEW), Image.Transform.AFFINE, tuple(inverse.ravel()), Image.Resampling.BILINEAR
        )
        return np.array(laid)

    def _to_view(self, place: Place, mirrored: bool) -> Floats:
        """Pixels of the cut -> pixels of the view, `[2, 3]`."""
        near = list(place.points)
        to = self._flat[[MIRRORED[i] for i in near] if mirrored else near]
        from_frame = np.linalg.lstsq(np.column_stack([self._frame[near], np.ones(len(near))]), to, rcond=None)[0].T
        left, top, _, _ = place.box
        step = np.array([[1 / FINENESS, 0, left], [0, 1 / FINENESS, top], [0, 0, 1]])
        return np.asarray(from_frame @ step)


def _corners(place: Place) -> Floats:
    height, width = place.shape
    return np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
