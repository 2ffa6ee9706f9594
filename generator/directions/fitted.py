"""From what a file holds to a direction of one model: checked against its shapes and scaled to one sigma of its W."""

from __future__ import annotations

import numpy as np

from generator.config import GeneratorConfig
from generator.directions.foreign.found import Found, FoundFile
from generator.errors import DirectionError, RecipeError
from generator.recipe.layers import Layers
from generator.recipe.pca import CHUNK, Mapping
from generator.recipe.recipe import Direction, Floats, pack

SAMPLES = 10_000  # w on which sigma is measured: to about 1 %
_SEED = 20_260_101  # of the samples: the same file gives the same direction


def fitted(
    found: Found | FoundFile,
    mapping: Mapping,
    config: GeneratorConfig,
    name: str = "",
    component: int | None = None,
    layers: Layers | None = None,
    sign: int = 1,
) -> Direction:
    """`found` as a direction of the model of `mapping`, one sigma long: its length is the standard deviation of
    10,000 random w along it. What sets a component to a value, or comes from a library of Outis, keeps its length.

    component: which of the components of a file. layers: instead of those of the file. sign: -1 turns it round. Raises
    `DirectionError`: one sentence that names both shapes where the model has others.

    Example:
        >>> import numpy as np
        >>> from generator.config import GeneratorConfig
        >>> from generator.directions.fitted import fitted
        >>> from generator.directions.foreign import read_directions
        >>> np.save("age_boundary.npy", np.eye(1, 8))
        >>> config = GeneratorConfig(img_resolution=16, z_dim=8, w_dim=8)
        >>> direction = fitted(read_directions("age_boundary.npy"), lambda z: 3 * z, config)
        >>> direction.name, round(float(direction.array[0]), 1)
        ('age', 3.0)
    """
    one = chosen(found, component) if isinstance(found, FoundFile) else found
    check_shape(one, config)
    scale = 1.0 if one.exact else one_sigma(one.rows, drawn(mapping, config))
    rows = np.asarray(sign * scale * one.rows, np.float32)
    target = one.target
    if target is not None and sign < 0:
        raise DirectionError(f"{one.name!r} sets a component to a value, so it has no other sign; amounts below 0 do.")
    try:
        return Direction(name or one.name, pack(rows), one.layers if layers is None else layers, len(rows), target)
    except RecipeError as error:
        raise DirectionError(str(error)) from error


def chosen(file: FoundFile, component: int | None) -> Found:
    """The direction of `file` that is meant. Raises `DirectionError` where it must be told, or there is no such one."""
    count = len(file.directions)
    if component is None and count > 1:
        raise DirectionError(f"The file has {count} directions; choose one of them by its number, 0 to {count - 1}.")
    number = component or 0
    if not 0 <= number < count:
        raise DirectionError(f"The file has no component {number}; its {count} are counted from 0.")
    return file.directions[number]


def check_shape(found: Found, config: GeneratorConfig) -> None:
    """Raise `DirectionError`, which names both shapes, unless the model has such rows."""
    count, numbers = found.rows.shape
    fits_rows = count == 1 or count == config.num_ws
    if numbers != config.w_dim or not fits_rows:
        raise DirectionError(
            f"{found.name!r} has shape {[count, numbers]}, and the model takes [1, {config.w_dim}] or "
            f"[{config.num_ws}, {config.w_dim}]; it belongs to another model."
        )


def drawn(mapping: Mapping, config: GeneratorConfig, samples: int = SAMPLES) -> Floats:
    """Random untruncated w of the model, `[samples, w_dim]`; the same ones each time."""
    import torch

    random = torch.Generator().manual_seed(_SEED)
    counts = [min(CHUNK, samples - start) for start in range(0, samples, CHUNK)]
    return np.concatenate([mapping(torch.randn(count, config.z_dim, generator=random).numpy()) for count in counts])


def one_sigma(rows: Floats, w: Floats) -> float:
    """What `rows` `[R, D]` must be multiplied by to be one sigma of W long, w `[N, D]`: std(<w, v>) / <v, v> of a
    single row; of several the root mean square of both parts, so that equal rows are scaled as one is."""
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    acting = lengths > 0
    if not acting.any():
        raise DirectionError("The direction holds only zeros.")
    units = rows[acting] / lengths[acting, None]
    sigmas = (w @ units.T.astype(np.float32)).std(axis=0, dtype=np.float64)
    scale = np.sqrt(np.mean(sigmas**2) / np.mean(lengths[acting] ** 2))
    if not (np.isfinite(scale) and scale > 0):
        raise DirectionError("W of this model does not vary along the direction, so it has no sigma.")
    return float(scale)


def doubt_of(found: Found, w: Floats) -> str:
    """Why `found` looks like a face and not like a direction, one sentence; "" if it does not.

    Directions in the wild have rows of length 0.26 to 1.1, and w+ of faces are at least as long as half the shortest of
    random w `[N, D]`; z has the length of sqrt(D). A file whose format is one of directions is never doubted.
    """
    if not found.bare or found.rows.shape[1] != w.shape[1]:
        return ""
    longest, least = float(np.linalg.norm(found.rows, axis=1).max()), float(np.linalg.norm(w, axis=1).min()) / 2
    if longest < least:
        return ""
    values = found.rows[0]
    chance = len(values) ** -0.5  # by which the mean of that many normal numbers is off
    is_z = abs(longest**2 / len(values) - 1) < 6 * chance and abs(float(values.mean())) < 4 * chance
    what = "z of a face" if is_z else "latent of a face"
    return f"{found.name!r} is as long ({longest:.1f}) as a {what}; directions are shorter than {least:.1f} here."
