"""Latents found in a file, and the faces that they can be."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages.frames import Pixels
from generator.recipe.recipe import Recipe

IN_Z = "direction in z"


@dataclass(frozen=True, eq=False)
class LatentOption:
    """One thing that the arrays of a file can be."""

    kind: str  # "w", "w+", "z", "direction", which is one in W, or `IN_Z`
    why: str  # a clause; "" = nothing is to be said
    faces: tuple[Recipe, ...]  # to choose from; of a direction a face on both sides of it, to look at
    names: tuple[str, ...]  # of each of the faces


@dataclass(frozen=True, eq=False)
class LatentsFound:
    """A file with arrays of which the user must say what they are, or which of them is meant."""

    path: str
    model: str  # content hash of the model that they were compared with
    options: tuple[LatentOption, ...]  # the likeliest first
    left_out: int = 0  # faces beyond those of the options
    note: str = ""  # what is to be told of all: that the faces bring their noise


@dataclass(frozen=True, eq=False)
class LatentDrawn:
    """A small image of one face of a `LatentOption`."""

    found: LatentsFound
    option: int
    number: int
    pixels: Pixels
