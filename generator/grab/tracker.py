"""What follows the points from frame to frame: the mesh of a face. Models without faces need another `Tracker`."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.errors import DirectionError
from generator.faces.finder import FaceFinder, SeenFace
from generator.grab.regions import Regions
from generator.grab.solver import Points, Seen

Pixels = NDArray[np.uint8]
NO_FACE = "No face was found in this picture, so there is nothing to take hold of; try another face."


class Tracker(Protocol):
    """Follows points of a picture through the frames of a drag. Points are in pixels of a picture of `side`."""

    def start(self, pixels: Pixels, points: Points | None = None) -> Seen:
        """Begin with the face before. points: those to follow; None = all that it knows. Raises `DirectionError`."""
        ...

    def measure(self, pixels: Pixels) -> Seen | None:
        """Where the points are in a frame, of any size; None if they were lost."""
        ...


class MeshTracker(Tracker):
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

    def start(self, pixels: Pixels, points: Points | None = None) -> Seen:
        found = self._finder.find(pixels)
        if found is None:
            raise DirectionError(NO_FACE)
        self._face = self._finder.track(pixels, found)
        self._regions = Regions.of(found)
        return self._seen(pixels)

    def measure(self, pixels: Pixels) -> Seen | None:
        last = self._face
        if last is not None and last.pixels.shape != pixels.shape:  # a preview after a full frame
            last = None
        found = self._finder.track(pixels, last)
        if found is None:
            return None
        self._face = found
        return self._seen(pixels)

    def _seen(self, pixels: Pixels) -> Seen:
        assert self._regions is not None
        return Seen(self.mesh[:, :2], self._regions.colours(pixels).ravel())
