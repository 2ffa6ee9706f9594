"""What an array can be for a model: z, w or w+ of a face, or a direction; and where that cannot be known, what to ask.

Shape, row lengths and distances tell. Measured on 50 public files: rows of directions are 0.26 to 1.1 long, those of
real latents at least 2.65; z has the length of sqrt(D), mean 0 and deviation 1. The shipped model draws w that are at
least 11.5 long and lie 7.7 to 16.6 from their mean, and z lies 28.6 from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from generator.config import GeneratorConfig
from generator.errors import LatentError
from generator.formats.held_latents import Held
from generator.recipe.recipe import Floats

Kind = Literal["w", "w+", "z", "direction"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SAMPLES = 500  # random w that a model is asked for
LONGEST_DIRECTION = 1.5  # of a row, where no model is known
UNIT = 0.01  # how far from 1 a row's length may be that was meant as 1
NEAR, FAR = 0.5, 1.5  # of the nearest and the farthest drawn w from their mean: where w is taken for one
APART = 0.75  # of the distance of two drawn w: from where on rows count as different faces

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What is known of a model: its shapes, and some random untruncated w `[N, w_dim]`; None = nothing."""

    config: GeneratorConfig | None = None
    w: Floats | None = None

    @cached_property
    def longest_direction(self) -> float:
        """The length from which on a row is not taken for one of a direction: half that of the shortest drawn w."""
        return LONGEST_DIRECTION if self.w is None else float(np.linalg.norm(self.w, axis=1).min()) / 2

    @cached_property
    def _mean(self) -> Floats:
        assert self.w is not None
        return np.asarray(self.w.mean(axis=0))

    @cached_property
    def _reach(self) -> tuple[float, float]:
        assert self.w is not None
        distances = np.linalg.norm(self.w - self._mean, axis=1)
        return NEAR * float(distances.min()), FAR * float(distances.max())

    @cached_property
    def _apart(self) -> float:
        return _median_distance(self.w[:100]) if self.w is not None else float("inf")

    def is_short(self, rows: Floats) -> bool:
        """Whether all rows `[N, D]` are as short as those of directions; zeros are the w of a face."""
        lengths = np.linalg.norm(rows, axis=1)
        is_unit = bool((np.abs(lengths - 1) < UNIT).all())
        return bool(lengths.any()) and (is_unit or bool((lengths < self.longest_direction).all()))

    def like_w(self, rows: Floats) -> Mask:
        """Which of the rows `[N, D]` lie about as far from the mean of W as drawn ones."""
        if self.config is not None and rows.shape[1] != self.config.w_dim:
            return np.zeros(len(rows), np.bool_)
        if self.w is None:
            return ~self.like_z(rows)
        near, far = self._reach
        distances = np.linalg.norm(rows - self._mean, axis=1)
        return np.asarray((near <= distances) & (distances <= far))

    def like_z(self, rows: Floats) -> Mask:
        """Which of the rows `[N, D]` look like normal numbers."""
        count = rows.shape[1]
        if self.config is not None and count != self.config.z_dim:
            return np.zeros(len(rows), np.bool_)
        chance = count**-0.5  # by which the mean of that many normal numbers is off
        squares = np.square(rows, dtype=np.float64).mean(axis=1)
        return np.asarray((np.abs(squares - 1) < 6 * chance) & (np.abs(rows.mean(axis=1)) < 4 * chance))

    def are_apart(self, rows: Floats) -> bool:
        """Whether the rows `[N, D]` differ as much as the w of different faces, or look like several z."""
        apart = _median_distance(rows[:100])
        if bool(self.like_z(rows).all()) and apart > APART * (2 * rows.shape[1]) ** 0.5:
            return True
        return self.w is not None and rows.shape[1] == self.w.shape[1] and apart > APART * self._apart


@dataclass(frozen=True, eq=False)
class Reading:
    """One thing that the arrays of a file can be."""

    kind: Kind
    arrays: Floats  # [N, rows, D]: N > 1 = one of N faces is to be chosen
    why: str  # a clause: "it is as short as a direction"


@dataclass(frozen=True)
class Readings:
    """All that the arrays of a file can be, the likeliest first."""

    options: tuple[Reading, ...]
    likely: bool = False  # of several options, the first may be taken with a word about the others

    @property
    def is_certain(self) -> bool:
        return len(self.options) == 1

    @property
    def sentence(self) -> str:
        """What it may be and why, for people; "" where nothing is to be told."""
        first, *others = self.options
        if not others:
            return f"Read as {first.kind}, since {first.why}." if first.why else ""
        told = [f"{one.kind}{_count(one)}{f' ({one.why})' if one.why else ''}" for one in self.options]
        return f"It may be {', '.join(told[:-1])} or {told[-1]}."


