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

from generator.grab.best import Best
from generator.grab.jacobian import Jacobian
from generator.grab.moves import Move

Points = NDArray[np.float64]  # [HELD_COUNT, 2] pixels
Goals = Mapping[int, tuple[float, float]]  # where points should be, in pixels; a pinned one where it is

HARD = 0.15  # px that a goal may be missed by
SOFT = 1.2  # px that the other points may drift
INDEPENDENT = 60  # of the points: neighbours move together
NEAR, FAR = 20.0, 40.0  # px of 256 from the nearest goal; points nearer than the first may follow
COLOUR = 1.5  # units of CIELAB that a colour may drift
RATE = 0.7  # of Broyden's update
NOISE = 0.1  # cost of a step that moves points no farther than they are measured: it teaches little
WORSE = 1.1  # times the error of the frame before: steps get shorter
RADIUS, LEAST_RADIUS = 0.4, 0.08  # of a step: how far it may change who it is
MOST = 2.8  # of the whole move: farther, the picture breaks before an unreachable goal comes nearer
MULTIPLIER, MOST_OWED = 0.3, 4.0  # share of what is missed that is added, and the most, in px
CLOSE = 0.25  # px: near enough
_DAMPING, _STAYING = 38.0, 6.0  # penalties of the cost of the step, and of the whole move


@dataclass(frozen=True)
class Seen:
    """What was measured of a frame."""

    points: Points
    colours: NDArray[np.float64]  # [9]; NaN where a region is hardly there


class Solver:
    """One drag: `step` gives the move of the next frame, and `see` takes what was measured of it; again and again."""

    def __init__(self, jacobian: Jacobian, start: Seen, side: int) -> None:
        """start: the face before. side: of the picture, in pixels."""
        n = jacobian.space.size
        self._start, self._rest = start, start.points
        self._unit = side / 256
        self._slopes = jacobian.points.astype(np.float64) * side
        self._colours = jacobian.colours.astype(np.float64)
        self._cost = jacobian.cost.astype(np.float64)
        self._radius = RADIUS
        self.seen, self.move = start, np.zeros(n)
        self._at = self._step = np.zeros(n)  # the move of the frame seen last; the last step
        self.best = Best(self.move)
        self._error = np.inf  # of the frame before
        self._owed: Points | None = None

    @property
    def expected(self) -> Points:
        """Where the points are in the frame of `self.move`, as far as is known."""
        return np.asarray(self.seen.points + (self._slopes @ (self.move - self._at)).reshape(-1, 2))

    def step(self, goals: Goals) -> Move:
        """The move `[n]` of the next frame."""
        move = self._bounded(self.move + self._bounded(self._solution(goals), self._radius), MOST)
        self._step, self.move = move - self.move, move
        self.best.wait()
        return self.move

    def go_back(self) -> Move:
        """The best move, as the one of the next frame."""
        self._step, self.move = self.best.move - self.move, self.best.move
        return self.move

    def see(self, seen: Seen, goals: Goals) -> None:
        """Learn from the frame of `self.move`. It is not called where the face was lost."""
        self._learn(seen)
        self.seen, self._at = seen, self.move
        error = self.error(goals)
        worse = error > WORSE * self._error
        self._radius = max(0.6 * self._radius, LEAST_RADIUS) if worse else min(1.5 * self._radius, RADIUS)
        self._error = error
        self.best.note(error, self.move)

    def error(self, goals: Goals) -> float:
        """Mean distance of the points seen last from their goals, in pixels."""
        return float(np.mean([np.linalg.norm(self.seen.points[point] - goal) for point, goal in goals.items()]))

    def retarget(self, goals: Goals, rest: Points | None = None) -> None:
        """The goals have moved: what was best for the old ones is not any more. rest: where the other points should
        go; None = they should stay."""
        self._rest = self._start.points if rest is None else rest
        self._error = self.error(goals)
        self.best = Best(self._at, self._error)
        self._radius, self._owed = RADIUS, None

    def _learn(self, seen: Seen) -> None:
        """Broyden's update of the points' rows."""
        step = self.move - self._at  # more than the last one after frames in which the face was lost
        along = self._cost @ step  # the update of least change where moves are measured by their cost
        length = float(step @ along)
        if length > 0:
            moved = (seen.points - self.seen.points).ravel()
            self._slopes += np.outer(RATE / (length + NOISE**2) * (moved - self._slopes @ step), along)

    def _solution(self, goals: Goals) -> Move:
        """The step that minimises the weighted squares."""
        seen = self.seen
        wanted = np.array(list(goals.values())) - seen.points[list(goals)] + self._owed_by(goals)
        at = np.array([[2 * point, 2 * point + 1] for point in goals]).ravel()
        weights = self._softness(goals)
        drift = seen.colours - self._start.colours
        rows = [self._slopes[at] / (HARD * self._unit), self._slopes * weights[:, None], self._colours / COLOUR]
        goal = [
            wanted.ravel() / (HARD * self._unit),
            weights * (self._rest - seen.points).ravel(),
            -np.nan_to_num(drift) / COLOUR,
        ]
        matrix, right = np.concatenate(rows), np.concatenate(goal)
        square = matrix.T @ matrix
        square += (_DAMPING**2 + _STAYING**2) * self._cost
        return np.asarray(np.linalg.solve(square, matrix.T @ right - _STAYING**2 * self._cost @ self.move))

    def _owed_by(self, goals: Goals) -> Points:
        """What the soft terms have kept the points from, added up while steps are not bounded: the multipliers of the
        augmented Lagrangian, without which points would rest before their goals. `[goals, 2]`."""
        missed = np.array(list(goals.values())) - self.seen.points[list(goals)]
        if self._owed is None or len(self._owed) != len(missed):
            self._owed = np.zeros_like(missed)
        if float(self._step @ self._cost @ self._step) < (0.9 * self._radius) ** 2 and self._step.any():
            self._owed = np.clip(self._owed + MULTIPLIER * missed, -MOST_OWED * self._unit, MOST_OWED * self._unit)
        return self._owed

    def _softness(self, goals: Goals) -> NDArray[np.float64]:
        """The weight of each coordinate's drift, `[2 * HELD_COUNT]`: none near the goals, full from `FAR` on."""
        points = self._start.points
        nearest = np.min([np.linalg.norm(points - points[point], axis=1) for point in goals], axis=0) / self._unit
        shares = np.clip((nearest - NEAR) / (FAR - NEAR), 0, 1) ** 2
        return np.repeat(shares / (SOFT * self._unit * np.sqrt(len(points) / INDEPENDENT)), 2)

    def _bounded(self, move: Move, most: float) -> Move:
        """`move`, or as much of it as costs `most`."""
        length = float(np.sqrt(move @ self._cost @ move))
        return move * min(1.0, most / max(length, 1e-9))
