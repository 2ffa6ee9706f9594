"""From measured faces to selective moves: ridge regression, then the cheapest move with bounded side effects.

A move has a row of component coordinates for each group of layers, in sigma, laid out flat: `[groups * k]`. Attributes
are in standard deviations. What is cheap is what keeps the person: the cost of a move is the squared change of the
face's embedding that it is expected to make.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RIDGE = 120.0  # added to the diagonal of a Gram matrix that grows with the number of faces, about 2000
CLIP = 4.0  # standard deviations; one face whose landmarks were lost must not bend a direction
SLACK = 0.04  # inverse price of a side effect beyond its bound: some bounds would cost the person, not just length
_SWEEPS = 500  # of Hildreth's method; some hundred are enough for 50 attributes


def sensitivities(coordinates: Array, outcomes: Array, ridge: float = RIDGE) -> Array:
    """How much each outcome grows with one sigma of each coordinate, `[D, A]`. Hoerl & Kennard 1970.

    coordinates `[N, D]` in sigma; outcomes `[N, A]` in standard deviations, NaN where a face could not be measured.
    """
    gram = coordinates.T @ coordinates + ridge * np.eye(coordinates.shape[1])
    return np.asarray(np.linalg.solve(gram, coordinates.T @ centred(outcomes)))


def centred(outcomes: Array) -> Array:
    """Outcomes `[N, A]` about their means, with wild ones clipped and missing ones at the mean."""
    values = np.clip(outcomes - np.nanmean(outcomes, axis=0), -CLIP, CLIP)
    return np.asarray(np.nan_to_num(values - np.nanmean(values, axis=0)))


@dataclass(frozen=True)
class Cost:
    """The quadratic price of moves: `v @ matrix @ v`."""

    matrix: Array  # [D, D], positive definite

    @classmethod
    def of(cls, embedding: Array, restless: Array, share: float, weight: float = 1.0) -> Cost:
        """The price of changing the person.

        embedding: `[D, 128]`, what a sigma of each coordinate does to the embedding of all faces alike. restless:
        `[D]`, the squared change by what differs from face to face, which no regression over faces finds. share: 0..1,
        the part of the price that is the person's; the rest is the plain length of the move, all of 0.
        """
        common = weight * embedding @ embedding.T + np.diag(restless)
        scale = np.trace(common) / len(common)
        return cls(share * common / max(scale, 1e-12) + (1 - share) * np.eye(len(common)))

    def whitened(self, slopes: Array) -> Array:
        """Slopes `[D, A]` in coordinates in which the price is the squared length."""
        return np.asarray(np.linalg.solve(self._factor, slopes))

    def unwhitened(self, move: Array) -> Array:
        """A move `[D]` back in sigma of the components."""
        return np.asarray(np.linalg.solve(self._factor.T, move))

    @property
    def _factor(self) -> Array:
        return np.asarray(np.linalg.cholesky(self.matrix))


def cheapest_move(slopes: Array, wanted: Array, bounds: Array, cost: Cost, near: Array | None = None) -> Array:
    """The cheapest move `[D]` that raises what `wanted` describes by 1, and others hardly beyond their bounds.

    slopes `[D, A]` from `sensitivities`; wanted `[D]`, the slope of what shall be raised; bounds `[A]`, infinite where
    an attribute may do as it likes. near: `[D]`, count the price from here, not from standing still: what corrected the
    slopes holds near the move that was tried. A bound of 0 would orthogonalise fully, and leave little of an attribute
    that comes with others, like age with glasses; a small one costs nothing that is seen and keeps two to three times
    the effect.
    """
    start = np.zeros(len(slopes)) if near is None else near
    held = np.isfinite(bounds)
    white = cost.whitened(np.concatenate([wanted[:, None], slopes[:, held]], axis=1)).T
    normals = np.concatenate([-white[:1], white[1:], -white[1:]])  # normals @ v <= limits
    own, others = wanted @ start, start @ slopes[:, held]
    limits = np.concatenate([[own - 1.0], bounds[held] - others, bounds[held] + others])
    slack = np.where(np.arange(len(limits)) > 0, SLACK, 0.0)  # what is wanted is wanted exactly
    return start + cost.unwhitened(shortest(normals, limits, slack))


def shortest(normals: Array, limits: Array, slack: Array) -> Array:
    """The shortest v with `normals @ v <= limits`, where what exceeds a limit by e costs e^2 / slack.

    By Hildreth's method (1957), cyclic ascent on the multipliers; slack is a ridge on their Gram matrix.
    """
    gram, multipliers = normals @ normals.T + np.diag(slack), np.zeros(len(normals))
    diagonal = np.maximum(np.diag(gram), 1e-12)
    for _ in range(_SWEEPS):
        before = multipliers.copy()
        for i, row in enumerate(gram):
            multipliers[i] = max(0.0, multipliers[i] - (row @ multipliers + limits[i]) / diagonal[i])
        if np.allclose(before, multipliers, rtol=1e-6, atol=1e-9):
            break
    return np.asarray(-normals.T @ multipliers)
