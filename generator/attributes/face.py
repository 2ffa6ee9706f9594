"""One face as the measures see it: its mesh seen from the front, and the colours of its parts."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes.cielab import lab
from generator.attributes.regions import FaceRegions
from generator.faces.crop import Crop
from generator.faces.finder import SeenFace
from generator.faces.points import MIRRORED, OUTLINE, POINTS

Floats = NDArray[np.float64]
Colours = NDArray[np.float32]  # [..., 3] L*, a*, b*
VIEW = 256  # pixels on a side of the picture whose colours are measured
_AROUND = 1.7  # of that picture, in sizes of the face; an FFHQ-aligned picture has 1.5
_RIGID = (*(OUTLINE[i] for i in (*range(-9, 10),)), 168, 6, 197, 195, 5, 1, 2, 33, 133, 362, 263, 129, 358, 50, 280)
_LEFT_HALF = (263, 362, 454, 356, 389, 251, 284, 332, 297, 323, 358, 280)  # points that no expression moves
_UPPER, _LOWER = (10, 109, 338, 67, 297), (2, 97, 326)
_TYPICAL = 0.3917  # root-mean-square distance of those points from their middle, where the face is 1 high


class Face:
    """A face in a picture of any size, with what several measures share."""

    def __init__(self, seen: SeenFace) -> None:
        self.seen = seen
        self._medians: dict[str, Colours] = {}

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        height, width = self.seen.pixels.shape[:2]
        return width, height

    @cached_property
    def axes(self) -> Floats:
        """Unit vectors to the person's left, down and away from the viewer, as rows, [3, 3], in the picture's space."""
        mesh = self.seen.mesh.astype(np.float64)
        left = _unit((mesh - mesh[list(MIRRORED)])[list(_LEFT_HALF)].mean(axis=0))
        down = mesh[list(_LOWER)].mean(axis=0) - mesh[list(_UPPER)].mean(axis=0)
        down = _unit(down - (down @ left) * left)
        return np.stack([left, down, np.cross(left, down)])

    @cached_property
    def size(self) -> float:
        """About the height of the face, from hairline to chin, in pixels: from points that no expression moves."""
        rigid = self.seen.mesh[list(_RIGID)].astype(np.float64)
        return float(np.sqrt(((rigid - rigid.mean(axis=0)) ** 2).sum(axis=1).mean()) / _TYPICAL)

    @cached_property
    def frontal(self) -> Floats:
        """The mesh as seen from the front, [468, 3]: x to the person's left, y down, z away, in sizes of the face."""
        mesh = self.seen.mesh.astype(np.float64)
        return np.asarray((mesh - mesh[list(_RIGID)].mean(axis=0)) @ self.axes.T / self.size)

    @cached_property
    def frontal_irises(self) -> Floats:
        """Centres of the right and of the left iris in the same frame, [2, 3], at the depth of their eyes."""
        mesh, centres = self.seen.mesh.astype(np.float64), self.seen.irises[:, 0].astype(np.float64)
        for centre, side in zip(centres, ("right", "left"), strict=True):
            centre[2] = mesh[[POINTS[f"eye-outer-{side}"], POINTS[f"eye-inner-{side}"]], 2].mean()
        return np.asarray((centres - mesh[list(_RIGID)].mean(axis=0)) @ self.axes.T / self.size)

    def at(self, name: str) -> Floats:
        """The point that `generator.faces.points` calls `name` in the frontal frame, [3]."""
        return np.asarray(self.frontal[POINTS[name]])

    def apart(self, one: str, other: str) -> float:
        """Distance of two points seen from the front, in sizes of the face."""
        return float(np.hypot(*(self.at(one) - self.at(other))[:2]))

    @cached_property
    def crop(self) -> Crop:
        """The upright square of the picture whose colours are measured; it stays inside the picture."""
        width, height = self.picture_size
        side = min(_AROUND * self.size, width, height)
        x, y = self.seen.mesh[:, :2].mean(axis=0)
        return Crop(_inside(float(x), side, width), _inside(float(y) - side * 0.05, side, height), side)

    @cached_property
    def view(self) -> NDArray[np.uint8]:
        """That square as uint8 [256, 256, 3]."""
        return self.crop.cut(self.seen.pixels, VIEW)

    @cached_property
    def colours(self) -> Colours:
        """L*a*b* of the view, [256, 256, 3]."""
        return lab(self.view)

    @cached_property
    def regions(self) -> FaceRegions:
        """Which pixels of the view belong to which part of the face."""
        corner = np.array([self.crop.x, self.crop.y]) - self.crop.side / 2
        scale = VIEW / self.crop.side
        points, irises = ((points[..., :2] - corner) * scale for points in (self.seen.mesh, self.seen.irises))
        mask = Image.fromarray(self.seen.mask)
        box = (*corner.tolist(), *(corner + self.crop.side).tolist())
        cut = np.array(mask.transform((VIEW, VIEW), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR))
        return FaceRegions(points, irises, cut)

    def lightness_along(self, start: str, end: str, width: float) -> Colours:
        """L* at 32 places on the way between two points, [32]: the mean over a width in sizes of the face."""
        points = np.array([self.seen.point(start)[:2], self.seen.point(end)[:2]], np.float64)
        corner, scale = np.array([self.crop.x, self.crop.y]) - self.crop.side / 2, VIEW / self.crop.side
        first, last = (points - corner) * scale
        across = _unit(np.array([first[1] - last[1], last[0] - first[0]])) * width * self.size * scale
        along, aside = np.linspace(0, 1, 32)[:, None, None], np.linspace(-0.5, 0.5, 9)[:, None]
        places = np.clip(first + along * (last - first) + aside * across, 0, VIEW - 1).astype(int)
        return np.asarray(self.colours[places[..., 1], places[..., 0], 0].mean(axis=1))

    def colour(self, region: str) -> Colours:
        """Median L*a*b* of a region of the view, [3]; NaN where the region is empty."""
        if region not in self._medians:
            pixels = self.colours[getattr(self.regions, region)]
            self._medians[region] = np.median(pixels, axis=0) if len(pixels) else np.full(3, np.nan, np.float32)
        return self._medians[region]


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def _inside(middle: float, side: float, length: int) -> float:
    return min(max(middle, side / 2), length - side / 2)
