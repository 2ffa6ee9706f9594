"""Pulling the tip of the nose turns the head: where the other points of the face go then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.faces.points import POINTS
from generator.grab.solver import Goals, Points

TURNING = frozenset({POINTS["nose-tip"]})
_STEADY = [POINTS[name] for name in ("eye-outer-right", "eye-inner-right", "eye-inner-left", "eye-outer-left")]
_STEADY += [POINTS[name] for name in ("mouth-right", "mouth-left")]  # aligned pictures hold their middle in place
_ANGLES = np.linspace(-0.8, 0.8, 161)  # radians


def turned(points: NDArray[np.float64], pulls: Goals) -> Points:
    """The `points` `[N, 3]` turned about the vertical axis so far that the pulled tip of the nose is where it is
    wanted, `[N, 2]`; the eyes and the mouth stay in the middle."""
    tip = next(iter(TURNING & pulls.keys()))
    middle = points[_STEADY].mean(axis=0)
    tips = _turned(points[tip] - middle, _ANGLES)
    best = _ANGLES[np.argmin(np.abs(middle[0] + tips - pulls[tip][0]))]
    return np.column_stack([middle[0] + _turned(points - middle, best), points[:, 1]])


def _turned(points: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x of `points` `[..., 3]` from the axis."""
    return np.asarray(np.cos(angles) * points[..., 0] + np.sin(angles) * points[..., 2])
