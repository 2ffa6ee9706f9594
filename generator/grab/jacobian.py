"""How a face moves with W+: one Jacobian a model, the mean over faces, as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from platformdirs import user_cache_dir

import weights
from generator.errors import LatentError, refusing
from generator.faces.networks import POINTS
from generator.grab.moves import MoveSpace
from generator.recipe.recipe import Floats
from generator.storage.arrays import Array, read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

SUFFIX = ".grab.npz"
COLOURS = 9  # L*, a*, b* of hair, skin and background
MAX_FILE = 64_000_000  # bytes; that of the shipped model has 1 million
_ARRAYS = ("components", "mesh", "colours", "cost")
_LARGEST = 1e4  # of any number in it; those of faces are below 100


@dataclass(frozen=True)
class Jacobian:
    """Changes for each sigma of a move of its `space`, float32; `n` is the size of the space."""

    model: str  # content hash
    space: MoveSpace
    mesh: Floats  # [936, n] x and y of the points, as shares of the side of the picture
    colours: Floats  # [9, n] L*, a*, b* of hair, skin and background
    cost: Floats  # [n] how much a move changes what is not measured, such as who it is: about 0.02..0.1

    @property
    def is_whole(self) -> bool:
        """Whether its arrays fit each other and contain numbers of a usable size."""
        n = self.space.size
        shapes = (self.mesh.shape, self.colours.shape, self.cost.shape) == ((2 * POINTS, n), (COLOURS, n), (n,))
        arrays = (self.space.components, self.mesh, self.colours, self.cost)
        return shapes and all(bool((np.abs(array) <= _LARGEST).all()) for array in arrays)  # NaN is not below


def known(model: str, num_ws: int, w_dim: int) -> Jacobian | None:
    """The Jacobian of a model by its hash: the shipped one, or what `store` cached; None if there is none."""
    for path in (*sorted(Path(weights.__file__).parent.glob(f"*{SUFFIX}")), _cache(model)):
        try:
            found = load(path, num_ws)
        except (OSError, LatentError):
            continue
        if found.model == model and found.space.components.shape[1] == w_dim:
            return found
    return None


def load(path: Path, num_ws: int) -> Jacobian:
    """Read what `save` wrote, for a model of `num_ws` layers. Raises `LatentError` or `OSError`."""
    with refusing(LatentError, f"{path.name} is damaged."):
        arrays = read_npz(read_regular(path, MAX_FILE))
        components, mesh, colours, cost = (_float32(arrays[name]) for name in _ARRAYS)
        jacobian = Jacobian(str(arrays["model"]), MoveSpace(components, num_ws), mesh, colours, cost)
        if not jacobian.is_whole:
            raise ValueError("arrays of other shapes")
    return jacobian


def save(jacobian: Jacobian, path: Path) -> None:
    """Write it as float16. Raises `ExportError`."""
    arrays = {name: getattr(jacobian, name) for name in _ARRAYS[1:]} | {"components": jacobian.space.components}
    with atomic_write(path) as file:
        np.savez_compressed(
            file, model=np.array(jacobian.model), **{name: np.float16(array) for name, array in arrays.items()}
        )


def store(jacobian: Jacobian) -> None:
    """Save it in the user's cache folder. Raises `ExportError`."""
    path = _cache(jacobian.model)
    make_folder(path.parent)
    save(jacobian, path)


def without_layers(jacobian: Jacobian, unmoved: frozenset[int]) -> Jacobian:
    """The same for moves that leave the groups of layers `unmoved` as they are."""
    k = len(jacobian.space.components)
    keep = np.repeat([group not in unmoved for group in range(len(jacobian.space.groups))], k).astype(np.float32)
    return replace(jacobian, mesh=jacobian.mesh * keep, colours=jacobian.colours * keep)


def _cache(model: str) -> Path:
    return Path(user_cache_dir("outis"), "grab", f"{model}{SUFFIX}")


def _float32(values: Array) -> Floats:
    if values.dtype.kind != "f":
        raise ValueError("not floats")
    return np.asarray(values, np.float32)