def readings(held: Held, known: Yardstick) -> Readings:
    """What the arrays of a file can be for the model of `known`.

    Example:
        >>> import numpy as np
        >>> from generator.formats.array_readings import Yardstick, readings
        >>> from generator.formats.held_latents import held_in
        >>> found = readings(held_in(np.eye(1, 512)[0]), Yardstick())
        >>> found.options[0].kind, found.is_certain
        ('direction', True)
    """
    arrays = held.arrays
    count, rows, width = arrays.shape
    if held.named == "z":
        return Readings((Reading("z", arrays.reshape(count * rows, 1, width), ""),))
    if not held.named and known.is_short(arrays.reshape(-1, width)):
        return _short(held, known)
    if rows == 1:
        return _single(arrays, held, known)
    if count > 1 or held.is_whole:
        return Readings((Reading("w+", arrays, ""),))
    return _rows(held, known)


def as_kind(held: Held, kind: Kind) -> Reading:
    """`held` as the user says that it is. Raises `LatentError` where its shape is another one."""
    count, rows, width = held.arrays.shape
    if kind == "direction":
        return Reading(kind, held.arrays, "")
    if kind == "w+" and rows == 1:
        raise LatentError(f"It has one row of {width} numbers, and w+ has a row for each layer; it may be w or z.")
    if kind != "w+" and rows > 1 and count > 1:
        raise LatentError(f"It holds {count} arrays of {rows} rows, and {kind} has one row; it may be w+.")
    return Reading(kind, held.arrays if kind == "w+" else held.arrays.reshape(count * rows, 1, width), "")


def _short(held: Held, known: Yardstick) -> Readings:
    """Rows as short as those of directions: a direction, unless the model has that many layers."""
    longest = float(np.linalg.norm(held.arrays.reshape(-1, held.arrays.shape[2]), axis=1).max())
    least = known.longest_direction
    why = f"no row is longer than {longest:.2f}, and those of faces are longer than {least:.1f}"
    direction = Reading("direction", held.arrays, why)
    count, rows, width = held.arrays.shape
    if count == 1 and rows > 1 and _is_of(known, rows, width):
        return Readings((direction, Reading("w+", held.arrays, f"it has {rows} rows")))
    return Readings((direction,))


def _single(arrays: Floats, held: Held, known: Yardstick) -> Readings:
    """One row each `[N, 1, D]`: w or z by their numbers, where the file does not say it."""
    flat, config = arrays[:, 0], known.config
    if not held.named and config is not None and not config.has_w and config.w_dim == config.z_dim == flat.shape[1]:
        return Readings((Reading("z", arrays, ""),))  # w is the same
    like_w, like_z = (bool(np.mean(likeness(flat)) > 0.5) for likeness in (known.like_w, known.like_z))
    if held.named == "w" or (like_w and not like_z):
        return Readings((Reading("w", arrays, ""),))
    if like_z and not like_w:
        return Readings((Reading("z", arrays, "its numbers have mean 0 and deviation 1"),))
    width = flat.shape[1]
    may_be_w, may_be_z = config is None or width == config.w_dim, config is None or width == config.z_dim
    near = "it is as far from the average face as faces are" if like_w else "it has as many numbers as w"
    options = (
        *((Reading("w", arrays, near),) if may_be_w or not may_be_z else ()),
        *((Reading("z", arrays, "it has as many numbers as z"),) if may_be_z else ()),
        *((Reading("direction", arrays, "it is like no face"),) if may_be_w and not like_w else ()),
    )
    return Readings(options)


def _rows(held: Held, known: Yardstick) -> Readings:
    """One plain array of several rows: one face with a row a layer, or a face a row."""
    count, width = held.arrays.shape[1:]
    whole, split = Reading("w+", held.arrays, ""), held.arrays.reshape(count, 1, width)
    is_of_model = _is_of(known, count, width)
    is_told = held.named != "" or held.is_column
    if known.w is None and not is_told and _median_distance(split[:100, 0]) > _median_length(split[:, 0]) / 2:
        found = _single(split, held, known).options[0]
        return Readings((whole, Reading(found.kind, split, "which a model tells apart")), likely=True)
    if (is_of_model and is_told) or not known.are_apart(split[:, 0]):
        return Readings((whole,))
    faces = _single(split, held, known).options
    if is_of_model:
        why = "it has as many rows as the model has layers, though they differ like different faces"
        return Readings((Reading("w+", held.arrays, why), *faces), likely=True)
    return Readings(faces)


def _is_of(known: Yardstick, rows: int, width: int) -> bool:
    """Whether w+ of the model has that shape; of an unknown model any."""
    return known.config is None or (rows, width) == (known.config.num_ws, known.config.w_dim)


def _median_length(rows: Floats) -> float:
    return float(np.median(np.linalg.norm(rows, axis=1)))


def _median_distance(rows: Floats) -> float:
    """Of all pairs of different rows `[N, D]`."""
    squares = np.square(rows, dtype=np.float64).sum(axis=1)
    apart = squares[:, None] + squares - 2 * rows.astype(np.float64) @ rows.astype(np.float64).T
    pairs = np.triu_indices(len(rows), 1)
    return float(np.sqrt(np.median(np.maximum(apart[pairs], 0)))) if len(rows) > 1 else 0.0


def _count(reading: Reading) -> str:
    count = len(reading.arrays)
    return "" if count == 1 or reading.kind == "direction" else f" of {count} faces"
