"""Directions as files: a library of Outis, or one direction as an array that other tools read. Needs no torch.

- `.json`: a direction library with all that is known of them.
- `.npy`: float32 `[num_ws, w_dim]`, one sigma of one direction on its layers and zero elsewhere.
- `.safetensors`: the same array as the tensor `direction`; the metadata has `format`, `name`, `model` and `layers`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from generator.errors import DirectionError, ExportError, did_you_mean
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.directions_json import to_json
from generator.recipe.recipe import Direction, Floats
from generator.storage.atomic import write_atomically

FORMAT = "outis-direction"  # in the metadata of a .safetensors file


def export(path: str | Path, library: DirectionLibrary, num_ws: int) -> None:
    """Write the directions of `library` to `path`, by its suffix, whole or not at all.

    num_ws: layers of the model, the rows of an array. Raises `ExportError` if the file cannot be written, and
    `DirectionError` if an array cannot say what the library says.

    Example:
        >>> import numpy as np
        >>> from generator.recipe.direction_export import export
        >>> from generator.recipe.directions import DirectionLibrary, NamedDirection
        >>> from generator.recipe.layers import Layers
        >>> from generator.recipe.recipe import Direction, pack
        >>> age = Direction("age", pack(np.ones(32, np.float32)), Layers.parse("0-2,5"))
        >>> export("age.npy", DirectionLibrary("ab", (NamedDirection(age, "Age", "younger", "older", ""),)), 8)
        >>> np.load("age.npy")[:, 0].tolist()
        [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    """
    suffix = Path(path).suffix.lower()
    encode = _ENCODERS.get(suffix)
    if encode is None:
        hint = did_you_mean(suffix, _ENCODERS).rstrip("?") or "; use .json, .npy or .safetensors"
        raise ExportError(f"{Path(path).name} does not end in a suffix for directions{hint}.")
    write_atomically(path, encode(library, num_ws))


def on_layers(direction: Direction, num_ws: int) -> Floats:
    """One sigma of `direction` on its layers and zero elsewhere, float32 `[num_ws, w_dim]`.

    Raises `DirectionError` if it has rows for another number of layers, or a target, to which every face has another
    way.
    """
    if direction.target is not None:
        raise DirectionError(f"{direction.name!r} leads every face to a target, not by an array; export it as .json.")
    if misfit := direction.misfit(num_ws, direction.w_dim):
        raise DirectionError(f"Direction {direction.name!r} {misfit}; it belongs to another model.")
    moves = np.zeros((num_ws, direction.w_dim), np.float32)
    layers = direction.layers.indices(num_ws)
    moves[layers] = np.broadcast_to(direction.array, moves.shape)[layers]
    return moves


def _json(library: DirectionLibrary, num_ws: int) -> bytes:
    return to_json(library).encode()


def _npy(library: DirectionLibrary, num_ws: int) -> bytes:
    file = io.BytesIO()
    np.save(file, on_layers(_only(library.entries).direction, num_ws), allow_pickle=False)
    return file.getvalue()


def _safetensors(library: DirectionLibrary, num_ws: int) -> bytes:
    direction = _only(library.entries).direction
    about = {"format": FORMAT, "name": direction.name, "model": library.model, "layers": str(direction.layers)}
    return save({"direction": on_layers(direction, num_ws)}, about)


def _only(entries: Sequence[NamedDirection]) -> NamedDirection:
    if len(entries) != 1:
        raise DirectionError(f"An array is one direction, not {len(entries)}; name one, or export them as .json.")
    return entries[0]


_ENCODERS: dict[str, Callable[[DirectionLibrary, int], bytes]] = {
    ".json": _json,
    ".npy": _npy,
    ".safetensors": _safetensors,
}
