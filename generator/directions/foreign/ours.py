"""Files that Outis writes itself: direction libraries as JSON, and directions as .safetensors."""

from __future__ import annotations

import numpy as np

from generator.directions.foreign.contents import Contents
from generator.directions.foreign.found import MAX_ROWS, Found, FoundFile, rows_of
from generator.errors import DirectionError
from generator.recipe import directions_json
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers


def library(contents: Contents) -> FoundFile | None:
    """The directions of a library of Outis, with the words for them."""
    text = contents.value
    if contents.form != "json" or not isinstance(text, str):
        return None
    known = directions_json.from_json(text)
    if not known.entries:
        raise DirectionError("it is a direction library without directions.")
    note = f"The library was made for the model {known.model[:8]}." if known.model else ""
    return FoundFile(tuple(map(_entry, known.entries)), "a direction library of Outis", note, known.model)


def _entry(entry: NamedDirection) -> Found:
    direction = entry.direction
    rows = direction.array.reshape(direction.rows, -1)
    space = "one row" if direction.rows == 1 else f"{direction.rows} rows"
    said = f"Direction {direction.name!r}, {space} for layers {direction.layers}, from a library of Outis."
    where: dict[str, object] = {"target": direction.target, "exact": True, "entry": entry}
    return Found(direction.name, rows, direction.layers, "w" if len(rows) == 1 else "w+", said, **where)  # type: ignore[arg-type]


def tensors(contents: Contents) -> FoundFile | None:
    """The tensors of a .safetensors file, each a direction: a row, or a row a layer. Ours carry name and layers."""
    if contents.form != "safetensors" or not isinstance(contents.value, dict):
        return None
    arrays = {name: values for name, values in contents.value.items() if isinstance(values, np.ndarray)}
    if len(arrays) > 50 or any(values.ndim > 3 or not values.size for values in arrays.values()):
        raise DirectionError("it holds a model, not directions; open it with --model.")
    if not arrays:
        raise DirectionError("it holds no tensor.")
    return FoundFile(tuple(_tensor(name, values, contents) for name, values in arrays.items()), "tensors by name")


def _tensor(name: str, values: np.ndarray[tuple[int, ...], np.dtype[np.float32]], contents: Contents) -> Found:
    flat = values.reshape(-1, values.shape[-1])
    if len(flat) > MAX_ROWS:
        raise DirectionError(f"its tensor {name[:80]!r} has {len(flat)} rows; no model has that many layers.")
    rows, acting = rows_of(flat)
    told = contents.notes
    layers = Layers.parse(told["layers"]) if "layers" in told else acting
    title = told.get("name", name)[:80] if len(contents.value) == 1 else name[:80]  # type: ignore[arg-type]
    space = "one row" if len(rows) == 1 else f"{len(rows)} rows"
    said = f"Direction {title!r}, {space} for layers {layers}, from a .safetensors file."
    return Found(
        title, rows, layers, "w" if len(rows) == 1 else "w+", said, exact=told.get("format", "").startswith("outis")
    )
