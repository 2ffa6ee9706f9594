"""What follows the points of a face from frame to frame: its mesh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.errors import DirectionError
from generator.faces.finder import FaceFinder, SeenFace
from generator.grab.regions import Regions
from generator.grab.solver import Seen

Pixels = NDArray[np.uint8]
NO_FACE = "No face was found in this picture, so there is nothing to take hold of; try another face."


def face_in(pixels: Pixels) -> SeenFace:
    """The largest face. Raises `DirectionError` if there is none."""
    found = FaceFinder().find(pixels)
    if found is None:
        raise DirectionError(NO_FACE)
    return found


class MeshTracker:
    """Follows the 468 points of the mesh, and the colours of the regions as they were at the start."""

    def __init__(self, side: int) -> None:
        """side: of the model's pictures; a preview has fewer pixels."""
        self._side, self._finder = side, FaceFinder()
        self._face: SeenFace | None = None
        self._regions: Regions | None = None

    @property
    def face(self) -> SeenFace:
        """As it was seen last."""
        assert self._face is not None
        return self._face

    @property
    def mesh(self) -> NDArray[np.float64]:
        """The last mesh, `[468, 3]`."""
        return np.asarray(self.face.mesh.astype(np.float64) * (self._side / self.face.pixels.shape[0]))

    def start(self, face: SeenFace) -> Seen:
        """Begin with the face before."""
        self._face = self._finder.track(face.pixels, face) or face
        self._regions = Regions.of(face)
        return self._seen(face.pixels)

    def measure(self, pixels: Pixels) -> Seen | None:
        """Where the points are in a frame, of any size; None if the face was lost."""
        found = self._finder.track(pixels, _scaled(self.face, pixels.shape[0]))
        if found is None:
            return None
        self._face = found
        return self._seen(pixels)

    def _seen(self, pixels: Pixels) -> Seen:
        assert self._regions is not None
        return Seen(self.mesh[:, :2], self._regions.colours(pixels).ravel())


def _scaled(face: SeenFace, side: int) -> SeenFace:
    """Where `face` would be in a picture of `side`."""
    return replace(face, mesh=face.mesh * np.float32(side / face.pixels.shape[0]))
