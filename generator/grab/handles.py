"""What hands do to a face, as sums over coordinates of its points: each becomes a vector that moves can be made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.faces.points import HELD, HELD_COUNT, PUPILS

_EYES = ("eye-outer-right", "eye-inner-right", "eye-inner-left", "eye-outer-left")
_SINGLE = (  # point, axis
    ("nose-tip", 1),
    ("nose-base", 1),
    ("lip-upper", 1),
    ("lip-lower", 1),
    ("chin", 0),
    ("chin", 1),
    ("forehead", 1),
    ("hairline", 1),
)
_PAIRS = (  # point of both halves, axis, whether they can also move against each other
    ("mouth", 0, True),
    ("mouth", 1, True),
    ("brow", 1, True),
    ("brow-inner", 1, False),
    ("brow-outer", 1, False),
    ("lid", 1, True),
    ("lower-lid", 1, False),
    ("eye-outer", 0, False),
    ("eye-inner", 0, False),
    ("jaw", 0, True),
    ("cheekbone", 0, True),
    ("cheek", 1, False),
    ("nose", 0, False),
)
Weights = NDArray[np.float32]


def handles() -> Weights:
    """Weights of the coordinates (x and y of point 0, of point 1, ...), `[handles, 2 * HELD_COUNT]`."""
    return np.stack(list(_handles()))


def _handles() -> Iterator[Weights]:
    yield _sum({("nose-tip", 0): 1.0} | {(eye, 0): -0.25 for eye in _EYES})
    yield _sum({("lip-lower-inner", 1): 1.0, ("lip-upper-inner", 1): -1.0})
    for axis in (0, 1):  # the gaze, whichever way the head is turned
        yield _sum({(pupil, axis): 0.5 for pupil in PUPILS} | {(eye, axis): -0.25 for eye in _EYES})
    for name, axis in _SINGLE:
        yield _sum({(name, axis): 1.0})
    for name, axis, against in _PAIRS:
        for sign in (1.0, -1.0) if against or axis == 0 else (1.0,):
            if axis == 1 or sign < 0 or against:
                yield _sum({(f"{name}-right", axis): 0.5 * sign, (f"{name}-left", axis): 0.5})


def _sum(terms: dict[tuple[str, int], float]) -> Weights:
    weights = np.zeros((HELD_COUNT, 2), np.float32)
    for (name, axis), weight in terms.items():
        weights[HELD[name], axis] += weight
    return weights.ravel()
