"""Distances between many vectors, some rows at a time, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating]
ROWS = 1024  # of the distance matrix held at once: 80 MB beside 10,000 others


def distance_rows(vectors: Vectors, others: Vectors) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Euclidean distances `[rows, M]` of vectors `[N, D]` to others `[M, D]`, with the rows that they belong to."""
    centre = others.mean(axis=0, dtype=np.float64)  # about the centre less is lost in |a|^2 - 2 a.b + |b|^2
    b = others - centre
    squares = np.einsum("ij,ij->i", b, b)
    for first in range(0, len(vectors), ROWS):
        rows = slice(first, min(first + ROWS, len(vectors)))
        a = vectors[rows] - centre
        squared = np.einsum("ij,ij->i", a, a)[:, None] - 2 * (a @ b.T) + squares
        yield rows, np.sqrt(np.maximum(squared, 0))


def radii(vectors: Vectors, k: int) -> NDArray[np.float64]:
    """The distance of each of the vectors `[N, D]`, N > k, to its k-th nearest among the others: `[N]`."""
    assert 0 < k < len(vectors)
    found = np.empty(len(vectors))
    for rows, distances in distance_rows(vectors, vectors):
        distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = np.inf  # not to itself
        found[rows] = np.partition(distances, k - 1, axis=1)[:, k - 1]
    return found
