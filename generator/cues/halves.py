"""The two halves of a face laid over each other: places that a face has twice, cut out of both sides alike.

What is near a place carries it along: a plane fitted to a few points of the mesh says where the place is on either
side, so that neither pose nor a lopsided face shifts the two cuts against each other. The left one is mirrored.

What is compared is fine detail, L* minus its own blur: light from one side is coarse. Each pixel of one half may be met
within two pixels of its place in the other, so that no exact alignment is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.attributes.cielab import lab
from generator.attributes.face import VIEW, Face
from generator.faces.points import MIRRORED

Floats = NDArray[np.float64]
Patch = NDArray[np.float32]
FINENESS = 160  # pixels of a cut for each size of a face: about those of an aligned picture of 256 px
MOST_YAW = 25.0  # degrees; beyond, one half is too narrow to be compared
_COARSE, _NEAR = 5.0, 3.0  # pixels: detail is finer than the first, and is compared over the second
_SHIFT = 2  # pixels
_FAINT = 4.0  # squares of L*: detail below it counts little


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


@dataclass(frozen=True)
class Usual:
    """How a quantity is distributed over photographs: its mean at a yaw, and the standard deviation about that."""

    mean: float  # of frontal faces
    rise: float  # for each degree of yaw
    deviation: float

    def excess(self, value: float, yaw: float = 0.0) -> float:
        """How far `value` is above the mean at this yaw, in standard deviations."""
        return (value - self.mean - self.rise * yaw) / self.deviation


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

    def mismatch(self, place: Place) -> tuple[float, Patch]:
        """How much of the detail of one half is not in the other, 0..2 but mostly below 1, and where, `[256, 256]`."""
        where = unlike(*(detail(half[..., 0]) for half in self.cut(place)))
        return float(where.mean()), self.back(place, where)

    def cut(self, place: Place) -> tuple[Patch, Patch]:
        """L*a*b* of the place on the right half and, mirrored, on the left one, each `[h, w, 3]`."""
        return self._cut(place, mirrored=False), self._cut(place, mirrored=True)

    def inside(self, place: Place, points: Sequence[int]) -> Patch:
        """1 inside the ring of `points` of the mesh, 0 outside, with a soft edge, `[h, w]`."""
        height, width = place.shape
        corners = (self._frame[list(points)] - place.box[:2]) * FINENESS
        image = Image.new("1", (width, height))
        ImageDraw.Draw(image).polygon([tuple(map(float, corner)) for corner in corners], fill=1)
        return blurred(np.array(image).astype(np.float32), 1.5)

    def back(self, place: Place, heat: Patch, both: bool = True) -> Patch:
        """`heat` `[h, w]` of a cut laid over the view, `[256, 256]`, on `both` sides or as cut on the right."""
        right = self._back(place, heat, mirrored=False)
        return np.maximum(right, self._back(place, heat, mirrored=True)) if both else right

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
        laid = image.transform((VIEW, VIEW), Image.Transform.AFFINE, tuple(inverse.ravel()), Image.Resampling.BILINEAR)
        return np.array(laid)

    def _to_view(self, place: Place, mirrored: bool) -> Floats:
        """Pixels of the cut -> pixels of the view, `[2, 3]`."""
        near = list(place.points)
        to = self._flat[[MIRRORED[i] for i in near] if mirrored else near]
        from_frame = np.linalg.lstsq(np.column_stack([self._frame[near], np.ones(len(near))]), to, rcond=None)[0].T
        left, top, _, _ = place.box
        step = np.array([[1 / FINENESS, 0, left], [0, 1 / FINENESS, top], [0, 0, 1]])
        return np.asarray(from_frame @ step)


def detail(lightness: Patch) -> Patch:
    """L* `[h, w]` minus its blur."""
    return lightness - blurred(lightness, _COARSE)


def unlike(one: Patch, other: Patch) -> Patch:
    """Where two patches of detail `[h, w]` differ, as a share of the detail there is: the least over small shifts."""
    shifts = range(-_SHIFT, _SHIFT + 1)
    moved = (np.roll(other, (down, right), (0, 1)) for down in shifts for right in shifts)
    least = np.minimum.reduce([blurred((one - there) ** 2, _NEAR) for there in moved])
    share: Patch = least / (blurred(one**2 + other**2, _NEAR) + _FAINT)
    edge = np.pad(share[_SHIFT:-_SHIFT, _SHIFT:-_SHIFT], _SHIFT, mode="edge")  # what was rolled over the edge
    return edge


def blurred(values: Patch, radius: float) -> Patch:
    """`values` `[h, w]` convolved with a Gaussian."""
    reach = int(2 * radius)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    height, width = values.shape
    padded = np.pad(values, reach, mode="edge")
    rows = sum(weight * padded[start : start + height] for start, weight in enumerate(kernel))
    return np.asarray(sum(weight * rows[:, start : start + width] for start, weight in enumerate(kernel)))
