"""Crops: round ones of the whole picture, and those whose eyes and chin lie at stated heights, from the mesh."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, cos, sin

import numpy as np

from generator.errors import ExportError
from generator.faces.finder import SeenFace
from generator.pictures.resample import Floats, turned

ROUNDED = 1 / 8  # of the shorter side: the radius of rounded corners
_STEPS = 11  # tried of each range
MOST_SIDE = 16383  # pixels; a face beyond that is none


@dataclass(frozen=True)
class Frame:
    """Where a head lies in a picture; heights are shares of the height of the picture.

    The head reaches from the chin to the crown, without hair. The crown is taken to be as far above the eyes as the
    chin is below them, as it is in adults (Farkas 1994).
    """

    width: float  # of the height
    head: tuple[float, float, float]  # from, best, to
    eyes: tuple[float, float, float]  # above the lower edge: from, best, to


# ICAO Doc 9303, part 3, and ISO/IEC 39794-5, annex D: 35 × 45 mm, the head 70 to 80 % of the height, the eyes at 50
# to 70 % above the lower edge.
PASSPORT = Frame(35 / 45, (0.70, 0.75, 0.80), (0.50, 0.57, 0.64))
AVATAR = Frame(1, (0.60, 0.66, 0.88), (0.50, 0.55, 0.60))
FRAMES = {"passport": PASSPORT, "avatar": AVATAR}


@dataclass(frozen=True)
class Cut:
    """A turned rectangle of a picture, in its pixels; it may reach beyond it."""

    x: float  # of the middle
    y: float
    width: float
    height: float
    angle: float  # radians by which its upper edge is turned clockwise

    def corners(self) -> Floats:
        """`[4, 2]`."""
        along = np.array([cos(self.angle), sin(self.angle)]) * self.width / 2
        down = np.array([-sin(self.angle), cos(self.angle)]) * self.height / 2
        middle = np.array([self.x, self.y])
        return np.stack([middle + i * along + j * down for i, j in product((-1, 1), (-1, 1))]).astype(np.float32)

    def outside(self, height: int, width: int) -> float:
        """By how many pixels its corners are beyond a picture of that size."""
        corners = self.corners()
        return float(np.maximum(np.maximum(-corners, corners - [width, height]), 0).sum())


def cut_of(face: SeenFace, frame: Frame) -> Cut:
    """The rectangle in which the eyes are level and the head is as `frame` says.

    Within its ranges, it is the one that reaches least beyond the picture, and of those the one nearest to the best.
    """
    right, left = (_middle(face, f"eye-outer-{side}", f"eye-inner-{side}") for side in ("right", "left"))
    angle = float(np.arctan2(*(left - right)[::-1]))
    down = np.array([-sin(angle), cos(angle)])
    eyes = (right + left) / 2
    chin = float((face.point("chin")[:2] - eyes) @ down)  # below the eyes
    if chin <= 1:
        raise ExportError("The face is too small, or turned too far, to be cropped; choose another crop.")

    def cut(head: float, level: float) -> Cut:
        height = 2 * chin / head
        x, y = eyes + down * height * (level - 0.5)
        return Cut(float(x), float(y), height * frame.width, height, angle)

    def cost(pair: tuple[float, float]) -> tuple[float, float]:
        far = abs(pair[0] - frame.head[1]) / frame.head[1] + abs(pair[1] - frame.eyes[1]) / frame.eyes[1]
        return round(cut(*pair).outside(*face.pixels.shape[:2]), 1), far

    return cut(*min(product(_range(frame.head), _range(frame.eyes)), key=cost))


def cropped(picture: Floats, cut: Cut) -> Floats:
    """The rectangle of `picture` float32 `[H, W, 3 or 4]` upright, at its scale; beyond the picture, it is mirrored."""
    width, height = max(round(cut.width), 1), max(round(cut.height), 1)
    if max(width, height) > MOST_SIDE:
        raise ExportError(f"The crop would have {max(width, height)} pixels; the limit is {MOST_SIDE}.")
    margin = ceil(max(cut.outside(*picture.shape[:2]), 0)) + 2  # bicubic needs two more
    whole = np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), "symmetric")
    a, b = cos(cut.angle) * cut.width / width, -sin(cut.angle) * cut.height / height
    d, e = sin(cut.angle) * cut.width / width, cos(cut.angle) * cut.height / height
    x = cut.x + margin - a * width / 2 - b * height / 2
    y = cut.y + margin - d * width / 2 - e * height / 2
    return turned(whole, width, height, (a, b, x, d, e, y))


def rounded(picture: Floats, share: float) -> Floats:
    """`picture` float32 `[H, W, 3 or 4]` as `[H, W, 4]` with corners of a radius of `share` of the shorter side; of the
    square in its middle where that is a half, so that it is a disc."""
    if share >= 0.5:
        picture = _square(picture)
    height, width = picture.shape[:2]
    alpha = _rectangle(height, width, share * min(height, width))
    if picture.shape[2] == 4:
        alpha = alpha * picture[..., 3]
    return np.concatenate([picture[..., :3], alpha[..., None]], axis=2).astype(np.float32)


def _square(picture: Floats) -> Floats:
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def _rectangle(height: int, width: int, radius: float) -> Floats:
    """The share of each pixel that is inside a rectangle with round corners: by its distance to the edge."""
    y = np.abs(np.arange(height) + 0.5 - height / 2)[:, None]
    x = np.abs(np.arange(width) + 0.5 - width / 2)[None]
    beyond = np.hypot(np.maximum(x - (width / 2 - radius), 0), np.maximum(y - (height / 2 - radius), 0))
    return np.asarray(np.clip(radius - beyond + 0.5, 0, 1), np.float32)


def _middle(face: SeenFace, *names: str) -> Floats:
    return np.asarray(np.mean([face.point(name)[:2] for name in names], axis=0), np.float32)


def _range(values: tuple[float, float, float]) -> list[float]:
    return [float(value) for value in np.linspace(values[0], values[2], _STEPS)]
