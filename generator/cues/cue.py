"""What the inspector says of one tell-tale: a cue, never a verdict about a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Heat = NDArray[np.float32]
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the picture
NAMES = ("background", "symmetry", "teeth", "hair", "droplets", "eyes")
FLAGGED = 96.0  # percentile among 500 photographs above which at most one in twenty others is


@dataclass(frozen=True, eq=False)
class Look:
    """What was measured of one tell-tale in one picture: a score, or why there is none."""

    name: str  # one of `NAMES`
    score: float | None  # higher = more unusual, in a unit of the look's own; None = cannot be judged
    reason: str = ""  # why it cannot be judged, one sentence; "" where it was
    heat: Heat | None = None  # where: float32 [256, 256] in 0..1 over `square`
    square: Box | None = None  # the part of the picture that the heat covers
    box: Box | None = None  # about the most unusual place

    def __post_init__(self) -> None:
        assert self.name in NAMES
        assert (self.score is None) == bool(self.reason)


@dataclass(frozen=True, eq=False)
class Cue(Look):
    """A look with its place among others."""

    percentile: float | None = None  # 0..100: share of real photographs with a lower score
    among: float | None = None  # 0..100: the same among faces of the model that made it

    @property
    def is_flagged(self) -> bool:
        """Whether at most one in twenty real photographs looks as unusual here."""
        return self.percentile is not None and self.percentile > FLAGGED


@dataclass(frozen=True)
class CueText:
    """A tell-tale in words, for people who look."""

    title: str
    look_for: str  # one sentence: what to look for
    why: str  # why networks do it
    weak: str = ""  # one sentence: how little the row tells, and why; "" where it tells enough


TEXTS: dict[str, CueText] = {
    "background": CueText(
        "Background",
        "Shapes behind the person that melt into each other, and textures that are neither sharp nor out of focus.",
        "The discriminator sees far fewer examples of any one background than of faces, so nothing there has to make "
        "sense.",
    ),
    "symmetry": CueText(
        "Symmetry",
        "Earrings that do not match, glasses whose two halves differ, ears of different shape.",
        "Each half depends on what is near it; nothing in the network compares both sides of a face.",
        "A weak row: it tells faces of the shipped model from photographs no better than chance, because hair and "
        "light make photographs as uneven.",
    ),
    "teeth": CueText(
        "Teeth",
        "Teeth that do not stand about the middle of the face, melt together, or are too many.",
        "Fine details keep their pixels while the head turns, since the layers that make them are tied to places.",
        "A weak row for most faces: two of three times a face of the shipped model scores higher than a photograph, "
        "where chance would be one of two.",
    ),
    "hair": CueText(
        "Hair",
        "Strands that begin or end in the air, and patches that look painted.",
        "Strands come from noise that is added to each layer, and nothing holds one together over its length. "
        "Measured is how unlike photographed hair its texture is, which says little about single strands.",
    ),
    "droplets": CueText(
        "Water droplets",
        "A round blob, like a drop of water on the lens, often in the hair or behind it.",
        "StyleGAN1 normalises each feature map and learned to smuggle its strength past that in one spike; StyleGAN2 "
        "no longer normalises them, so that its pictures have none.",
        "A weak row by pixels alone: photographs score higher than faces of the shipped model, since an earring or a "
        "lamp is as round.",
    ),
    "eyes": CueText(
        "Eyes",
        "Pupils that do not look the same way or stand at different heights, and lights that differ between both eyes.",
        "Both eyes are made without a common scene that would light and point them alike.",
        "A weak row: hardly better than chance, because most faces have eyes that match, and lights are compared only "
        "where an iris is 20 pixels wide.",
    ),
}
