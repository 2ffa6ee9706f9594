"""All six looks at a picture, and how unusual each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.face import Face
from generator.cues import background, droplets, eyes, hair, symmetry, teeth
from generator.cues.cue import NAMES, Cue, Look
from generator.cues.evidence import Evidence, Workings, not_judged
from generator.cues.spectrum import Band, Values
from generator.cues.standards import Standards
from generator.faces.finder import FaceFinder

LOOKS: dict[str, Callable[[Evidence], Look]] = {
    "background": background.look,
    "symmetry": symmetry.look,
    "teeth": teeth.look,
    "hair": hair.look,
    "droplets": droplets.look,
    "eyes": eyes.look,
}
NO_FACE = "No face is seen."
TOO_SMALL = "The face is too small: it has fewer than 96 pixels from hairline to chin."


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A radial spectrum beside those that it is compared with."""

    power: Values  # [128] decibels
    real: Band | None  # of photographs
    own: Band | None  # of the model's faces


class Inspector:
    """Looks at the largest face in a picture; without standards, scores have no percentiles."""

    def __init__(self, standards: Standards | None = None) -> None:
        self._standards = standards or Standards()
        self._finder = FaceFinder()

    def __call__(self, pixels: NDArray[np.uint8], workings: Workings | None = None) -> tuple[Cue, ...]:
        """The six cues in the order of `NAMES`, of uint8 `[H, W, 3]`."""
        face = self.face(pixels)
        return self.unseen if face is None else self.of(face, workings)

    @property
    def unseen(self) -> tuple[Cue, ...]:
        """The six cues of a picture without a face."""
        return self._cues(all_not_judged(NO_FACE))

    @property
    def knows_the_model(self) -> bool:
        """Whether cues are compared with faces of a model too."""
        return self._standards.own is not None

    def percentiles(self, pixels: NDArray[np.uint8]) -> dict[str, float | None]:
        """The place of each cue among photographs, 0..100, by pixels alone; None where it cannot be judged."""
        return {cue.name: cue.percentile for cue in self(pixels)}

    def face(self, pixels: NDArray[np.uint8]) -> Face | None:
        """The largest face as looks see it; None if there is none."""
        found = self._finder.find(pixels)
        return None if found is None else Face(self._finder.steady(found))

    def of(self, face: Face, workings: Workings | None = None) -> tuple[Cue, ...]:
        """The six cues of a face that was found before."""
        return self._cues(looks_at(Evidence(face, workings)))

    def spectrum(self, face: Face) -> Spectrum | None:
        """The radial spectrum of a face that was found before, and where it lies; None of too small a face."""
        found = Evidence(face).spectrum
        return None if found is None else Spectrum(found, self._standards.real_band, self._standards.own_band)

    def _cues(self, looks: tuple[Look, ...]) -> tuple[Cue, ...]:
        return tuple(self._standards.cue(look) for look in looks)


def looks_at(evidence: Evidence) -> tuple[Look, ...]:
    """The six looks in the order of `NAMES`."""
    if evidence.is_too_small:
        return all_not_judged(TOO_SMALL)
    return tuple(LOOKS.get(name, _not_looked_for(name))(evidence) for name in NAMES)


def _not_looked_for(name: str) -> Callable[[Evidence], Look]:
    return lambda evidence: not_judged(name, "This is not looked for yet.")


def all_not_judged(reason: str) -> tuple[Look, ...]:
    """Six looks that cannot be judged, all for one reason."""
    return tuple(not_judged(name, reason) for name in NAMES)
