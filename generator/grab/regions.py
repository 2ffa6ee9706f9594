"""The colours that must stay: hair, skin and background of a face, as means over its regions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.attributes.cielab import lab
from generator.faces.finder import SeenFace
from generator.faces.points import LEFT_BROW, LEFT_EYE, LIPS, OUTLINE, RIGHT_BROW, RIGHT_EYE

Colours = NDArray[np.float64]
Pixels = NDArray[np.uint8]

NAMES = ("hair", "skin", "background")
_SIDE = 64  # cells on a side: means need no more
_FEWEST = 12  # cells of a region that is there
_SURELY, _HARDLY = 0.8, 0.1  # probability of a person in hair and in the background
_FEATURES = (LIPS, RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW)  # in the face, but not skin


@dataclass(frozen=True)
class Regions:
    """Where hair, skin and background are in one picture."""

    masks: NDArray[np.bool_]  # [3, 64, 64]

    @classmethod
    def of(cls, seen: SeenFace) -> Regions:
        """Skin is inside the outline without eyes, brows and lips; hair is the person beyond it, above the lips."""
        height, width = seen.pixels.shape[:2]
        points = seen.mesh[:, :2] * (_SIDE / width, _SIDE / height)
        person = np.array(Image.fromarray(seen.mask).resize((_SIDE, _SIDE), Image.Resampling.BOX))
        face = _inside(points, OUTLINE)
        skin = face & ~np.any([_inside(points, ring) for ring in _FEATURES], axis=0)
        above = np.arange(_SIDE)[:, None] < points[LIPS[0], 1]
        return cls(np.stack([(person > _SURELY) & ~face & above, skin, person < _HARDLY]))

    def colours(self, pixels: Pixels) -> Colours:
        """Mean L*, a*, b* of each region of `pixels` `[H, W, 3]`, `[3, 3]`; NaN for one that is hardly there."""
        return self._means(lab(_small(pixels)))

    def shades(self, pixels: Pixels) -> Colours:
        """The same as RGB in 0..1."""
        return self._means(_small(pixels) / 255)

    def _means(self, small: NDArray[np.floating]) -> Colours:
        means = [small[mask].mean(axis=0) if mask.sum() >= _FEWEST else np.full(3, np.nan) for mask in self.masks]
        return np.asarray(means, np.float64)


def _small(pixels: Pixels) -> Pixels:
    return np.array(Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX))


def _inside(points: NDArray[np.floating], ring: tuple[int, ...]) -> NDArray[np.bool_]:
    """The cells inside the closed ring of these of the `points` `[468, 2]`."""
    image = Image.new("1", (_SIDE, _SIDE))
    ImageDraw.Draw(image).polygon([(float(x), float(y)) for x, y in points[list(ring)]], fill=1)
    return np.array(image)
