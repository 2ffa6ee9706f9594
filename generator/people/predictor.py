"""What will be measured of a face, told from its w before it is rendered: a regression for each model, as a file.

Each measure is a quadratic function of where w lies on the principal components of W: linear in all of them, with the
products of the strongest. A face costs a tenth of a second to render and measure, and a microsecond to predict.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from platformdirs import user_cache_dir

import weights
from generator.errors import LatentError, refusing
from generator.recipe.recipe import Direction, Floats, pack
from generator.storage.arrays import floats_in, read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

SUFFIX = ".people.npz"
TYPICAL_PSI = 0.78  # root mean square of the truncation of the faces it is learnt from
_MAX_FILE = 64_000_000  # bytes; that of the shipped model has less than a million
_LARGEST = 1e6  # of any number in it
_HALVES = ("components", "slopes", "curvatures")
_ARRAYS = ("mean", "sigma", *_HALVES, "constant", "scale", "residual", "explained")


@dataclass(frozen=True, eq=False)
class Predictor:
    """Predicts `names` from w. Arrays are float32; K components, of whose first Q the products count, A measures."""

    model: str  # content hash
    faces: int  # that were rendered and measured to learn it
    names: tuple[str, ...]  # [A] measures
    mean: Floats  # [D] of W
    components: Floats  # [K, D] orthonormal rows
    sigma: Floats  # [K] standard deviation of w along each
    slopes: Floats  # [K, A] per sigma of a component, in units of `scale`
    curvatures: Floats  # [Q (Q + 1) / 2, A] per product of two components, in units of `scale`
    constant: Floats  # [A] what is predicted of the mean of W
    scale: Floats  # [A] standard deviation of each measure over the faces, in its own unit
    residual: Floats  # [A] standard deviation of what is not predicted, on faces left out, in the measure's unit
    explained: Floats  # [A] R2 on faces left out: the share of the variance that is predicted

    def predict(self, w: Floats) -> Floats:
        """The measures `[N, A]`, float32 in their units, of w `[N, D]`: truncated, as it is rendered."""
        with torch.inference_mode():
            at = torch.from_numpy(w - self.mean) @ torch.from_numpy(self.components.T / self.sigma)
            found = at @ torch.from_numpy(self.slopes) + products(at, self._paired) @ torch.from_numpy(self.curvatures)
        return np.asarray(self.constant + self.scale * found.numpy(), np.float32)

    def index(self, name: str) -> int:
        """The place of the measure `name`. Raises `KeyError` where it is not predicted."""
        if name not in self.names:
            raise KeyError(name)
        return self.names.index(name)

    def toward(self, name: str) -> tuple[Direction, float]:
        """The shortest way to more of a measure: a direction in W one sigma long, and how much each sigma adds.

        Shortest in standard deviations of W, so that it leads where faces are: b / |b| on the whitened components, with
        b the linear slopes.
        """
        slopes = self.slopes[:, self.index(name)].astype(np.float64)
        length = max(float(np.linalg.norm(slopes)), 1e-12)
        vector = (slopes / length * self.sigma) @ self.components
        return Direction(name, pack(vector.astype(np.float32))), length * float(self.scale[self.index(name)])

    @property
    def _paired(self) -> int:
        return paired(len(self.curvatures))

    @property
    def is_whole(self) -> bool:
        """Whether its arrays fit each other and contain numbers of a usable size."""
        if self.components.ndim != 2:
            return False
        (k, d), a, q = self.components.shape, len(self.names), self._paired
        shapes = {"mean": (d,), "sigma": (k,), "slopes": (k, a), "curvatures": (q * (q + 1) // 2, a)}
        shapes |= dict.fromkeys(("constant", "scale", "residual", "explained"), (a,))
        fits = q <= k and all(getattr(self, name).shape == shape for name, shape in shapes.items())
        sizes = all(bool((np.abs(getattr(self, name)) <= _LARGEST).all()) for name in _ARRAYS)  # NaN is not below
        return fits and sizes and all(bool((each > 0).all()) for each in (self.sigma, self.scale, self.residual))


def products(at: torch.Tensor, paired: int) -> torch.Tensor:
    """The products of the first `paired` coordinates, squares included: `[N, K]` to `[N, Q (Q + 1) / 2]`."""
    rows, columns = torch.triu_indices(paired, paired)
    return at[:, rows] * at[:, columns]


def paired(products: int) -> int:
    """How many coordinates have that many products."""
    return int(np.sqrt(2 * products))  # Q^2 <= Q (Q + 1) < (Q + 1)^2


def known(model: str, w_dim: int) -> Predictor | None:
    """The predictor of a model by its hash: the shipped one, or what `store` cached; None if there is none.

    A file of the cache that cannot be read counts as none.
    """
    for path in (*sorted(Path(weights.__file__).parent.glob(f"*{SUFFIX}")), cache_path(model)):
        try:
            found = load(path)
        except (OSError, LatentError):
            continue
        if found.model == model and found.mean.size == w_dim:
            return found
    return None


def load(path: Path) -> Predictor:
    """Read what `save` wrote. Raises `LatentError` or `OSError`."""
    with refusing(LatentError, f"{path.name} is damaged."):
        arrays = read_npz(read_regular(path, _MAX_FILE))
        values = {name: floats_in(arrays[name]) for name in _ARRAYS}
        names = tuple(str(name) for name in arrays["names"])
        predictor = Predictor(str(arrays["model"]), int(arrays["faces"]), names, **values)
        if not predictor.is_whole:
            raise ValueError("arrays that do not fit each other")
    return predictor


def save(predictor: Predictor, path: Path) -> None:
    """Write it; the large arrays as float16, which is finer than what is predicted. Raises `ExportError`."""
    arrays: dict[str, Any] = {name: getattr(predictor, name) for name in _ARRAYS}
    arrays |= {name: np.float16(arrays[name]) for name in _HALVES}
    arrays |= {name: np.array(getattr(predictor, name)) for name in ("model", "faces", "names")}
    with atomic_write(path) as file:
        np.savez_compressed(file, **arrays)


def store(predictor: Predictor) -> None:
    """Save it in the user's cache folder. Raises `ExportError`."""
    path = cache_path(predictor.model)
    make_folder(path.parent)
    save(predictor, path)


def cache_path(model: str) -> Path:
    """Where the predictor of the model with this hash is cached."""
    return Path(user_cache_dir("outis"), "people", f"{model[:64]}{SUFFIX}")
