"""Where faces are in a picture: the detector's boxes, decoded, each face once (Bazarevsky et al. 2019, BlazeFace)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.faces import networks
from generator.faces.crop import Crop, Pixels

Floats = NDArray[np.float64]
LEAST_SCORE = 0.5  # probability
SAME_FACE = 0.3  # overlap of two boxes, as a share of both together, from which they are one face
_LEVELS = (1, 2, 4)  # the picture whole, in halves and in quarters
_LEAST_TILE = 128  # pixels; a smaller tile shows nothing new


@dataclass(frozen=True)
class Detection:
    """A face that the detector saw, in pixels of the picture."""

    score: float  # probability
    box: Floats  # [4] left, top, right, bottom: from the brows to the chin
    points: Floats  # [6, 2] right eye, left eye, tip of the nose, mouth, right ear, left ear

    @property
    def crop(self) -> Crop:
        """What the mesh looks at: a square of 1.5 times the box, turned so that the eyes lie level."""
        square = Crop.of_box(*map(float, self.box))
        x, y = self.points[1] - self.points[0]
        return Crop(square.x, square.y, 1.5 * square.side, float(np.arctan2(y, x)))


def detections(pixels: Pixels) -> list[Detection]:
    """All faces in uint8 `[H, W, 3]`, the largest first: down to about a thirtieth of the longer side."""
    found = [face for tiles in _pyramid(*pixels.shape[:2]) for face in _in_tiles(pixels, tiles)]
    return _each_once(found)


def largest(pixels: Pixels) -> Detection | None:
    """The largest face in uint8 `[H, W, 3]`; smaller tiles are looked at only where larger ones show none."""
    for tiles in _pyramid(*pixels.shape[:2]):
        if found := _each_once(_in_tiles(pixels, tiles)):
            return found[0]
    return None


def _pyramid(height: int, width: int) -> Iterator[list[Crop]]:
    """Squares that cover the picture, each half over its neighbours, smaller from level to level."""
    longer = max(height, width)
    yield [Crop(width / 2, height / 2, longer)]
    for level in _LEVELS[1:]:
        side = longer / level
        if side >= _LEAST_TILE:
            yield [Crop(x, y, side) for y in _centres(height, side) for x in _centres(width, side)]


def _centres(length: int, side: float) -> list[float]:
    steps = max(int(np.ceil(2 * (length - side) / side)), 0)
    return [side / 2 + step * side / 2 for step in range(steps + 1)]


def _in_tiles(pixels: Pixels, tiles: list[Crop]) -> list[Detection]:
    side = networks.DETECTOR_SIDE
    boxes, scores = networks.detect(np.stack([tile.cut(pixels, side) for tile in tiles]))
    pairs = np.argwhere(scores >= LEAST_SCORE)
    return [_decoded(tiles[i], boxes[i, anchor], _ANCHORS[anchor], float(scores[i, anchor])) for i, anchor in pairs]


def _decoded(tile: Crop, numbers: NDArray[np.float32], anchor: Floats, score: float) -> Detection:
    """From one anchor's 16 numbers: centre, size and six points, in 1/128 of the tile."""
    pairs = numbers.reshape(8, 2) / networks.DETECTOR_SIDE
    centre, half, points = anchor + pairs[0], pairs[1] / 2, anchor + pairs[2:]
    corner = np.array([tile.x, tile.y]) - tile.side / 2
    box = np.concatenate([centre - half, centre + half]) * tile.side + np.tile(corner, 2)
    return Detection(score, box, points * tile.side + corner)


def _each_once(found: list[Detection]) -> list[Detection]:
    """Non-maximum suppression that averages the boxes of one face by their scores; the largest face first."""
    rest, faces = sorted(found, key=lambda face: -face.score), []
    while rest:
        same = [face for face in rest if _overlap(rest[0].box, face.box) >= SAME_FACE]
        rest = [face for face in rest if _overlap(rest[0].box, face.box) < SAME_FACE]
        weights = np.array([face.score for face in same]) / sum(face.score for face in same)
        box = np.tensordot(weights, [face.box for face in same], 1)
        faces.append(Detection(same[0].score, box, np.tensordot(weights, [face.points for face in same], 1)))
    return sorted(faces, key=lambda face: -_area(face.box))


def _overlap(a: Floats, b: Floats) -> float:
    """What two boxes share, as a share of what they cover together."""
    shared = _area(np.concatenate([np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])]))
    return shared / (_area(a) + _area(b) - shared)


def _area(box: Floats) -> float:
    width, height = np.maximum(box[2:] - box[:2], 0)
    return float(width * height)


def _anchors() -> Floats:
    """The points that the 896 boxes are relative to, `[896, 2]` as shares: two for each of 16x16, six of 8x8."""
    grids = []
    for cells, repeats in ((16, 2), (8, 6)):
        y, x = np.divmod(np.arange(cells * cells), cells)
        grids.append(np.repeat((np.stack([x, y], axis=1) + 0.5) / cells, repeats, axis=0))
    return np.concatenate(grids)


_ANCHORS = _anchors()
