"""One drag, from the face before to the recipe of the face after: what the window and the command line run."""

from __future__ import annotations

from generator.grab.jacobian import Jacobian
from generator.grab.moves import Move, grabbed
from generator.grab.solver import CLOSE, Goals, Points, Solver
from generator.grab.tracker import MeshTracker, Pixels
from generator.grab.turn import TURNING, turned
from generator.recipe.recipe import Recipe

FRAMES = 10  # that a drag may take once the hand rests


class Grabbing:
    """Call `next` for the recipe of a frame, render it, and `see` the frame; again until it `is_near`."""

    def __init__(self, jacobian: Jacobian, recipe: Recipe, pixels: Pixels, side: int) -> None:
        """recipe: of the face before, and its `pixels`. side: of the model's pictures.

        Raises `DirectionError` if there is no face.
        """
        self._jacobian, self.side = jacobian, side
        self._tracker = MeshTracker(side)
        self._before = self.seen = self._tracker.start(pixels)
        self._mesh = self._tracker.mesh
        self._recipe = recipe
        self._goals: Goals = {}
        self._solver = Solver(jacobian, self._before, side)

    @property
    def points(self) -> Points:
        """Where the points of the mesh are now, `[468, 2]` in pixels of the model."""
        return self.seen.points

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull points to new goals, in pixels; `pins` stay where they were before."""
        goals = {pin: (float(self._before.points[pin, 0]), float(self._before.points[pin, 1])) for pin in pins}
        goals |= dict(pulls)
        if goals == self._goals:
            return
        self._goals = goals
        self._solver.retarget(turned(self._mesh, pulls) if TURNING & pulls.keys() else None)

    def next(self) -> Recipe:
        """The recipe of the next frame."""
        return self._with(self._solver.step(self.seen, self._goals))

    def see(self, pixels: Pixels) -> bool:
        """Measure the frame that `next` asked for; False if the face was lost."""
        seen = self._tracker.measure(pixels)
        if seen is not None:
            self.seen = seen
        return seen is not None

    @property
    def error(self) -> float:
        """Mean distance of the pulled and pinned points from their goals, in pixels."""
        return self._solver.error(self.seen, self._goals)

    @property
    def is_near(self) -> bool:
        return self.error < CLOSE * self.side / 256

    @property
    def best(self) -> Recipe:
        """The recipe of the frame that came nearest to the last goals."""
        self._solver.note(self.error)
        return self._with(self._solver.best)

    def _with(self, move: Move) -> Recipe:
        return grabbed(self._recipe, self._jacobian.space.rows(move))
