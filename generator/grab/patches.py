"""Grabbing a picture without a face: points that are followed by their features, and how they move, found on the spot.

Pan et al. 2023, DragGAN, optimise the latent by gradients, hundreds of passes for a pull. Here a few small moves show how
the points follow the strongest principal components on the coarse layers; then each frame is one step of damped least
squares, and corrects what is known of them, as for faces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from generator.grab.features import FeatureTracker, Maps, look
from generator.grab.grabbing import earlier
from generator.grab.moves import NAME, Move, MoveSpace
from generator.progress import Job, Progress
from generator.recipe.pca import Pca
from generator.recipe.recipe import DirectionEdit, Floats, Recipe
from generator.render.engine import Engine

COMPONENTS = 6  # of W, on each group of coarse layers
GROUPS = 4  # of layers, from the coarsest: what the maps that are followed depend on
PROBE = 0.8  # sigma of a small move: some pixels
RATE = 0.7  # of Broyden's update
RADIUS = 1.5  # sigma of a step
CLOSE = 0.25  # px of 256: near enough
_CALM = 0.05  # what the drift of the rest costs, against a pixel of the points
_DAMPING = 0.1  # px that a step of a sigma costs
_FREE = 40.0  # px of 256 from the nearest point; what is further should stay

Values = NDArray[np.float64]
Goals = Mapping[int, tuple[float, float]]  # by the number of the point, in pixels


@dataclass(frozen=True, eq=False)
class Hold:
    """Points taken hold of in one picture, and what a sigma of each move changes."""

    tracker: FeatureTracker
    space: MoveSpace
    moved: Values  # [2 * points, n] pixels; n is the size of the space
    drift: Values  # [n, n] how much two moves change the rest of the picture alike; about 1 for a usual one


def space_of(pca: Pca, num_ws: int) -> MoveSpace:
    """The moves for a model whose principal components of W are `pca`."""
    return MoveSpace(pca.sigma[:COMPONENTS, None] * pca.components[:COMPONENTS], num_ws)


def taking_hold(engine: Engine, recipe: Recipe, pca: Pca, points: Floats) -> Job[Hold]:
    """Take hold of `points`, `[P, 2]` in pixels, of the picture of `recipe`: some 24 renders of at most 64 px.

    Raises `DirectionError` for a model without features.
    """
    space = space_of(pca, engine.config.num_ws)
    start = look(engine, recipe)
    tracker = FeatureTracker(start, points)
    rest = _rest(start, points)
    moved = np.zeros((points.size, space.size))
    drifts = np.zeros((space.size, len(rest)), np.float32)
    probes = min(GROUPS, len(space.groups)) * len(space.components)
    for k in range(probes):
        yield Progress(k, probes, "Finding out how the picture moves")
        maps = look(engine, with_move(recipe, space, PROBE * np.eye(space.size)[k]))
        moved[:, k] = (tracker.measure(maps) - points).ravel() / PROBE
        drifts[k] = (_rest(maps, points) - rest) / PROBE
    drift = (drifts @ drifts.T).astype(np.float64)
    return Hold(tracker, space, moved, drift / max(np.trace(drift) / probes, 1e-12))


def with_move(recipe: Recipe, space: MoveSpace, move: Move) -> Recipe:
    """`recipe` moved by `move` beyond what was grabbed earlier."""
    kept = tuple(edit for edit in recipe.directions if edit.direction.name != NAME)
    direction = space.direction(move, earlier(recipe, space))
    return replace(recipe, directions=(*kept, DirectionEdit(direction, 1.0)))


class PatchGrabbing:
    """One drag, as `generator.grab.grabbing.Grabbing` is for a face: `next`, render, `see`, until it `is_near`."""

    def __init__(self, hold: Hold, recipe: Recipe) -> None:
        """recipe: of the picture that was taken hold of."""
        self._hold, self._recipe = hold, recipe
        self._unit = hold.tracker.size / 256
        self._moved = hold.moved.copy()
        self._before = self.points = hold.tracker.points.numpy().astype(np.float64)
        self._move = self._best = self._step = np.zeros(hold.space.size)
        self._least, self._goals = np.inf, dict[int, tuple[float, float]]()

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull points to new goals, in pixels; `pins` stay where they were before."""
        goals = {pin: (float(self._before[pin, 0]), float(self._before[pin, 1])) for pin in pins} | dict(pulls)
        if goals != self._goals:
            self._goals, self._least = goals, np.inf

    def next(self) -> Recipe:
        """The recipe of the next frame."""
        self._note()
        step = self._solution()
        self._step = step * min(1.0, RADIUS / max(float(np.linalg.norm(step)), 1e-9))
        self._move = self._move + self._step
        return with_move(self._recipe, self._hold.space, self._move)

    def see(self, maps: Maps) -> None:
        """Measure the frame that `next` asked for, and correct what is known of the points by it (Broyden 1965)."""
        points = self._hold.tracker.measure(maps, self.points.astype(np.float32)).astype(np.float64)
        length = float(self._step @ self._step)
        if length > 0:
            surprise = (points - self.points).ravel() - self._moved @ self._step
            self._moved += np.outer(RATE / length * surprise, self._step)
        self.points = points

    @property
    def error(self) -> float:
        """Mean distance of the pulled and pinned points from their goals, in pixels."""
        return float(np.mean([np.linalg.norm(self.points[point] - goal) for point, goal in self._goals.items()]))

    @property
    def is_near(self) -> bool:
        return self.error < CLOSE * self._unit

    @property
    def best(self) -> Recipe:
        """The recipe of the frame that came nearest to the last goals."""
        self._note()
        return with_move(self._recipe, self._hold.space, self._best)

    def _note(self) -> None:
        if self.error < self._least:
            self._least, self._best = self.error, self._move

    def _solution(self) -> Move:
        """The step that minimises the distances from the goals, the drift of the rest and its own length."""
        at = np.array([[2 * point, 2 * point + 1] for point in self._goals]).ravel()
        way = (np.array(list(self._goals.values())) - self.points[list(self._goals)]).ravel() / self._unit
        rows, calm = self._moved[at] / self._unit, _CALM * self._hold.drift
        square = rows.T @ rows + calm + _DAMPING**2 * np.eye(len(calm))
        return np.asarray(np.linalg.solve(square, rows.T @ way - calm @ self._move))


def _rest(maps: Maps, points: Floats) -> Floats:
    """The coarsest features that are far from all points, as one vector: what should stay."""
    coarse = maps.scales[0][0]
    size = coarse.shape[-1]
    centres = (torch.arange(size) + 0.5) * (maps.size / size)
    places = torch.stack(torch.meshgrid(centres, centres, indexing="xy"), dim=-1)
    nearest = torch.cdist(places.reshape(-1, 2), torch.from_numpy(points)).min(dim=1).values
    far = (nearest > _FREE * maps.size / 256).reshape(size, size)
    return np.asarray(coarse[:, far].reshape(-1).numpy(), dtype=np.float32)
