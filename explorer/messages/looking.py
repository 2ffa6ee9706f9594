"""What was measured of a face, and what gives it away."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages.frames import Pixels
from generator.recipe.recipe import Floats, Recipe


@dataclass(frozen=True)
class MeasuredValue:
    """One measure of a face, and where it lies among faces of the same model."""

    name: str
    title: str  # "Mouth open"
    group: str  # "Mouth"
    value: str  # with its unit: "12.3°"
    meaning: str  # a clause that tells what was measured
    share_below: float | None = None  # of the model's faces, 0..1; None = they have not been measured
    place: float = 0.5  # of this face on the curve, 0..1 from its left end
    curve: tuple[float, ...] = ()  # how many of the model's faces are where, 0..1 of the most


@dataclass(frozen=True)
class FaceMeasured:
    """What was measured on a face; no values = no face was found in its image."""

    recipe: Recipe
    values: tuple[MeasuredValue, ...]
    compared: bool  # whether faces of its model have been measured


@dataclass(frozen=True, eq=False)
class ShownCue:
    """One tell-tale of the picture shown: how unusual it is, and where."""

    name: str
    title: str  # "Teeth"
    look_for: str  # one sentence: what to look for
    why: str  # one sentence: why networks do it
    reason: str = ""  # why it cannot be judged; "" where it was
    percentile: float | None = None  # 0..100: the share of photographs that are less unusual
    among: float | None = None  # 0..100: the same of the model's faces; None = they have not been looked at
    flagged: bool = False
    crop: Pixels | None = None  # the most unusual place, four times as large as in a picture of 256 pixels
    heat: Pixels | None = None  # uint8 [h, w] over the whole picture: where
    weak: str = ""  # one sentence: how little the row tells; "" where it tells enough


@dataclass(frozen=True, eq=False)
class ShownSpectrum:
    """The radial spectrum of a face: decibels against the median photograph, float32 [128], at 1 to 128 cycles over
    the square about the face."""

    power: Floats
    real: tuple[Floats, ...]  # the 5th and the 95th percentile of photographs
    own: tuple[Floats, ...] = ()  # those of the model's faces; none where they have not been looked at
    below: float = 0.0  # 0..1: the share of frequencies that have less than 95 of 100 photographs
    above: float = 0.0  # and of those that have more


@dataclass(frozen=True, eq=False)
class LookedCloser:
    """The six tell-tales of the picture that `recipe` has become, or of a picture of the user's."""

    recipe: Recipe
    cues: tuple[ShownCue, ...]
    compared: bool  # whether faces of its model have been looked at
    picture: str = ""  # name of the user's picture; "" = it is the face of `recipe`
    spectrum: ShownSpectrum | None = None  # None where no face is seen, or too small a one


@dataclass(frozen=True)
class FaceInspected:
    """How unusual a face of the project is among photographs."""

    id: int
    recipe: Recipe  # as it was when it was looked at
    rows: tuple[tuple[str, float], ...]  # title and percentile, 0..100, of what could be judged; the highest first


@dataclass(frozen=True)
class Measurable:
    """A measure of faces that a direction can be made for."""

    name: str
    title: str
    group: str
    meaning: str


@dataclass(frozen=True)
class MeasuresKnown:
    """What can be measured in the pictures of a model."""

    model: str  # content hash of the model
    measures: tuple[Measurable, ...]
    lack: str = ""  # why there are none, one sentence
