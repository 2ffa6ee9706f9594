"""Precision and recall: how many samples look like data, and how much of the data the samples can look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.training.metrics.distances import Vectors, distance_rows, radii

NEIGHBOURS = 3  # k of the paper


def precision_and_recall(data: Vectors, samples: Vectors, k: int = NEIGHBOURS) -> tuple[float, float]:
    """(precision, recall) of samples `[M, D]` against data `[N, D]`, each 0..1; N and M larger than k.

    Kynkäänniemi et al. 2019, equations 1-3: a set covers a vector that lies within the distance from one of its own
    to that one's k-th nearest. Comparable only for the same space, k, N and M.
    """
    return covered(samples, data, radii(data, k)), covered(data, samples, radii(samples, k))


def covered(vectors: Vectors, centres: Vectors, radius: NDArray[np.float64]) -> float:
    """The share of vectors that lie in one of the balls about `centres` `[N, D]` with `radius` `[N]`."""
    inside = [(distances <= radius).any(axis=1) for _, distances in distance_rows(vectors, centres)]
    return float(np.concatenate(inside).mean())
