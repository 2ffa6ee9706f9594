"""What the Grab tool holds where there is no face: places all over the picture, on a lattice."""

from __future__ import annotations

import numpy as np

from generator.grab.features import look
from generator.grab.patches import PatchGrabbing, taking_hold
from generator.grab.solver import Goals, Points
from generator.progress import finish
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe
from generator.render.engine import Engine

ACROSS = 24  # places in a row, and in a column


def lattice() -> Points:
    """The places, `[ACROSS ** 2, 2]` as shares of the picture's side, row by row."""
    centres = (np.arange(ACROSS) + 0.5) / ACROSS
    return np.stack(np.meshgrid(centres, centres, indexing="xy"), axis=-1).reshape(-1, 2)


class LatticeGrabbing:
    """One drag, as `generator.grab.grabbing.Grabbing` is for a face; its points are those of the lattice."""

    def __init__(self, engine: Engine, recipe: Recipe, pca: Pca) -> None:
        """recipe: of the picture before. pca: of the model's W."""
        self.side = engine.config.img_resolution
        self._engine, self._start, self._pca = engine, recipe, pca
        self.points = lattice() * self.side
        self._held: list[int] = []  # numbers of places, in the order in which the patches hold them
        self._patches: PatchGrabbing | None = None
        self._asked = recipe

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull places to new goals, in pixels; `pins` stay. For other places than last time, this takes as long as some
        ten frames."""
        held = [*pulls, *sorted(pins - pulls.keys())]
        if held != self._held or self._patches is None:
            places = (lattice()[held] * self.side).astype(np.float32)
            hold = finish(taking_hold(self._engine, self._start, self._pca, places))
            self._held, self._patches = held, PatchGrabbing(hold, self._start)
        goals = {held.index(place): goal for place, goal in pulls.items()}
        self._patches.aim(goals, frozenset(held.index(pin) for pin in pins - pulls.keys()))

    def next(self) -> Recipe:
        """The recipe of the next frame."""
        assert self._patches is not None
        self._asked = self._patches.next()
        return self._asked

    def see(self, _pixels: object) -> bool:
        """Follow the places in the frame that `next` asked for, by its features."""
        assert self._patches is not None
        self._patches.see(look(self._engine, self._asked))
        self.points[self._held] = self._patches.points
        return True

    @property
    def is_near(self) -> bool:
        return self._patches is not None and self._patches.is_near
