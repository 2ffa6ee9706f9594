"""Arrays without a word about them: which axis is a direction's, and how many there are, shows in the numbers."""

from __future__ import annotations

import re

import numpy as np

from generator.directions.foreign.contents import Contents
from generator.directions.foreign.found import MAX_NUMBERS, MAX_ROWS, Found, FoundFile, components, floats, row, rows_of
from generator.errors import DirectionError
from generator.recipe.layers import Layers
from generator.recipe.recipe import Floats
from generator.storage.arrays import Array

STYLES = (6048, 9088, 4928, 7968)  # channels of all styles S of 1024 and 256 px models, without and with ToRGB
MAX_COMPONENTS = 1024
UNIT = 0.01  # how far from 1 a row's length may be that was meant as 1
_Z_NAME = re.compile(r"^(stylegan2?|pggan)_.*boundary$")
_W_NAME = re.compile(r"(^|_)w(_|$)")


def array(contents: Contents, certain: bool) -> FoundFile | None:
    """The directions of one array. certain: the user knows that they are in W, whatever the file is called."""
    values = contents.value
    if not isinstance(values, np.ndarray):
        return None
    values = _without_ones(values)
    _refuse_others(values, contents)
    stem = contents.path.stem
    if values.ndim == 1:
        return _one(values, stem, certain)
    if _is_unit(values) and len(values) > 1 and not _is_alike(values):
        return _numbered(values)
    if _has_unit_columns(values):
        return _columns(values)
    if len(values) > MAX_ROWS:
        raise DirectionError(f"it has {len(values)} rows; no model has that many layers, and their lengths are not 1.")
    rows, layers = rows_of(values)
    return FoundFile((_in_rows(name_of(stem), rows, layers, len(values)),), "an array of rows")


def name_of(stem: str) -> str:
    """The name of a direction from that of its file: "stylegan_ffhq_age_w_boundary" is "age"."""
    short = re.sub(r"^(stylegan\d?|pggan)_[a-z0-9]+_|(_w)?_boundary$|^boundary_", "", stem)
    return (short or stem)[:80] or "direction"


def _one(values: Array, stem: str, certain: bool) -> FoundFile:
    if _Z_NAME.match(stem) and not _W_NAME.search(stem) and not certain:
        raise DirectionError(
            "by its name it is a direction of InterFaceGAN in Z (those in W have `_w_` in their names), and Outis "
            "moves faces in W; bring the file of W, or say that it is a direction in W."
        )
    vector, name = row(values, "the array"), name_of(stem)
    if not vector.any():
        raise DirectionError("it holds only zeros.")
    maker = ", from InterFaceGAN" if stem.endswith("_boundary") else ""
    said = f"Direction {name!r} in W, one row for all layers{maker}."
    untold = not _W_NAME.search(stem)
    return FoundFile((Found(name, vector, Layers.ALL, "w", said, bare=True, untold=untold),), "one vector")


def _in_rows(name: str, rows: Floats, layers: Layers, count: int) -> Found:
    if len(rows) == 1:
        which = "all layers" if layers.is_all else f"layers {layers}"
        return Found(
            name, rows, layers, "w", f"Direction {name!r} in W, {count} equal rows: one for {which}.", bare=True
        )
    said = f"Direction {name!r} in W+, {count} rows that differ from layer to layer."
    return Found(name, rows, layers, "w+", said, bare=True)


def _numbered(values: Array) -> FoundFile:
    said = "Row {} of the array, a direction in W of length 1, all layers."
    return components(floats(values), said, "rows of length 1 as Autolume stores them")


def _columns(values: Array) -> FoundFile:
    return components(floats(values).T, "Column {} of the array, a direction in W.", "orthonormal columns")


def _without_ones(values: Array) -> Array:
    """`[1, R, D]` and `[R, 1, D]` as `[R, D]`, `[1, D]` as `[D]`."""
    last = values.shape[-1:] if values.ndim else ()
    kept = tuple(size for size in values.shape[:-1] if size != 1)
    return values.reshape(kept + last) if len(kept) + len(last) < values.ndim else values


def _refuse_others(values: Array, contents: Contents) -> None:
    """Raise `DirectionError` for arrays of another space or of several things."""
    shape = list(values.shape)
    if values.ndim == 0 or not values.size:
        raise DirectionError(f"its array {shape} holds no direction.")
    if contents.path.stem.startswith("centroid"):
        raise DirectionError("it holds a centre of W for multimodal truncation: a face, not a direction.")
    if values.ndim <= 2 and values.shape[0] in STYLES:
        raise DirectionError(f"its array {shape} is of styles (S, StyleSpace), which Outis does not draw.")
    if values.ndim > 2:
        raise DirectionError(f"it holds an array {shape}; a direction has one row [D], or a row for each layer [R, D].")
    if values.shape[-1] > MAX_NUMBERS or values.shape[-1] < 2:
        raise DirectionError(f"its array {shape} has rows of {values.shape[-1]} numbers, and w has some hundreds.")
    if len(values) > MAX_COMPONENTS and values.ndim == 2:
        raise DirectionError(f"it holds {len(values)} rows; at most {MAX_COMPONENTS} components are read.")


def _is_unit(values: Array) -> bool:
    """Whether every row `[N, D]` has length 1."""
    return bool((np.abs(np.linalg.norm(floats(values), axis=1) - 1) < UNIT).all()) and not _is_by_column(values)


def _is_by_column(values: Array) -> bool:
    """Whether a square orthonormal matrix lies in the file column by column, as torch's decompositions write it."""
    square = values.shape[0] == values.shape[1] and values.shape[0] > 1
    return square and values.flags.f_contiguous and not values.flags.c_contiguous


def _has_unit_columns(values: Array) -> bool:
    """Whether `[D, K]` has orthonormal columns and is not simply short of rows."""
    if values.shape[1] > values.shape[0]:
        return False
    columns = floats(values)
    return bool(np.abs(columns.T @ columns - np.eye(columns.shape[1])).max() < UNIT)


def _is_alike(values: Array) -> bool:
    """Whether the rows `[N, D]` of length 1 point much the same way: those of one direction, layer by layer."""
    total = floats(values).sum(axis=0)
    cosines = (float(total @ total) - len(values)) / (len(values) * (len(values) - 1))
    return cosines > 0.5  # the mean of all pairs; independent directions are near 0
