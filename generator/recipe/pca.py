"""Principal components of W: the axes along which the latents of a mapping network vary most.

Härkönen et al. 2020 (GANSpace), section 3.1, with the exact eigenvectors of the sample covariance in place of an
incremental estimate: only sums of w and of w wᵀ are kept, so memory does not grow with the samples. The mapping network
is any function from z to w. All heavy work is done by torch: alternating with numpy's threads would cost a third of the
time.

A model without W has none to decompose. There the components are those of its first features, each regressed to the
latent that it is moved by (the same paper, section 3.2, which does so for BigGAN).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from generator.errors import LatentError, refusing
from generator.progress import Job, Progress
from generator.recipe.recipe import Direction, Floats, pack
from generator.storage.arrays import floats_in, read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

SAMPLES = 100_000
COMPONENTS = 64  # the first 64 hold three quarters of the variance of the shipped model
MAX_CACHE = 128_000_000  # bytes: 512 components of as many numbers, and the cloud, have 5 million
FEATURE_SAMPLES = 4096  # of first features, which are some 10,000 numbers each: 200 MB
FEATURE_CHUNK = 128  # samples per step, each of which costs as much as a few hundred w
CLOUD = 2000  # points kept for the map
CHUNK = 2048  # samples per step: large enough for the matrix products, short enough (~60 ms) for a frame in between

Mapping = Callable[[Floats], Floats]  # z [N, z_dim] -> w [N, w_dim], both float32
Features = Callable[[Floats], Floats]  # w [N, w_dim] -> first features [N, F], both float32
_ARRAYS = ("mean", "components", "sigma", "explained", "cloud")
_LARGEST = 1e6  # of a sigma, and of a coordinate in sigma; those of public models are below 100
_TINY = np.finfo(np.float32).tiny  # a component without spread has coordinate 0, not 0/0


@dataclass(frozen=True)
class Pca:
    """The k strongest principal components of W, strongest first; all arrays float32."""

    mean: Floats  # [w_dim]
    components: Floats  # [k, w_dim], orthonormal rows (of a model without W nearly); a row's largest entry is positive
    sigma: Floats  # [k] standard deviation of w along each component
    explained: Floats  # [k] share of the total variance of W, or of the first features
    cloud: Floats  # [2000, k] coordinates of random w, in sigma
    samples: int  # how many w were sampled
    model: str  # content hash of the model

    def direction(self, index: int) -> Direction:
        """Component `index` as a direction "pc{index}": one sigma long, on every layer."""
        return Direction(f"pc{index}", pack(self.sigma[index] * self.components[index]))

    def coordinates(self, w: Floats) -> Floats:
        """The coordinates of w `[..., w_dim]` on the components, `[..., k]` in sigma; the mean of W is 0."""
        scores = (w - self.mean) @ self.components.T
        return np.asarray(scores / np.maximum(self.sigma, _TINY), dtype=np.float32)


def fitting(
    mapping: Mapping,
    z_dim: int,
    model: str,
    samples: int = SAMPLES,
    components: int = COMPONENTS,
    seed: int = 0,
    features: Features | None = None,
) -> Job[Pca]:
    """Fit the components to `samples` (2 or more) random w, or to their `features`. The same seed gives the same ones.

    Example:
        >>> from generator.progress import finish
        >>> from generator.recipe import pca
        >>> found = finish(pca.fitting(lambda z: 2 * z, z_dim=8, model="", samples=1000, components=3))
        >>> found.components.shape, found.direction(0).name
        ((3, 8), 'pc0')
    """
    assert samples >= 2
    import torch  # late: the window imports this module before torch is loaded

    random = torch.Generator().manual_seed(seed)
    if features is not None:
        z = torch.randn(samples, z_dim, generator=random).numpy()
        return (yield from _fitting_features(mapping(z), features, components, model))
    moments, cloud = _Moments(), np.empty((0, 0), np.float32)
    while moments.count < samples:
        yield Progress(moments.count, samples, "Computing principal components")
        w = mapping(torch.randn(min(CHUNK, samples - moments.count), z_dim, generator=random).numpy())
        cloud = w[:CLOUD].copy() if moments.count == 0 else cloud
        moments.add(w)
    return _decompose(moments, cloud, components, model)


def _fitting_features(w: Floats, features: Features, components: int, model: str) -> Job[Pca]:
    """Components of the features of w `[N, w_dim]`, each as the move of w that goes with one sigma of it: the least
    squares of w on the coordinates (GANSpace, eq. 3)."""
    import torch

    seen = []
    for start in range(0, len(w), FEATURE_CHUNK):
        yield Progress(start, len(w), "Computing principal components")
        seen.append(torch.from_numpy(features(w[start : start + FEATURE_CHUNK])))
    drawn = torch.cat(seen)
    drawn -= drawn.mean(dim=0)
    count, centred = min(components, w.shape[1]), torch.from_numpy(w - w.mean(axis=0))
    with torch.random.fork_rng(devices=[]):  # it is random where it looks, hardly in what it finds
        torch.manual_seed(0)
        places, spreads, _ = torch.pca_lowrank(drawn, min(count + 16, *drawn.shape), center=False)
    moves = (places[:, :count].t() @ centred / (len(w) - 1) ** 0.5).numpy()  # coordinates are uncorrelated
    sigma = np.linalg.norm(moves, axis=1)
    pca = Pca(
        mean=w.mean(axis=0),
        components=_signed(moves / np.maximum(sigma, _TINY)[:, None]),
        sigma=sigma,
        explained=(spreads[:count] ** 2 / drawn.norm() ** 2).numpy(),
        cloud=np.empty((0, len(moves)), np.float32),
        samples=len(w),
        model=model,
    )
    return replace(pca, cloud=pca.coordinates(w[:CLOUD]))


def _signed(rows: Floats) -> Floats:
    """The rows `[k, w_dim]`, their largest entries positive."""
    return np.ascontiguousarray(rows * np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)])[:, None])


class _Moments:
    """Running mean and covariance: float32 products of one chunk at a time, summed in float64.

    Sums are taken about the first chunk's mean, so that little precision is lost to the common offset.
    """

    def __init__(self) -> None:
        self.count = 0

    def add(self, w: Floats) -> None:
        import torch

        if self.count == 0:
            self._centre = w.mean(axis=0, dtype=np.float64).astype(np.float32)
            self._sum = np.zeros(w.shape[1])
            self._products = np.zeros((w.shape[1], w.shape[1]))
        self.count += len(w)
        centred = torch.from_numpy(w) - torch.from_numpy(self._centre)
        self._sum += centred.sum(dim=0, dtype=torch.float64).numpy()
        self._products += (centred.t() @ centred).numpy()

    @property
    def mean(self) -> NDArray[np.float64]:
        return np.asarray(self._centre + self._sum / self.count)

    @property
    def covariance(self) -> NDArray[np.float64]:
        return np.asarray((self._products - np.outer(self._sum, self._sum) / self.count) / (self.count - 1))


def _decompose(moments: _Moments, cloud: Floats, components: int, model: str) -> Pca:
    variances, vectors = np.linalg.eigh(moments.covariance)
    variances = np.maximum(variances[::-1], 0)  # eigh sorts upwards, and rounds a zero to either side
    rows = _signed(vectors.T[::-1][:components])
    pca = Pca(
        mean=moments.mean.astype(np.float32),
        components=np.ascontiguousarray(rows, np.float32),
        sigma=np.sqrt(variances[: len(rows)]).astype(np.float32),
        explained=(variances[: len(rows)] / max(variances.sum(), _TINY)).astype(np.float32),
        cloud=np.empty((0, len(rows)), np.float32),
        samples=moments.count,
        model=model,
    )
    return replace(pca, cloud=pca.coordinates(cloud))


def cached(model: str, samples: int = SAMPLES, components: int = COMPONENTS, w_dim: int | None = None) -> Pca | None:
    """The components that `store` cached, or None if there are none, too few, or the file is damaged.

    With `w_dim`, components of another size also count as none.
    """
    try:
        with refusing(LatentError, "The cache is damaged."):
            arrays = read_npz(read_regular(_path(model, samples), MAX_CACHE))
            values = {name: floats_in(arrays[name]) for name in _ARRAYS}
    except (OSError, LatentError):
        return None
    pca = Pca(samples=samples, model=model, **values)
    fits = _is_whole(pca) and w_dim in (None, pca.mean.size)
    return pca if fits and len(pca.components) >= min(components, pca.mean.size) else None


def store(pca: Pca) -> None:
    """Store the components in the user's cache folder. Raises `ExportError` if it cannot be written."""
    path = _path(pca.model, pca.samples)
    make_folder(path.parent)
    with atomic_write(path) as file:
        np.savez(file, **{name: getattr(pca, name) for name in _ARRAYS})


def _path(model: str, samples: int) -> Path:
    return Path(user_cache_dir("outis"), "pca", f"{model}-{samples}.npz")


def _is_whole(pca: Pca) -> bool:
    k, w_dim = pca.components.shape if pca.components.ndim == 2 else (-1, -1)
    shapes = pca.mean.shape == (w_dim,) and pca.sigma.shape == pca.explained.shape == (k,)
    shapes = shapes and pca.cloud.ndim == 2 and pca.cloud.shape[1] == k and len(pca.cloud) <= CLOUD
    return shapes and all((np.abs(getattr(pca, name)) <= _LARGEST).all() for name in _ARRAYS)  # NaN is not below
