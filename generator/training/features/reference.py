"""The features of a data set, which every measure is taken against: reckoned once, then kept in the cache folder."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from generator.errors import ExportError, LatentError, refusing
from generator.progress import Job, Progress, finish
from generator.storage.arrays import read_npz
from generator.storage.atomic import atomic_write
from generator.storage.regular_file import read_regular
from generator.training.data import ImageSet
from generator.training.features.space import FeatureSpace
from generator.training.metrics import Moments, frechet_distance

Features = NDArray[np.float32]  # [N, size]
BATCH = 16  # images a step
LIMIT = 10_000  # images that are used by default
SPARE = 10_000  # bytes of a cached file beside its numbers
VERSION = 1  # of the feature spaces: another one makes cached features worthless


@dataclass(frozen=True)
class FrechetReference:
    """What samples are compared with: features of some images of one data set at one resolution."""

    features: Features
    indices: NDArray[np.int64]  # [N] which images of the data set
    mean: NDArray[np.float64]  # [size]
    covariance: NDArray[np.float64]  # [size, size]
    space: str
    resolution: int
    fingerprint: str  # of the data set

    @property
    def count(self) -> int:
        """How many images it is made of."""
        return len(self.features)

    @classmethod
    def of(cls, space: FeatureSpace, images: ImageSet, resolution: int, limit: int = LIMIT) -> FrechetReference:
        """`measuring`, run to its end."""
        return finish(cls.measuring(space, images, resolution, limit))

    @classmethod
    def measuring(
        cls, space: FeatureSpace, images: ImageSet, resolution: int, limit: int = LIMIT
    ) -> Job[FrechetReference]:
        """The reference of `limit` images spread evenly over the data set, or of all; cached ones are taken.

        Where the cache cannot be written they are reckoned again next time. Raises `DatasetError` where the data set
        lacks the resolution.
        """
        assert limit >= 2
        pixels = images.pixels(resolution)
        indices = np.linspace(0, images.count - 1, min(limit, images.count)).round().astype(np.int64)
        path = _path(space.name, images.fingerprint, resolution, len(indices))
        features = _cached(path, (len(indices), space.size))
        if features is None:
            features = yield from _looking_at(space, pixels, indices)
            _keep(path, features)
        mean, covariance = moments_of(features)
        return cls(features, indices, mean, covariance, space.name, resolution, images.fingerprint)

    def distance(self, features: Features) -> float:
        """The Fréchet distance of samples with `features` `[M, size]`, M > 1."""
        return frechet_distance(*moments_of(features), self.mean, self.covariance)


def moments_of(features: Features) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean `[size]` and covariance `[size, size]`."""
    moments = Moments(features.shape[1])
    moments.add(features)
    return moments.mean, moments.covariance


def as_images(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """uint8 `[N, H, W, 3]` -> float32 `[N, 3, H, W]` in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))).float() / 127.5 - 1


def _looking_at(space: FeatureSpace, pixels: NDArray[np.uint8], indices: NDArray[np.int64]) -> Job[Features]:
    features = np.empty((len(indices), space.size), np.float32)
    for first in range(0, len(indices), BATCH):
        yield Progress(first, len(indices), "Computing features of the data")
        rows = indices[first : first + BATCH]
        features[first : first + len(rows)] = space(as_images(pixels[rows])).cpu().numpy()
    return features


def _cached(path: Path, shape: tuple[int, int]) -> Features | None:
    """The features in `path`, or None if there are none, others, or a damaged file."""
    try:
        most = 4 * shape[0] * shape[1] + SPARE
        with refusing(LatentError, "The cache is damaged."):
            features = np.asarray(read_npz(read_regular(path, most), most)["features"], np.float32)
    except (OSError, LatentError, MemoryError):
        return None
    return features if features.shape == shape and bool(np.isfinite(features).all()) else None


def _keep(path: Path, features: Features) -> None:
    with suppress(OSError, ExportError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            np.savez(file, features=features)


def _path(space: str, fingerprint: str, resolution: int, count: int) -> Path:
    name = f"{space}-{VERSION}-{fingerprint[:16]}-{resolution}-{count}.npz"
    return Path(user_cache_dir("outis"), "features", name)
