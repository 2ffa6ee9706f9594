"""What the Grab tool holds where there is no face: places all over the picture, on a lattice."""

from __future__ import annotations

import numpy as np

from generator.grab.features import look
from generator.grab.patches import Hold, PatchGrabbing, taking_hold
from generator.grab.solver import Goals, Points
from generator.progress import Job
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe
from generator.render.engine import Engine

ACROSS = 24  # places in a row, and in a column
AT_ONCE = 4  # small moves that are tried before a frame


def lattice() -> Points:
    """The places, `[ACROSS ** 2, 2]` as shares of the picture's side, row by row."""
    centres = (np.arange(ACROSS) + 0.5) / ACROSS
    return np.stack(np.meshgrid(centres, centres, indexing="xy"), axis=-1).reshape(-1, 2)


class LatticeGrabbing:
    """One drag, as `generator.grab.grabbing.Grabbing` is for a face; its points are those of the lattice.

    Taking hold takes as long as some ten frames, so it is shared among the first ones, which show the picture as it is.
    """

    def __init__(self, engine: Engine, recipe: Recipe, pca: Pca) -> None:
        """recipe: of the picture before. pca: of the model's W."""
        self.side = engine.config.img_resolution
        self._engine, self._start, self._pca = engine, recipe, pca
        self.points = lattice() * self.side
        self._held: list[int] = []  # numbers of places, in the order in which the patches hold them
        self._goals: Goals = {}
        self._pins: frozenset[int] = frozenset()
        self._taking: Job[Hold] | None = None  # hold of those places; None once it has
        self._patches: PatchGrabbing | None = None
        self._asked = recipe

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull places to new goals, in pixels; `pins` stay."""
        held = [*pulls, *sorted(pins - pulls.keys())]
        self._goals, self._pins = pulls, pins - pulls.keys()
        if held != self._held:
            places = (lattice()[held] * self.side).astype(np.float32)
            self._taking = taking_hold(self._engine, self._start, self._pca, places)
            self._held, self._patches = held, None

    def next(self) -> Recipe:
        """The recipe of the next frame; while hold is being taken, that of the picture before."""
        if self._taking is not None:
            self._take_hold(self._taking)
        if self._patches is None:
            return self._start
        goals = {self._held.index(place): goal for place, goal in self._goals.items()}
        self._patches.aim(goals, frozenset(self._held.index(pin) for pin in self._pins))
        self._asked = self._patches.next()
        return self._asked

    def _take_hold(self, taking: Job[Hold]) -> None:
        """Try some more of the small moves that show how the places move."""
        try:
            for _ in range(AT_ONCE):
                next(taking)
        except StopIteration as done:
            self._taking, self._patches = None, PatchGrabbing(done.value, self._start)

    def see(self, _pixels: object) -> bool:
        """Follow the places in the frame that `next` asked for, by its features."""
        if self._patches is not None:
            self._patches.see(look(self._engine, self._asked))
            self.points[self._held] = self._patches.points
        return True

    @property
    def is_settled(self) -> bool:
        """Whether the drag has ended at its goals, or as near to them as it comes."""
        return self._patches is not None and self._patches.is_settled
