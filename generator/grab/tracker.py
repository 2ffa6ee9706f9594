"""What follows the points of a face from frame to frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.errors import DirectionError
from generator.faces.finder import FaceFinder, SeenFace
from generator.faces.points import HELD, HELD_COUNT, PUPILS
from generator.grab.landmarks import Shades, Values, landmarks, middles_of_eyes
from generator.grab.regions import Regions
from generator.grab.solver import Seen

Pixels = NDArray[np.uint8]
_PUPILS = [HELD[name] for name in PUPILS]
NO_FACE = "No face was found in this picture, so there is nothing to take hold of; try another face."


def face_in(pixels: Pixels) -> SeenFace:
    """The largest face. Raises `DirectionError` if there is none."""
    found = FaceFinder().find(pixels)
    if found is None:
        raise DirectionError(NO_FACE)
    return found


class FaceTracker:
    """Follows the landmarks, and the colours of the regions as they were at the start."""

    def __init__(self, side: int) -> None:
        """side: of the model's pictures; a preview has fewer pixels."""
        self._side, self._finder = side, FaceFinder()
        self._face: SeenFace | None = None
        self._regions: Regions | None = None
        self._shades: Shades | None = None
        self._gaze = np.zeros((2, 3))  # the pupils in their eyes, as they were at the start
        self.points = np.zeros((HELD_COUNT, 3))  # as they were seen last, in pixels of the model

    @property
    def face(self) -> SeenFace:
        """As it was seen last."""
        assert self._face is not None
        return self._face

    def start(self, face: SeenFace) -> Seen:
        """Begin with the face before."""
        self._face = self._finder.track(face.pixels, face) or face
        self._regions = Regions.of(face)
        self._shades = Shades.of(face, self._regions)
        seen = self._seen(face.pixels)
        self._gaze = self.points[_PUPILS] - middles_of_eyes(self.points)
        return seen

    def measure(self, pixels: Pixels, gaze: bool = True) -> Seen | None:
        """Where the points are in a frame, of any size; None if the face was lost. gaze: look for the pupils too;
        otherwise they are taken to go with the eyes."""
        found = self._finder.track(pixels, _scaled(self.face, pixels.shape[0]))
        if found is None:
            return None
        self._face = found
        scale = pixels.shape[0] / self._side
        return self._seen(pixels, None if gaze else middles_of_eyes(found.mesh) + scale * self._gaze)

    def _seen(self, pixels: Pixels, pupils: Values | None = None) -> Seen:
        assert self._regions is not None
        assert self._shades is not None
        self.points = landmarks(self.face, self._shades, pupils) * (self._side / pixels.shape[0])
        return Seen(self.points[:, :2], self._regions.colours(pixels).ravel())


def _scaled(face: SeenFace, side: int) -> SeenFace:
    """Where `face` would be in a picture of `side`."""
    return replace(face, mesh=face.mesh * np.float32(side / face.pixels.shape[0]))
