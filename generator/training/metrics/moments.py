"""Mean and covariance of vectors that come in portions, in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Moments:
    """Running mean and covariance of vectors `[N, size]`; portions may come in any sizes.

    Chan et al. 1983, "Algorithms for computing the sample variance", equation 2.1, for matrices: portions are
    centred on their own mean, so that nothing is lost where the mean is large beside the spread.
    """

    def __init__(self, size: int) -> None:
        self.count = 0
        self.mean: Array = np.zeros(size)  # [size]
        self._scatter: Array = np.zeros((size, size))  # sum of (x - mean) (x - mean)^T

    def add(self, vectors: NDArray[np.floating]) -> None:
        """Count in vectors `[N, size]`, N may be 0."""
        assert vectors.ndim == 2
        assert vectors.shape[1] == self.mean.size
        added = len(vectors)
        if added == 0:
            return
        mean = vectors.mean(axis=0, dtype=np.float64)
        centred = vectors.astype(np.float64) - mean
        shift, total = mean - self.mean, self.count + added
        self._scatter += centred.T @ centred + np.outer(shift, shift) * (self.count * added / total)
        self.mean = self.mean + shift * (added / total)
        self.count = total

    @property
    def covariance(self) -> Array:
        """`[size, size]`, unbiased (divided by N - 1); needs two vectors."""
        assert self.count >= 2
        return np.asarray(self._scatter / (self.count - 1))
