"""Which pixels belong to which part of a face: polygons of the mesh, discs of the irises, the mask of the person.

All regions are boolean [256, 256] of the view of `Face`. Left and right are the person's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.faces.points import INNER_LIPS, LEFT_EYE, LIPS, MIRRORED, OUTLINE, POINTS, RIGHT_EYE

Floats = NDArray[np.floating]
Region = NDArray[np.bool_]
_CHEEK = (117, 118, 101, 205, 187, 123)  # of the right half
_FOREHEAD = (69, 67, 109, 10, 338, 297, 299, 337, 9, 108)
_MOUSTACHE = (92, 165, 167, 164, 393, 391, 322, 410, 270, 269, 267, 0, 37, 39, 40, 186)
_CHIN = (106, 182, 83, 18, 313, 406, 335, 431, 262, 428, 199, 208, 32, 211)
STRIP = 0.2
_PERSON, _NOBODY = 0.5, 0.12  # probabilities of the mask


class FaceRegions:
    """The regions of one face from its mesh `[468, 2]`, irises `[2, 5, 2]` and mask of the person, in view pixels."""

    def __init__(self, points: Floats, irises: Floats, mask: Floats) -> None:
        self._points, self._irises, self._mask = points, irises, mask
        self._size = mask.shape[0]

    @cached_property
    def right_cheek(self) -> Region:
        return self._polygon(_CHEEK)

    @cached_property
    def left_cheek(self) -> Region:
        return self._polygon([MIRRORED[i] for i in _CHEEK])

    @cached_property
    def cheeks(self) -> Region:
        return self.right_cheek | self.left_cheek

    @cached_property
    def forehead(self) -> Region:
        return self._polygon(_FOREHEAD)

    @cached_property
    def skin(self) -> Region:
        """Both cheeks, and the lower forehead, which a fringe seldom reaches."""
        return self.cheeks | self.forehead & (self._down > self._level("forehead", "brow-right", 0.5))

    @cached_property
    def moustache(self) -> Region:
        return self._polygon(_MOUSTACHE)

    @cached_property
    def chin(self) -> Region:
        return self._polygon(_CHIN)

    @cached_property
    def mouth(self) -> Region:
        """Between the lips: teeth, where it is open."""
        return self._polygon(INNER_LIPS)

    @cached_property
    def lips(self) -> Region:
        return self._polygon(LIPS) & ~self.mouth

    @cached_property
    def eyes(self) -> Region:
        return self._polygon(RIGHT_EYE) | self._polygon(LEFT_EYE)

    @cached_property
    def irises(self) -> Region:
        """The irises where the lids leave them free, without the rim."""
        return self.eyes & (self._iris_distance < 0.9)

    @cached_property
    def whites(self) -> Region:
        return self.eyes & (self._iris_distance > 1.1)

    @cached_property
    def hair(self) -> Region:
        """The person above the forehead: hair, or what covers it; the bare head of a bald person."""
        top = self._level("forehead", "chin", 0.0)
        return (self._down < top - 0.15) & (self._down > top - 0.6) & self._person

    @cached_property
    def above_the_brows(self) -> Region:
        """A strip of `STRIP` heights of the face, from the brows as high as hair begins on any face."""
        top, brows = self._level("forehead", "chin", 0.0), self._level("brow-inner-right", "brow-inner-left", 0.5)
        return (np.abs(self._across) < STRIP / 2) & (self._down > top - 0.4) & (self._down < brows - 0.02)

    @cached_property
    def beside(self) -> Region:
        """Beside the jaw and the neck, where long hair falls, whoever is there."""
        low, high = self._level("nose-base", "chin", 0.0), self._level("nose-base", "chin", 1.8)
        side = np.abs(self._across)
        near = (side > 0.36) & (side < 0.75) & (self._down > low) & (self._down < high)
        return near & ~self.face

    @cached_property
    def about_the_face(self) -> Region:
        """The person outside the face, above the shoulders: hair, what covers it, ears."""
        return self._person & ~self.face & (self._down < self._level("nose-base", "chin", 1.0))

    @cached_property
    def background(self) -> Region:
        """Nobody, above the shoulders."""
        return (self._mask < _NOBODY) & (self._down < self._level("nose-base", "chin", 0.6))

    @cached_property
    def face(self) -> Region:
        """A little more than the outline, whose edge is half hair."""
        outline = self._points[list(OUTLINE)]
        middle = outline.mean(axis=0)
        return self._filled(middle + 1.06 * (outline - middle))

    @cached_property
    def _person(self) -> Region:
        return self._mask > _PERSON

    @cached_property
    def _iris_distance(self) -> Floats:
        """Distance of each pixel from the nearer iris's centre, in radii of that iris."""
        return np.minimum(*(self._radii(iris) for iris in self._irises))

    def _radii(self, iris: Floats) -> Floats:
        radius = max(float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean()), 0.5)
        y, x = np.mgrid[: self._size, : self._size] + 0.5
        return np.asarray(np.hypot(x - iris[0, 0], y - iris[0, 1]) / radius)

    @property
    def face_height(self) -> float:
        """From the forehead to the chin as they are seen, in pixels."""
        return float(np.linalg.norm(self._points[POINTS["chin"]] - self._points[POINTS["forehead"]]))

    @cached_property
    def _frame(self) -> tuple[Floats, Floats]:
        """Of each pixel, in heights of the face from its middle: to the person's left, and down."""
        top, bottom = (self._points[POINTS[name]] for name in ("forehead", "chin"))
        right, left = (self._points[POINTS[f"eye-outer-{side}"]] for side in ("right", "left"))
        across = (left - right) / np.linalg.norm(left - right)
        middle = (top + bottom) / 2
        grid = (np.stack(np.meshgrid(*[np.arange(self._size) + 0.5] * 2), axis=-1) - middle) / self.face_height
        return grid @ across, grid @ [-across[1], across[0]]

    @property
    def _across(self) -> Floats:
        return self._frame[0]

    @property
    def _down(self) -> Floats:
        return self._frame[1]

    def _level(self, upper: str, lower: str, share: float) -> float:
        """How far down in the frame a place between two points of the mesh lies."""
        point = self._points[POINTS[upper]] * (1 - share) + self._points[POINTS[lower]] * share
        x, y = np.clip(point.astype(int), 0, self._size - 1)
        return float(self._down[y, x])

    def _polygon(self, numbers: Sequence[int]) -> Region:
        return self._filled(self._points[list(numbers)])

    def _filled(self, corners: Floats) -> Region:
        image = Image.new("1", (self._size, self._size))
        ImageDraw.Draw(image).polygon([tuple(map(float, corner)) for corner in corners], fill=1)
        return np.array(image)
