"""How a face moves with W+: one Jacobian a model, the mean over faces, as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_dir

import weights
from generator.errors import LatentError, refusing
from generator.faces.points import HELD_COUNT
from generator.grab.moves import MoveSpace
from generator.recipe.recipe import Floats
from generator.storage.arrays import floats_in, read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

SUFFIX = ".grab.npz"
COLOURS = 9  # L*, a*, b* of hair, skin and background
MAX_FILE = 64_000_000  # bytes; that of the shipped model has half a million
_ARRAYS = ("vectors", "points", "colours", "cost")
_LARGEST = 1e4  # of any number in it; those of faces are below 100


@dataclass(frozen=True, eq=False)
class Jacobian:
    """Changes for each unit of a move of its `space`, float32; `n` is the size of the space."""

    model: str  # content hash
    space: MoveSpace
    points: Floats  # [2 * HELD_COUNT, n] x and y of the points, as shares of the side of the picture
    colours: Floats  # [9, n] L*, a*, b* of hair, skin and background
    cost: Floats  # [n, n] positive definite: the square of how far a move changes who it is

    @property
    def is_whole(self) -> bool:
        """Whether its arrays fit each other and contain numbers of a usable size."""
        n = self.space.size
        shapes = (self.points.shape, self.colours.shape, self.cost.shape) == ((2 * HELD_COUNT, n), (COLOURS, n), (n, n))
        arrays = (self.space.vectors, self.points, self.colours, self.cost)
        return shapes and all(bool((np.abs(array) <= _LARGEST).all()) for array in arrays)  # NaN is not below


def known(model: str, num_ws: int, w_dim: int) -> Jacobian | None:
    """The Jacobian of a model by its hash: the shipped one, or what `store` cached; None if there is none."""
    for path in (*sorted(Path(weights.__file__).parent.glob(f"*{SUFFIX}")), _cache(model)):
        try:
            found = load(path)
        except (OSError, LatentError):
            continue
        if found.model == model and (found.space.num_ws, found.space.w_dim) == (num_ws, w_dim):
            return found
    return None


def load(path: Path) -> Jacobian:
    """Read what `save` wrote. Raises `LatentError` or `OSError`."""
    with refusing(LatentError, f"{path.name} is damaged."):
        arrays = read_npz(read_regular(path, MAX_FILE))
        vectors, points, colours, cost = (floats_in(arrays[name]) for name in _ARRAYS)
        if vectors.ndim != 3:
            raise ValueError("vectors of another shape")
        jacobian = Jacobian(str(arrays["model"]), MoveSpace(vectors), points, colours, cost)
        if not jacobian.is_whole:
            raise ValueError("arrays of other shapes")
    return jacobian


def save(jacobian: Jacobian, path: Path) -> None:
    """Write it as float16, which is finer than what is measured. Raises `ExportError`."""
    arrays = {"vectors": jacobian.space.vectors, "points": jacobian.points, "colours": jacobian.colours}
    halves: dict[str, Any] = {name: np.float16(array) for name, array in arrays.items()}
    with atomic_write(path) as file:
        np.savez_compressed(file, model=np.array(jacobian.model), cost=jacobian.cost, **halves)


def store(jacobian: Jacobian) -> None:
    """Save it in the user's cache folder. Raises `ExportError`."""
    path = _cache(jacobian.model)
    make_folder(path.parent)
    save(jacobian, path)


def _cache(model: str) -> Path:
    return Path(user_cache_dir("outis"), "grab", f"{model}{SUFFIX}")
