"""Pulling the tip of the nose turns the head: where the other points of the face go then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.faces.points import POINTS
from generator.grab.solver import Goals, Points

TURNING = frozenset({POINTS["nose-tip"]})
_STEADY = [POINTS[name] for name in ("eye-outer-right", "eye-inner-right", "eye-inner-left", "eye-outer-left")]
_STEADY += [POINTS[name] for name in ("mouth-right", "mouth-left")]  # aligned pictures hold their middle in place
_ANGLES = np.linspace(-0.8, 0.8, 161)[:, None]  # radians


def turned(points: NDArray[np.float64], pulls: Goals) -> Points:
    """The `points` `[N, 3]` turned about the vertical axis so far that the pulled tip of the nose is where it is
    wanted, `[N, 2]`; the eyes and the mouth stay in the middle."""
    tip = next(iter(TURNING & pulls.keys()))
    x = np.cos(_ANGLES) * points[:, 0] + np.sin(_ANGLES) * points[:, 2]  # one row an angle
    x += points[_STEADY, 0].mean() - x[:, _STEADY].mean(axis=1, keepdims=True)
    best = np.argmin(np.abs(x[:, tip] - pulls[tip][0]))
    return np.column_stack([x[best], points[:, 1]])
