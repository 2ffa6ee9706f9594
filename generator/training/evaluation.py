"""Measure a generator against a data set: everything that makes the numbers comparable comes with them.

Sample i is the face of seed `seed + i`, by the convention of every public StyleGAN tool, so that a sample that
stands out can be opened in the window. Noise is the stored one, classes are zero, and pixels are rounded to bytes as
those of the data are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator.errors import TrainingError
from generator.networks import Generator
from generator.progress import Job, Progress
from generator.recipe.latent import broadcast, truncate, z_from_seed
from generator.recipe.recipe import Truncation
from generator.training.data import ImageSet
from generator.training.features import EFFICIENTNET, FeatureSpace, feature_space
from generator.training.features.reference import LIMIT, Features, FrechetReference
from generator.training.metrics import Neighbours, nearest, precision_and_recall
from generator.training.metrics.coverage import NEIGHBOURS
from generator.training.metrics.path_length import path_length

BATCH = 8  # samples a step
FEWEST_IMAGES = NEIGHBOURS + 1  # of the data, and of samples
SEEDS = 2**32
FRECHET, COVERAGE, COPIES, PATH = "frechet", "coverage", "neighbours", "path-length"
METRICS = (FRECHET, COVERAGE, COPIES, PATH)


@dataclass(frozen=True)
class EvaluationSettings:
    """What a number is measured with: numbers of other settings are not to be compared."""

    samples: int = 2000  # Fréchet distances fall with more
    seed: int = 0  # of the first sample
    psi: float = 1.0  # truncation of every layer; below 1 samples are better and less diverse
    space: str = EFFICIENTNET
    reference: int = LIMIT  # images of the data at most
    segments: int = 500  # of the path length
    metrics: tuple[str, ...] = (FRECHET, COVERAGE, COPIES)

    def __post_init__(self) -> None:
        """Raises `TrainingError`."""
        unknown = [name for name in self.metrics if name not in METRICS]
        if unknown or not self.metrics:
            raise TrainingError(f"{', '.join(unknown) or 'Nothing'} is not a metric; choose from {', '.join(METRICS)}.")
        if min(self.samples, self.reference) < FEWEST_IMAGES or self.segments < 1:
            raise TrainingError(f"{FEWEST_IMAGES} samples, {FEWEST_IMAGES} images and one segment are needed.")
        if not 0 <= self.seed <= SEEDS - max(self.samples, 2 * self.segments):
            raise TrainingError(f"Seed {self.seed} leaves too few of the seeds 0 to {SEEDS - 1} for the samples.")


@dataclass(frozen=True)
class Evaluation:
    """What came out, and of what."""

    settings: EvaluationSettings
    model: str  # content hash
    data: str  # fingerprint
    resolution: int
    images: int  # of the data that were used
    values: dict[str, float] = field(default_factory=dict)
    neighbours: Neighbours | None = None  # indices are those of the data set

    def facts(self) -> dict[str, Any]:
        """For JSON: the values and all that they depend on."""
        idle = {"metrics", "reference"} | (set() if PATH in self.settings.metrics else {"segments"})
        settings = {name: value for name, value in vars(self.settings).items() if name not in idle}
        facts = {"model": self.model, "data": self.data, "resolution": self.resolution, "images": self.images}
        return {**facts, **settings, **self.values}


class Sampler:
    """Seeds -> images of one generator, in batches, where the generator is."""

    def __init__(self, generator: Generator, psi: float = 1.0) -> None:
        self._generator, self._truncation = generator, Truncation(psi=psi)
        self._config = generator.config

    def w(self, seeds: Sequence[int]) -> Tensor:
        """w `[N, w_dim]` of the seeds, not truncated."""
        z = np.concatenate([z_from_seed(seed, self._config.z_dim) for seed in seeds])
        return self._generator.mapping(torch.from_numpy(z).to(self._generator.w_avg.device))

    def draw(self, w: Tensor) -> Tensor:
        """w -> images `[N, 3, R, R]`, about [-1, 1]; grey ones are given three equal channels."""
        ws = truncate(broadcast(w, self._config.num_ws), self._generator.class_average(None), self._truncation)
        images = self._generator.synthesis(ws).float()
        return images.expand(-1, 3, -1, -1)

    @torch.inference_mode()
    def __call__(self, seeds: Sequence[int]) -> Tensor:
        """uint8 `[N, 3, R, R]`, as the samples would be saved."""
        return (self.draw(self.w(seeds)) * 127.5 + 128).clamp(0, 255).to(torch.uint8)


def sampling(sampler: Sampler, space: FeatureSpace, seeds: Sequence[int]) -> Job[Features]:
    """The features `[N, size]` of the samples of `seeds`."""
    features = np.empty((len(seeds), space.size), np.float32)
    for first in range(0, len(seeds), BATCH):
        yield Progress(first, len(seeds), "Drawing samples")
        images = sampler(seeds[first : first + BATCH]).float() / 127.5 - 1
        features[first : first + len(images)] = space(images).cpu().numpy()
    return features


def evaluating(generator: Generator, images: ImageSet, settings: EvaluationSettings) -> Job[Evaluation]:
    """Measure `generator`, on whatever device it is, against `images` at its own resolution.

    Raises `TrainingError` where the extra is missing or the data are too few, and `DatasetError` where they lack the
    resolution.
    """
    if images.count < FEWEST_IMAGES:
        raise TrainingError(f"{images.folder} holds {images.count} images; at least {FEWEST_IMAGES} are needed.")
    resolution = generator.config.img_resolution
    space = feature_space(settings.space, str(generator.w_avg.device))
    sampler = Sampler(generator, settings.psi)
    reference = yield from FrechetReference.measuring(space, images, resolution, settings.reference)
    values: dict[str, float] = {}
    neighbours: Neighbours | None = None
    if set(settings.metrics) - {PATH}:
        seeds = range(settings.seed, settings.seed + settings.samples)
        features = yield from sampling(sampler, space, seeds)
        yield Progress(settings.samples, settings.samples, "Comparing")
        values, neighbours = _compared(features, reference, settings.metrics)
    if PATH in settings.metrics:
        values["path_length"] = yield from _path_length(sampler, space, settings)
    return Evaluation(settings, generator.hash, images.fingerprint, resolution, reference.count, values, neighbours)


def _compared(
    features: Features, reference: FrechetReference, metrics: Sequence[str]
) -> tuple[dict[str, float], Neighbours | None]:
    """What is said of samples by their features."""
    values: dict[str, float] = {}
    if FRECHET in metrics:
        values["frechet"] = reference.distance(features)
    if COVERAGE in metrics:
        values["precision"], values["recall"] = precision_and_recall(reference.features, features)
    if COPIES not in metrics:
        return values, None
    found = nearest(reference.features, features)
    values["nearest_closest"] = float(found.distance.min())
    values["nearest_median"] = float(np.median(found.distance))
    values["nearest_close"] = found.close
    values["share_close"] = found.share_close
    return values, Neighbours(_of_data_set(found.index, reference), found.distance, found.close)


def _of_data_set(index: NDArray[np.intp], reference: FrechetReference) -> NDArray[np.intp]:
    return reference.indices[index].astype(np.intp)


def _path_length(sampler: Sampler, space: FeatureSpace, settings: EvaluationSettings) -> Job[float]:
    seeds = range(settings.seed, settings.seed + 2 * settings.segments)
    with torch.inference_mode():
        ws = sampler.w(seeds)

    @torch.inference_mode()
    def draw(w: Tensor) -> Tensor:
        return sampler.draw(w)

    return (yield from path_length(ws[::2], ws[1::2], draw, space, settings.seed))
