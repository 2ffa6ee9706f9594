"""From pixels to numbers: all measures of a face at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.attributes import optional_packages as extra
from generator.attributes.catalogue import MEASURES
from generator.attributes.face import Face
from generator.attributes.networks import ApparentAge, ApparentGender
from generator.faces.finder import FaceFinder, SeenFace

Values = NDArray[np.float64]
Network = Callable[[SeenFace], float]


class Measurer(Protocol):
    """Measures the attributes `names` of an image."""

    names: tuple[str, ...]

    def __call__(self, pixels: NDArray[np.uint8]) -> Values:
        """One number an attribute, `[len(names)]`, of uint8 `[H, W, 3]`."""
        ...


class FaceMeasurer:
    """Measures the largest face in a picture of any size, by every measure of the catalogue; about 60 ms a face."""

    def __init__(self, apparent: bool | None = None) -> None:
        """apparent: measure age and gender too; None = if the optional packages are installed.

        Raises `DirectionError` if they are asked for and not installed.
        """
        self._networks: dict[str, Network] = {}
        if apparent or (apparent is None and extra.are_installed()):
            self._networks = {"age": ApparentAge(), "gender": ApparentGender()}
        self._finder = FaceFinder()
        self._measures = [measure for measure in MEASURES if measure.measure or measure.name in self._networks]
        self.names = tuple(measure.name for measure in self._measures)

    def __call__(self, pixels: NDArray[np.uint8]) -> Values:
        """One number a measure, `[len(names)]`, of uint8 `[H, W, 3]`; NaN where nothing is seen."""
        return self.seen(pixels)[1]

    def seen(self, pixels: NDArray[np.uint8]) -> tuple[SeenFace | None, Values]:
        """The largest face, and its measures as from a call."""
        found = self._finder.find(pixels)
        if found is None:
            return None, np.full(len(self.names), np.nan)
        steady = self._finder.steady(found)
        return steady, self.of(steady)

    def find(self, pixels: NDArray[np.uint8]) -> SeenFace | None:
        """Where the largest face is, in a sixth of the time that its measures take."""
        return self._finder.find(pixels)

    def of(self, seen: SeenFace) -> Values:
        """The measures of a face that was found before."""
        face = Face(seen)
        return np.array(
            [
                measure.measure(face) if measure.measure else self._networks[measure.name](seen)
                for measure in self._measures
            ]
        )
