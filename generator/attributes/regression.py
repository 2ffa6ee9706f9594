"""From measured faces to selective directions: ridge regression, then the shortest move with bounded side effects.

Coordinates are those of the principal components, in sigma, so the length of a move measures how improbable it is.
Attributes are in standard deviations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RIDGE = 60.0  # added to the diagonal of a Gram matrix that grows with the number of faces, about 3000
CLIP = 4.0  # standard deviations; one face whose landmarks were lost must not bend a direction
_SWEEPS = 2000  # of Hildreth's method; some hundred are enough for 15 attributes


def sensitivities(coordinates: Array, attributes: Array) -> Array:
    """How much each attribute grows with one sigma of each component, `[k, A]`.

    coordinates `[N, k]` in sigma, attributes `[N, A]` in standard deviations. Hoerl & Kennard 1970.
    """
    centred = np.clip(attributes - attributes.mean(axis=0), -CLIP, CLIP)
    gram = coordinates.T @ coordinates + RIDGE * np.eye(coordinates.shape[1])
    return np.asarray(np.linalg.solve(gram, coordinates.T @ (centred - centred.mean(axis=0))))


def selective_move(slopes: Array, wanted: int, tolerance: float, offsets: Array | None = None) -> Array:
    """The shortest move `[k]` that raises attribute `wanted` by 1 and every other one by `tolerance` at most.

    slopes `[k, A]` from `sensitivities`; offsets `[A]`: side effects that were measured beyond what the slopes
    predict, per unit of the wanted attribute, for the move to compensate. A tolerance of 0 would orthogonalise
    fully, and leave little of an attribute that comes with others, like age with glasses; a small one costs
    nothing that is seen and keeps two to three times the effect.

    A quadratic programme, solved by Hildreth's method (1957): cyclic ascent on the multipliers.
    """
    offsets = np.zeros(slopes.shape[1]) if offsets is None else offsets
    others = np.arange(slopes.shape[1]) != wanted
    normals = np.concatenate(
        [-slopes[:, [wanted]].T, slopes[:, others].T, -slopes[:, others].T]
    )  # normals @ v <= bounds
    bounds = np.concatenate([[-1.0], tolerance - offsets[others], tolerance + offsets[others]])
    gram, multipliers = normals @ normals.T, np.zeros(len(normals))
    for _ in range(_SWEEPS):
        before = multipliers.copy()
        for i, row in enumerate(gram):
            multipliers[i] = max(0.0, multipliers[i] - (row @ multipliers + bounds[i]) / max(row[i], 1e-12))
        if np.allclose(before, multipliers, rtol=1e-6, atol=1e-9):
            break
    return np.asarray(-normals.T @ multipliers)
