"""One drag, from the face before to the recipe of the face after: what the window and the command line run."""

from __future__ import annotations

from generator.faces.finder import SeenFace
from generator.faces.points import HELD, PUPILS
from generator.grab.jacobian import Jacobian
from generator.grab.moves import Move, grabbed
from generator.grab.solver import CLOSE, Goals, Points, Solver
from generator.grab.tracker import FaceTracker, Pixels
from generator.grab.turn import TURNING, turned
from generator.recipe.recipe import Recipe

GAZE = frozenset(HELD[name] for name in PUPILS)
FRAMES = 10  # that a drag may take once the hand rests


class Grabbing:
    """Call `next` for the recipe of a frame, render it, and `see` the frame; again until it `is_settled`."""

    def __init__(self, jacobian: Jacobian, recipe: Recipe, face: SeenFace, side: int) -> None:
        """recipe: of the `face` before. side: of the model's pictures, in pixels."""
        self._jacobian, self.side = jacobian, side
        self._tracker = FaceTracker(side)
        before = self._tracker.start(face)
        self._before, self._solid = before.points, self._tracker.points
        self._recipe = recipe
        self._goals: Goals = {}
        self._solver = Solver(jacobian, before, side)
        self._goes_back = False

    @property
    def points(self) -> Points:
        """Where the points of the face are, `[HELD_COUNT, 2]` in pixels of the model: of a frame that was not seen yet,
        where they are expected."""
        return self._solver.expected

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull points to new goals, in pixels; `pins` stay where they were before."""
        goals = {pin: (float(self._before[pin, 0]), float(self._before[pin, 1])) for pin in pins}
        goals |= dict(pulls)
        if goals == self._goals:
            return
        self._goals, self._goes_back = goals, False
        self._solver.retarget(goals, turned(self._solid, pulls) if TURNING & pulls.keys() else None)

    def next(self) -> Recipe:
        """The recipe of the next frame: of a new move or, where nothing has come nearer any more, of the best; the same
        once the drag is settled."""
        if not self.is_settled:
            self._goes_back = self._solver.best.is_final
            self._solver.go_back() if self._goes_back else self._solver.step(self._goals)
        return self._with(self._solver.move)

    def see(self, pixels: Pixels) -> bool:
        """Measure the frame that `next` asked for; False if the face was lost."""
        seen = self._tracker.measure(pixels, gaze=bool(GAZE & self._goals.keys()))
        if seen is not None:
            self._solver.see(seen, self._goals)
        return seen is not None

    @property
    def error(self) -> float:
        """Mean distance of the pulled and pinned points from their goals, in pixels."""
        return self._solver.error(self._goals)

    @property
    def is_near(self) -> bool:
        return self.error < CLOSE * self.side / 256

    @property
    def is_settled(self) -> bool:
        """Whether the drag has ended at its goals, or as near to them as it comes."""
        return self.is_near or self._goes_back

    @property
    def best(self) -> Recipe:
        """The recipe of the frame that came nearest to the last goals."""
        return self._with(self._solver.best.move)

    def _with(self, move: Move) -> Recipe:
        return grabbed(self._recipe, self._jacobian.space.rows(move))
