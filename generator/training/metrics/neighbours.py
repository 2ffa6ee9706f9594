"""The image of the data that is nearest to each sample: has the model learnt faces, or copied them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.training.metrics.distances import Vectors, distance_rows, radii

CLOSE = 0.01  # the share of the data that is closer to another image of the data than "close" means


@dataclass(frozen=True)
class Neighbours:
    """For each sample its nearest in the data; distances are in units of the data's own."""

    index: NDArray[np.intp]  # [M] of the data
    distance: NDArray[np.float64]  # [M]; 1 = as far as half of the data are from their nearest
    close: float  # one in a hundred images of the data has another one within this distance

    @property
    def closest(self) -> NDArray[np.intp]:
        """Samples, the one nearest to the data first."""
        return np.argsort(self.distance, kind="stable")

    @property
    def share_close(self) -> float:
        """The share of samples within `close`: about 0.01 where samples are like fresh data, more for copies."""
        return float((self.distance < self.close).mean())


def nearest(data: Vectors, samples: Vectors) -> Neighbours:
    """The nearest of data `[N, D]`, N > 1, to each of samples `[M, D]`, in Euclidean distance."""
    own = radii(data, 1)
    unit = float(np.median(own)) or 1.0  # data that are copies of each other have no distance to compare with
    index, distance = np.empty(len(samples), np.intp), np.empty(len(samples))
    for rows, distances in distance_rows(samples, data):
        index[rows] = distances.argmin(axis=1)
        distance[rows] = distances.min(axis=1)
    return Neighbours(index, distance / unit, float(np.quantile(own, CLOSE)) / unit)
