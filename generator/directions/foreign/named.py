"""Dictionaries of directions: {name: vector}, the boundaries of idinvert, the eigenvectors of a factorisation."""

from __future__ import annotations

import re

import numpy as np

from generator.directions.foreign.contents import Contents
from generator.directions.foreign.found import MAX_ROWS, Found, FoundFile, components, floats, row, rows_of
from generator.errors import DirectionError
from generator.recipe.layers import Layers
from generator.storage.arrays import Array

MAX_DIRECTIONS = 500  # of one file


def eigenvectors(contents: Contents) -> FoundFile | None:
    """The file of rosinality's closed-form factorisation (Shen & Zhou 2021): directions are the columns."""
    value = contents.value
    if not isinstance(value, dict) or "eigvec" not in value:
        return None
    vectors = value["eigvec"]
    if not isinstance(vectors, np.ndarray) or vectors.ndim != 2 or not vectors.size:
        raise DirectionError("its eigenvectors `eigvec` are not a matrix [D, K]; it may be damaged.")
    return components(floats(vectors).T, "Eigenvector {} of the styles' weights, in W (SeFa).", "a SeFa factorisation")


def boundary_of_layers(contents: Contents) -> FoundFile | None:
    """A direction of idinvert (Zhu et al. 2020): `boundary` `[1, R, D]` and the layers that it is for."""
    value = contents.value
    if not isinstance(value, dict) or not isinstance(boundary := value.get("boundary"), np.ndarray):
        return None
    values = boundary[0] if boundary.ndim == 3 and len(boundary) == 1 else boundary
    if values.ndim != 2 or not 0 < len(values) <= MAX_ROWS:
        raise DirectionError(f"its boundary has shape {list(boundary.shape)}; one has [1, layers, numbers].")
    rows, layers = rows_of(values)
    meta = value.get("meta_data")
    chosen = meta.get("manipulate_layers") if isinstance(meta, dict) else None
    layers = _chosen(chosen, len(values)) if chosen is not None else layers
    kept = rows if len(rows) == 1 else rows_of(np.where(_mask(layers, len(rows)), rows, 0))[0]
    name = contents.path.stem
    said = f"Direction {name!r} in W+, {len(values)} rows, for layers {layers}, from idinvert."
    return FoundFile((Found(name, kept, layers, "w+", said),), "idinvert")


def _mask(layers: Layers, count: int) -> Array:
    return np.array([layer in layers for layer in range(count)])[:, None]


def _chosen(value: object, count: int) -> Layers:
    """The layers of a list, or of text like "2-4,7"."""
    try:
        if isinstance(value, str):
            layers = Layers.parse(value)
        else:
            numbers = np.asarray(value, np.float64).reshape(-1)
            layers = Layers.of(int(number) for number in numbers[np.isfinite(numbers)])
        if not layers.is_all and max(layers.indices(MAX_ROWS)) < count:
            return layers
    except (ValueError, TypeError, OverflowError) as error:
        raise DirectionError(
            "its layers (`manipulate_layers`) are not a list of numbers; it may be damaged."
        ) from error
    raise DirectionError(f"its layers (`manipulate_layers`) reach beyond its {count} rows.")


def dictionary(contents: Contents) -> FoundFile | None:
    """{name: vector}: each value a row `[D]` or `[1, D]`, or rows `[R, D]`. Names may begin with a number, as those of
    AnyCost do ("31_Smiling")."""
    value = contents.value
    if not isinstance(value, dict) or not value:
        return None
    arrays = {name: held for name, held in value.items() if isinstance(held, np.ndarray) and held.ndim in (1, 2, 3)}
    if len(arrays) < len(value):
        return None
    if len(arrays) > MAX_DIRECTIONS:
        raise DirectionError(f"it holds {len(arrays)} arrays; a file of directions has at most {MAX_DIRECTIONS}.")
    return FoundFile(tuple(_named(name, held) for name, held in arrays.items()), "directions by name")


def _named(name: str, values: Array) -> Found:
    title = re.sub(r"^\d+[_ -]", "", name)[:80] or name[:80] or "direction"
    values = values[0] if values.ndim == 3 and len(values) == 1 else values
    if values.ndim == 2 and min(values.shape) > 1:
        if len(values) > MAX_ROWS:
            raise DirectionError(f"its array {name[:80]!r} has {len(values)} rows; no model has that many layers.")
        rows, layers = rows_of(values)
        return Found(
            title, rows, layers, "w+" if len(rows) > 1 else "w", f"Direction {title!r}, {len(values)} rows.", bare=True
        )
    single = row(values, f"its array {name[:80]!r}")
    return Found(title, single, Layers.ALL, "w", f"Direction {title!r} in W, one row for all layers.", bare=True)
