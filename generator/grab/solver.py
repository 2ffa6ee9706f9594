"""From where the points are to the next move: damped least squares with the Jacobian of all faces.

Each frame minimises, for a step of the move, the distances of the pulled and pinned points from their goals (hard), the
drift of all other points and of the colours (soft) and the cost of the move (Levenberg 1944). Then Broyden's update
(1965) corrects the Jacobian by what the frame has shown: J += r (dy - J dx) dx' / |dx|^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.grab.jacobian import Jacobian
from generator.grab.moves import Move

Points = NDArray[np.float64]  # [468, 2] pixels
Goals = Mapping[int, tuple[float, float]]  # where points should be, in pixels; a pinned one where it is

HARD = 0.15  # px that a goal may be missed by
SOFT = 1.2  # px that the other points may drift
INDEPENDENT = 60  # of the 468 points: neighbours move together
NEAR, FAR = 20.0, 40.0  # px of 256 from the nearest goal; points nearer than the first may follow
COLOUR = 1.5  # units of CIELAB that a colour may drift
RATE = 0.7  # of Broyden's update
NOISE = 0.08  # cost of a step that moves points no farther than they are measured: it teaches little
WORSE = 1.1  # times the error of the frame before: steps get shorter
RADIUS, LEAST_RADIUS = 0.3, 0.06  # of a step: how far it may change who it is
MOST = 2.2  # of the whole move: farther, the picture breaks before an unreachable goal comes nearer
MULTIPLIER, MOST_OWED = 0.3, 4.0  # share of what is missed that is added, and the most, in px
CLOSE = 0.25  # px: near enough
_DAMPING, _STAYING = 50.0, 8.0  # penalties of the cost of the step, and of the whole move


@dataclass(frozen=True)
class Seen:
    """What was measured of a frame."""

    points: Points
    colours: NDArray[np.float64]  # [9]; NaN where a region is hardly there


class Solver:
    """One drag: `step` is called with each frame, and gives the move of the next."""

    def __init__(self, jacobian: Jacobian, start: Seen, side: int) -> None:
        """start: the face before. side: of the picture, in pixels."""
        n = jacobian.space.size
        self._start, self._rest = start, start.points
        self._unit = side / 256
        self._mesh = jacobian.mesh.astype(np.float64) * side
        self._colours = jacobian.colours.astype(np.float64)
        self._cost = jacobian.cost.astype(np.float64)
        self._radius = RADIUS
        self._last, self.move = start, np.zeros(n)
        self._step = self._since = np.zeros(n)  # the last step; all since the face was last seen
        self.best_error, self.best = np.inf, np.zeros(n)
        self._error = np.inf  # of the frame before
        self._owed: Points | None = None

    def step(self, seen: Seen, goals: Goals) -> Move:
        """The move `[n]` of the next frame, after `seen` was measured of the frame of `self.move`; the `seen` of before
        where the face was lost."""
        is_lost = seen is self._last
        if not is_lost:
            self._learn(seen)
        self._last = seen
        self.note(self.error(seen, goals))
        move = self._bounded(self.move + self._bounded(self._solution(seen, goals), self._radius), MOST)
        self._step = move - self.move
        self._since = self._since + self._step if is_lost else self._step
        self.move = move
        return self.move

    def error(self, seen: Seen, goals: Goals) -> float:
        """Mean distance of the points from their goals, in pixels."""
        return float(np.mean([np.linalg.norm(seen.points[point] - goal) for point, goal in goals.items()]))

    def retarget(self, rest: Points | None = None) -> None:
        """The goals have moved: what was best for the old ones is not any more. rest: where the other points should
        go; None = they should stay."""
        self._rest = self._start.points if rest is None else rest
        self.best_error = self._error = np.inf
        self._radius, self._owed = RADIUS, None

    def _learn(self, seen: Seen) -> None:
        """Broyden's update of the mesh's rows."""
        along = self._cost @ self._since  # the update of least change where moves are measured by their cost
        length = float(self._since @ along)
        if length > 0:
            moved = (seen.points - self._last.points).ravel()
            self._mesh += np.outer(RATE / (length + NOISE**2) * (moved - self._mesh @ self._since), along)

    def note(self, error: float) -> None:
        """Keep the best move; smaller steps after a frame that made it worse."""
        if error < self.best_error:
            self.best_error, self.best = error, self.move.copy()
        worse = error > WORSE * self._error
        self._radius = max(0.6 * self._radius, LEAST_RADIUS) if worse else min(1.5 * self._radius, RADIUS)
        self._error = error

    def _solution(self, seen: Seen, goals: Goals) -> Move:
        """The step that minimises the weighted squares."""
        wanted = np.array(list(goals.values())) - seen.points[list(goals)] + self._owed_by(seen, goals)
        at = np.array([[2 * point, 2 * point + 1] for point in goals]).ravel()
        weights = self._softness(goals)
        drift = seen.colours - self._start.colours
        rows = [self._mesh[at] / (HARD * self._unit), self._mesh * weights[:, None], self._colours / COLOUR]
        goal = [
            wanted.ravel() / (HARD * self._unit),
            weights * (self._rest - seen.points).ravel(),
            -np.nan_to_num(drift) / COLOUR,
        ]
        matrix, right = np.concatenate(rows), np.concatenate(goal)
        square = matrix.T @ matrix
        square += (_DAMPING**2 + _STAYING**2) * self._cost
        return np.asarray(np.linalg.solve(square, matrix.T @ right - _STAYING**2 * self._cost @ self.move))

    def _owed_by(self, seen: Seen, goals: Goals) -> Points:
        """What the soft terms have kept the points from, added up while steps are not bounded: the multipliers of the
        augmented Lagrangian, without which points would rest before their goals. `[goals, 2]`."""
        missed = np.array(list(goals.values())) - seen.points[list(goals)]
        if self._owed is None or len(self._owed) != len(missed):
            self._owed = np.zeros_like(missed)
        if float(self._step @ self._cost @ self._step) < (0.9 * self._radius) ** 2 and self._step.any():
            self._owed = np.clip(self._owed + MULTIPLIER * missed, -MOST_OWED * self._unit, MOST_OWED * self._unit)
        return self._owed

    def _softness(self, goals: Goals) -> NDArray[np.float64]:
        """The weight of each coordinate's drift, `[936]`: none near the goals, full from `FAR` on."""
        points = self._start.points
        nearest = np.min([np.linalg.norm(points - points[point], axis=1) for point in goals], axis=0) / self._unit
        shares = np.clip((nearest - NEAR) / (FAR - NEAR), 0, 1) ** 2
        return np.repeat(shares / (SOFT * self._unit * np.sqrt(len(points) / INDEPENDENT)), 2)

    def _bounded(self, move: Move, most: float) -> Move:
        """`move`, or as much of it as costs `most`."""
        length = float(np.sqrt(move @ self._cost @ move))
        return move * min(1.0, most / max(length, 1e-9))
