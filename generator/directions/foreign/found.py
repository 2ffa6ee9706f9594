"""What was found in a file: directions as they are stored, before they are fitted to a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from generator.errors import DirectionError
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Floats, Target
from generator.storage.arrays import Array

MAX_NUMBERS = 4096  # of one row: w of the largest public model has 1024
MAX_ROWS = 100  # layers of a model; public ones have fewer than 30
LARGEST = 1e6  # of a number; those of w in public models are below 100
EQUAL = 1e-4  # how far apart, relative to their length, rows may lie that were stored as float16


@dataclass(frozen=True)
class Found:
    """One direction found in a file."""

    name: str
    rows: Floats  # [1, D]: the same vector for every layer; [R, D]: row i acts on layer i
    layers: Layers
    space: Literal["w", "w+"]
    sentence: str  # what it is, for people: "Direction in W, one row for all layers, from InterFaceGAN."
    target: Target | None = None  # where it leads, if it sets something and does not add
    exact: bool = False  # its length is meant: not to be scaled to one sigma of a model
    bare: bool = False  # nothing but its numbers says that it is a direction: it may be a face
    untold: bool = False  # nothing says whether it is in W or in Z
    entry: NamedDirection | None = None  # the words for it, where a library of Outis has them

    @property
    def shape(self) -> str:
        """ "512 numbers" or "18 rows of 512 numbers"."""
        rows, numbers = self.rows.shape
        return f"{numbers} numbers" if rows == 1 else f"{rows} rows of {numbers} numbers"


@dataclass(frozen=True)
class FoundFile:
    """All directions of a file."""

    directions: tuple[Found, ...]  # at least one
    kind: str  # whose format it is: "GANSpace components"
    note: str = ""  # what the user should know of all of them
    model: str = ""  # hash of the model that the file names; "" = it names none
    numbered: bool = False  # components without names of their own, to choose from by number
    beside: Path | None = None  # the file of components that a table of edits was read with

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if len(self.directions) == 1:
            return " ".join(filter(None, (self.directions[0].sentence, self.note)))
        what = "components" if self.numbered else "directions"
        names = "" if self.numbered else ": " + ", ".join(found.name for found in self.directions[:50])
        return " ".join(filter(None, (f"{len(self.directions)} {what}, {self.kind}{names}.", self.note)))


def floats(values: Array) -> Floats:
    """`values` as float32. Raises `DirectionError` for other than real numbers of a sensible size."""
    if values.dtype.kind not in "fiu":
        raise DirectionError(f"it holds {values.dtype}, not numbers of a direction.")
    with np.errstate(over="ignore"):  # to infinity, which is refused
        numbers = np.asarray(values, np.float32)
    if not (np.abs(numbers) <= LARGEST).all():  # also false for values that are not finite
        raise DirectionError(f"its numbers are not all finite and below {LARGEST:.0e}; the file may be damaged.")
    return numbers


def row(values: Array, of: str) -> Floats:
    """`values` `[D]`, `[1, D]`, `[1, 1, D]` or `[1, D, 1]` as one row `[1, D]`. Raises `DirectionError`."""
    numbers = floats(values)
    if not 0 < numbers.size <= MAX_NUMBERS or max(numbers.shape) != numbers.size:
        raise DirectionError(f"{of} has shape {list(values.shape)}; a direction has one row of numbers, as w has.")
    return numbers.reshape(1, -1)


def rows_of(values: Array) -> tuple[Floats, Layers]:
    """`values` `[R, D]`, a row a layer, as the fewest rows that say the same, and the layers they act on.

    Rows of zeros are layers that stay; where all others are equal, one row is kept.
    """
    numbers = floats(values)
    lengths = np.linalg.norm(numbers, axis=1)
    acting = np.flatnonzero(lengths > 0)
    if not acting.size:
        raise DirectionError("it holds only zeros.")
    layers = Layers.ALL if acting.size == len(numbers) else Layers.of(int(layer) for layer in acting)
    same = np.abs(numbers[acting] - numbers[acting[0]]).max() <= EQUAL * lengths.max()
    return (numbers[acting[:1]] if same else numbers), layers


def components(vectors: Floats, sentence: str, kind: str, note: str = "") -> FoundFile:
    """A file of numbered components, the rows `[K, D]`."""
    found = (
        Found(f"pc{number}", vector[None], Layers.ALL, "w", sentence.format(number))
        for number, vector in enumerate(vectors)
    )
    return FoundFile(tuple(found), kind, note, numbered=True)
