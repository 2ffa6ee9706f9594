"""How a value goes from one key to the next: share of the time -> share of the way."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from generator.errors import MotionError

EASINGS = ("linear", "smooth", "hold", "in", "out", "in-out", "curve")
STRAIGHT = (0.0, 0.0, 1.0, 1.0)  # the handles of a straight line
OVERSHOOT = 1.0  # how far a handle may lie below 0 or above 1
_HALVINGS = 60  # of an interval: more than the bits of a float

Handles = tuple[float, float, float, float]
_CURVES: dict[str, Handles] = {  # ease-in, ease-out and ease-in-out of CSS Easing Functions Level 1
    "in": (0.42, 0.0, 1.0, 1.0),
    "out": (0.0, 0.0, 0.58, 1.0),
    "in-out": (0.42, 0.0, 0.58, 1.0),
}


@dataclass(frozen=True)
class Easing:
    """An easing by name, or "curve": a cubic Bezier curve from (0, 0) to (1, 1) with two handles, as in CSS.

    Raises `MotionError` for other names, and for handles that no easing can have.
    """

    kind: str = "linear"
    handles: Handles = STRAIGHT  # x1, y1, x2, y2, only of "curve": x in 0..1, y in -1..2

    def __post_init__(self) -> None:
        if self.kind not in EASINGS:
            raise MotionError(f"There is no easing {self.kind[:40]!r}; use {', '.join(EASINGS)}.")
        if self.kind != "curve" and self.handles != STRAIGHT:
            raise MotionError(f"The easing {self.kind!r} has no handles; only a curve has.")
        across, up = self.handles[::2], self.handles[1::2]
        fits = all(0 <= x <= 1 for x in across) and all(-OVERSHOOT <= y <= 1 + OVERSHOOT for y in up)
        if not (fits and all(map(isfinite, self.handles))):
            raise MotionError(f"A handle of a curve has x in 0..1 and y in -1..2; these are {list(self.handles)}.")

    def at(self, t: float) -> float:
        """The share of the way after the share `t` of the time, 0..1; a curve may lead beyond both ends."""
        if self.kind == "linear" or t <= 0 or t >= 1:
            return min(max(t, 0.0), 1.0)
        if self.kind == "hold":
            return 0.0
        if self.kind == "smooth":
            return t * t * (3 - 2 * t)
        return _bezier(_CURVES.get(self.kind, self.handles), t)


LINEAR = Easing("linear")
SMOOTH = Easing("smooth")
HOLD = Easing("hold")


def _bezier(handles: Handles, t: float) -> float:
    """y of the curve where x = t. x never falls, so halving an interval finds the place."""
    x1, y1, x2, y2 = handles
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _cubic(x1, x2, middle) < t else (low, middle)
    return _cubic(y1, y2, high)


def _cubic(first: float, second: float, s: float) -> float:
    """One coordinate of a cubic Bezier curve with ends 0 and 1, in Bernstein form."""
    return 3 * s * (1 - s) * ((1 - s) * first + s * second) + s**3
