"""The Fréchet distance between two normal distributions: how far apart two sets of images are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def frechet_distance(mean: Array, covariance: Array, other_mean: Array, other_covariance: Array) -> float:
    """|m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), 0 or more, in squared units of the features.

    Heusel et al. 2017, equation 6 (the square of the distance, as is the custom). C C' is not symmetric, but has the
    eigenvalues of the symmetric C^(1/2) C' C^(1/2): its root's trace is the sum of theirs, for singular C as well.
    Means `[D]`, covariances `[D, D]`.
    """
    assert mean.shape == other_mean.shape
    assert covariance.shape == other_covariance.shape == (mean.size, mean.size)
    root = _square_root(covariance)
    product = root @ other_covariance @ root
    overlap = np.sqrt(np.maximum(np.linalg.eigvalsh((product + product.T) / 2), 0)).sum()
    shift = np.square(mean - other_mean).sum()
    return max(float(shift + np.trace(covariance) + np.trace(other_covariance) - 2 * overlap), 0.0)


def _square_root(covariance: Array) -> Array:
    """The symmetric root of a positive semidefinite matrix; eigenvalues that rounding has made negative are 0."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)
