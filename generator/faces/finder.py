"""Finding a face in a picture, and following it from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.faces import detector, networks
from generator.faces.crop import Crop
from generator.faces.points import MIRRORED, POINTS

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
LEAST_PRESENCE = 0.5  # probability below which the mesh is of something that is not a face
_MARGIN = 1.5  # of the square that the mesh looks at, about the box of a face
_ROUNDS = 2  # of looking for a steady mesh
_EYE_MARGIN = 2.3  # of the square that the iris is looked for in, in distances of the corners of the eye


@dataclass(frozen=True)
class SeenFace:
    """A face in a picture. Left and right are the person's own; x runs to the right, y down, z away from the viewer."""

    pixels: Pixels  # the picture, uint8 [H, W, 3]
    mesh: Floats  # [468, 3] in pixels of the picture
    presence: float  # probability that this is a face

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the mesh in pixels."""
        (left, top), (right, bottom) = self.mesh[:, :2].min(axis=0), self.mesh[:, :2].max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @cached_property
    def irises(self) -> Floats:
        """Centre, right, top, left and bottom of the right and of the left iris, [2, 5, 3] in pixels.

        "Right" and "left" in this row are the picture's for the right eye, and mirrored for the left eye.
        """
        side = networks.IRIS_SIDE
        return np.stack([eye.to_picture(networks.iris(eye.cut(self.pixels, side)), side) for eye in self.eyes])

    @cached_property
    def mask(self) -> Floats:
        """Probability that a pixel shows a person, float32 [H, W] in 0..1."""
        height, width = self.pixels.shape[:2]
        small = (networks.MASK_SIDE, networks.MASK_SIDE)
        picture = Image.fromarray(self.pixels).resize(small, Image.Resampling.BILINEAR)
        mask = Image.fromarray(networks.person_mask(np.array(picture)))
        return np.array(mask.resize((width, height), Image.Resampling.BILINEAR), np.float32)

    def point(self, name: str) -> Floats:
        """The point of the mesh that `POINTS` calls `name`, [3] in pixels."""
        return np.asarray(self.mesh[POINTS[name]])

    @property
    def crop(self) -> Crop:
        """The square in which the mesh finds this face again."""
        return _about(self.mesh)

    @property
    def eyes(self) -> tuple[Crop, Crop]:
        """The squares in which the irises are looked for: the right one, and the left one mirrored."""
        return self._eye("right", mirrored=False), self._eye("left", mirrored=True)

    def _eye(self, side: str, mirrored: bool) -> Crop:
        outer, inner = self.point(f"eye-outer-{side}"), self.point(f"eye-inner-{side}")
        x, y = (outer + inner)[:2] / 2
        width = _EYE_MARGIN * float(np.linalg.norm((inner - outer)[:2]))
        return Crop(float(x), float(y), max(width, 1.0), _level(self.mesh), mirrored)


class FaceFinder:
    """Finds faces in pictures, uint8 `[H, W, 3]` RGB of any size."""

    def find(self, pixels: Pixels) -> SeenFace | None:
        """The largest face; None if there is none."""
        found = detector.largest(pixels)
        return None if found is None else _seen(pixels, found.crop)

    def find_all(self, pixels: Pixels) -> list[SeenFace]:
        """Every face of at least about a thirtieth of the longer side, the largest first."""
        faces = (_seen(pixels, found.crop) for found in detector.detections(pixels))
        return [face for face in faces if face is not None]

    def track(self, pixels: Pixels, last: SeenFace | None) -> SeenFace | None:
        """The face that was `last` seen in the frame before; found anew where that is None, or the face has gone."""
        seen = None if last is None else _seen(pixels, last.crop)
        return seen or self.find(pixels)

    def steady(self, seen: SeenFace) -> SeenFace:
        """The same face with a mesh that depends less on where it was looked for, for measuring.

        It is the mean of the mesh and of its mirror image's, found twice, from where it was found before. On rendered
        faces that leaves a sixth to a half of the differences between copies that are moved, scaled and mirrored.
        """
        for _ in range(_ROUNDS):
            crop = seen.crop
            seen = _seen(seen.pixels, crop, replace(crop, mirrored=True)) or seen
        return seen


def _seen(pixels: Pixels, *crops: Crop) -> SeenFace | None:
    """The mean of the meshes in `crops` of one face; None if it is not one in all of them."""
    points, presences = networks.meshes(np.stack([crop.cut(pixels, networks.MESH_SIDE) for crop in crops]))
    presence = float(presences.min())
    if presence < LEAST_PRESENCE:
        return None
    meshes = [_mesh(crop, found) for crop, found in zip(crops, points, strict=True)]
    return SeenFace(pixels, np.mean(meshes, axis=0, dtype=np.float32), presence)


def _mesh(crop: Crop, points: Floats) -> Floats:
    """In pixels of the picture; in a mirrored crop the person's right is found as the left."""
    mesh = crop.to_picture(points, networks.MESH_SIDE)
    return mesh[list(MIRRORED)] if crop.mirrored else mesh


def _about(mesh: Floats) -> Crop:
    """The turned square about a mesh, 1.5 times as wide as its longer side."""
    angle = _level(mesh)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    level = mesh[:, :2] @ turn
    low, high = level.min(axis=0), level.max(axis=0)
    x, y = turn @ (low + high) / 2
    return Crop(float(x), float(y), _MARGIN * float((high - low).max()), angle)


def _level(mesh: Floats) -> float:
    """The angle of the line through the eyes, clockwise in radians."""
    x, y = (mesh[POINTS["eye-outer-left"]] - mesh[POINTS["eye-outer-right"]])[:2]
    return float(np.arctan2(y, x))
