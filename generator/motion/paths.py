"""Where a moment lies between two keys, and the curves that lead through them. Pure numbers.

A curve is given as weights of its keys, which are computed once for all that a key has: W+, psi, transform.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from generator.errors import MotionError
from generator.recipe.recipe import Floats

Floats64 = NDArray[np.float64]
Weights = dict[int, float]  # of the points, by their index; together 1
_PARALLEL = 1e-6  # radians, below which an arc is a line


class Segment(NamedTuple):
    """A moment between key `first` and key `second`, `share` of the time after the first; 0 = at the first."""

    first: int
    second: int
    share: float


def segment_at(times: Sequence[float], time: float, period: float | None = None) -> Segment:
    """Where `time` lies among the ascending `times` of keys.

    period: of a circle, `time` in 0..period, on which the last key leads to the first; otherwise the ends are held. At
    the time of a key the share is exactly 0.
    """
    last = len(times) - 1
    if period is not None and time < times[0]:
        time += period
    first = max(bisect_right(times, time) - 1, 0)
    if last == 0 or time < times[0] or (first == last and period is None):
        return Segment(first, first, 0.0)
    end = times[0] + period if first == last and period is not None else times[first + 1]
    return Segment(first, (first + 1) % len(times), (time - times[first]) / (end - times[first]))


def line(segment: Segment) -> Weights:
    """The straight line from the first key to the second."""
    share = segment.share
    return {segment.first: 1.0 - share, segment.second: share} if share else {segment.first: 1.0}


def catmull_rom(times: Sequence[float], segment: Segment, period: float | None = None) -> Weights:
    """The curve through all keys whose velocity does not jump (Catmull and Rom 1974), for keys at any `times`.

    It is the pyramid of linear interpolations of Barry and Goldman 1988 ("A recursive evaluation algorithm for a class
    of Catmull-Rom splines"), with the times as knots. An open curve goes on beyond its ends to the mirror images of the
    keys beside them.
    """
    if not segment.share:
        return {segment.first: 1.0}
    knots, keys = zip(*(_knot(times, segment.first + step, period) for step in (-1, 0, 1, 2)), strict=True)
    time = knots[1] + segment.share * (knots[2] - knots[1])

    def between(before: Floats64, after: Floats64, i: int, j: int) -> Floats64:
        share = (time - knots[i]) / (knots[j] - knots[i])
        return np.asarray((1 - share) * before + share * after)

    a, b, c, d = np.eye(4)
    ab, bc, cd = between(a, b, 0, 1), between(b, c, 1, 2), between(c, d, 2, 3)
    abc, bcd = between(ab, bc, 0, 2), between(bc, cd, 1, 3)
    return _combined(between(abc, bcd, 1, 2), keys)


def slerp(first: Floats, second: Floats, share: float) -> Floats:
    """The arc from one vector to another at a constant angular speed (Shoemake 1985, section 3.3), float32.

    (sin((1 - t) a) * first + sin(t a) * second) / sin(a), where a is the angle between them. Raises `MotionError` if
    they are opposite, where every arc is as good as another.
    """
    lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    angle = float(np.arccos(np.clip(np.vdot(first, second) / lengths, -1.0, 1.0))) if lengths else 0.0
    if np.pi - angle < _PARALLEL:
        raise MotionError("Two faces are exactly opposite, so there is no one arc between them; use the path straight.")
    if angle < _PARALLEL:
        return np.asarray((1 - share) * first + share * second, np.float32)
    before, after = np.sin((1 - share) * angle), np.sin(share * angle)
    return np.asarray((before * first + after * second) / np.sin(angle), np.float32)


def _knot(times: Sequence[float], index: int, period: float | None) -> tuple[float, Weights]:
    """The time of key `index`, which may lie beyond the ends, and of which keys it is made."""
    count = len(times)
    if period is not None:
        return times[index % count] + period * (index // count), {index % count: 1.0}
    if 0 <= index < count:
        return times[index], {index: 1.0}
    end, beside = (0, 1) if index < 0 else (count - 1, count - 2)
    return 2 * times[end] - times[beside], {end: 2.0, beside: -1.0}


def _combined(weights: Floats64, keys: Sequence[Weights]) -> Weights:
    total: Weights = {}
    for weight, parts in zip(weights, keys, strict=True):
        for index, part in parts.items():
            total[index] = total.get(index, 0.0) + float(weight) * part
    return total
