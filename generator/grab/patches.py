"""Grabbing a picture without a face: points that are followed by their features, and how they move, found on the spot.

Pan et al. 2023, DragGAN, optimise the latent by gradients: hundreds of passes for a pull. Here a few small moves show
how the points follow the strongest principal components on the coarse layers; then each frame is one step of damped
least squares, and corrects what is known of them, as for faces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from generator.grab.best import Best
from generator.grab.features import FeatureTracker, Maps, look
from generator.grab.moves import Move, grabbed
from generator.progress import Job, Progress
from generator.recipe.pca import Pca
from generator.recipe.recipe import Floats, Recipe
from generator.render.engine import Engine

COMPONENTS = 12  # of W, on each group of coarse layers
GROUPS = (range(4), range(4, 8))  # of layers, up to 32 px, finer ones are colours; more groups break pictures
PROBE = 0.8  # sigma of a small move: some pixels
RATE = 0.7  # of Broyden's update ...
_SHORT = 0.25  # square of a step, in sigma, so short that half of what it shows is taken for an error of measurement
RADIUS, LEAST_RADIUS = 2.5, 0.3  # sigma of a step
CLOSE = 0.25  # px of 256: near enough
_CALM = 0.05  # what the drift of the rest costs, against a pixel of the points
_DAMPING, _STAYING = 0.2, 0.3  # px that a sigma of the step, and of the move, costs: far moves break the picture
_TINY = 1e-12  # of a model that nothing changes
_FREE = 40.0  # px of 256 from the nearest point; what is further should stay

Values = NDArray[np.float64]
Goals = Mapping[int, tuple[float, float]]  # by the number of the point, in pixels


@dataclass(frozen=True, eq=False)
class Hold:
    """Points taken hold of in one picture, and what a sigma of each of n moves changes."""

    tracker: FeatureTracker
    moves: Floats  # [n, num_ws, w_dim] what a sigma adds to W+
    moved: Values  # [2 * points, n] pixels
    drift: Values  # [n, n] how much two moves change the rest of the picture alike; about 1 for a usual one


def moves_of(pca: Pca, num_ws: int) -> Floats:
    """The first principal components, each on each group of coarse layers alone: `[n, num_ws, w_dim]`."""
    vectors = pca.sigma[:COMPONENTS, None] * pca.components[:COMPONENTS]
    groups = [group for group in GROUPS if group[0] < num_ws]
    moves = np.zeros((len(groups), len(vectors), num_ws, vectors.shape[1]), np.float32)
    for part, group in zip(moves, groups, strict=True):
        part[:, group[0] : group[-1] + 1] = vectors[:, None]
    return moves.reshape(-1, *moves.shape[2:])


def taking_hold(engine: Engine, recipe: Recipe, pca: Pca, points: Floats) -> Job[Hold]:
    """Take hold of `points`, `[P, 2]` float32 in pixels, of the picture of `recipe`: one render of at most 64 px for
    each of 24 moves.

    Raises `DirectionError` for a model without features.
    """
    start = look(engine, recipe)
    tracker, rest = FeatureTracker(start, points), _rest(start, points)
    moves = moves_of(pca, engine.config.num_ws)
    moved, drifts = np.zeros((points.size, len(moves))), np.zeros((len(moves), len(rest)), np.float32)
    for k in range(len(moves)):
        yield Progress(k, len(moves), "Finding out how the picture moves")
        maps = look(engine, grabbed(recipe, PROBE * moves[k]))
        moved[:, k] = (tracker.measure(maps) - points).ravel() / PROBE
        drifts[k] = (_rest(maps, points) - rest) / PROBE
    drift = (drifts @ drifts.T).astype(np.float64)
    return Hold(tracker, moves, moved, drift / max(np.trace(drift) / len(moves), _TINY))


class PatchGrabbing:
    """One drag, as `generator.grab.grabbing.Grabbing` is for a face: `next`, render, `see`, until it `is_settled`."""

    def __init__(self, hold: Hold, recipe: Recipe) -> None:
        """recipe: of the picture that was taken hold of."""
        self._hold, self._recipe = hold, recipe
        self._unit = hold.tracker.size / 256
        self._moved = hold.moved.copy()
        self._before = self.points = hold.tracker.points.numpy().astype(np.float64)
        self._move = self._step = np.zeros(len(hold.moves))
        self._best, self._radius, self._goals = Best(self._move), RADIUS, dict[int, tuple[float, float]]()
        self._goes_back = False

    def aim(self, pulls: Goals, pins: frozenset[int] = frozenset()) -> None:
        """Pull points to new goals, in pixels; `pins` stay where they were before."""
        goals = {pin: (float(self._before[pin, 0]), float(self._before[pin, 1])) for pin in pins} | dict(pulls)
        if goals != self._goals:
            self._goals, self._radius, self._goes_back = goals, RADIUS, False
            self._best = Best(self._move, self.error)

    def next(self) -> Recipe:
        """The recipe of the next frame: of a new move or, where nothing has come nearer any more, of the best; the same
        once the drag is settled."""
        if not self.is_settled:
            self._goes_back = self._best.is_final
            move = self._best.move if self._goes_back else self._move + self._bounded(self._solution())
            self._step, self._move = move - self._move, move
            self._best.wait()
        return self._with(self._move)

    def see(self, maps: Maps) -> None:
        """Measure the frame that `next` asked for, and correct what is known of the points by it (Broyden 1965)."""
        points = self._hold.tracker.measure(maps, self.points.astype(np.float32)).astype(np.float64)
        length = float(self._step @ self._step)
        if length > 0:
            surprise = (points - self.points).ravel() - self._moved @ self._step
            self._moved += np.outer(RATE / (length + _SHORT) * surprise, self._step)
        self.points = points
        if self.error >= self._best.error:
            self._radius = max(0.6 * self._radius, LEAST_RADIUS)
        self._best.note(self.error, self._move)

    @property
    def error(self) -> float:
        """Mean distance of the pulled and pinned points from their goals, in pixels."""
        return float(np.mean([np.linalg.norm(self.points[point] - goal) for point, goal in self._goals.items()]))

    @property
    def is_near(self) -> bool:
        return self.error < CLOSE * self._unit

    @property
    def is_settled(self) -> bool:
        """Whether the drag has ended at its goals, or as near to them as it comes."""
        return self.is_near or self._goes_back

    @property
    def best(self) -> Recipe:
        """The recipe of the frame that came nearest to the last goals."""
        return self._with(self._best.move)

    def _with(self, move: Move) -> Recipe:
        return grabbed(self._recipe, np.tensordot(move.astype(np.float32), self._hold.moves, 1))

    def _bounded(self, step: Move) -> Move:
        """`step`, or as much of it as is as long as the radius."""
        return step * min(1.0, self._radius / max(float(np.linalg.norm(step)), 1e-9))

    def _solution(self) -> Move:
        """The step that minimises the distances from the goals, the drift of the rest and its own length."""
        at = np.array([[2 * point, 2 * point + 1] for point in self._goals]).ravel()
        way = (np.array(list(self._goals.values())) - self.points[list(self._goals)]).ravel() / self._unit
        identity = np.eye(len(self._move))
        rows, stay = self._moved[at] / self._unit, _CALM * self._hold.drift + _STAYING**2 * identity
        square = rows.T @ rows + stay + _DAMPING**2 * identity
        return np.asarray(np.linalg.solve(square, rows.T @ way - stay @ self._move))


def _rest(maps: Maps, points: Floats) -> Floats:
    """The coarsest features that are far from all points, as one vector: what should stay."""
    coarse = maps.scales[0][0]
    size = coarse.shape[-1]
    centres = (torch.arange(size) + 0.5) * (maps.size / size)
    places = torch.stack(torch.meshgrid(centres, centres, indexing="xy"), dim=-1)
    nearest = torch.cdist(places.reshape(-1, 2), torch.from_numpy(points)).min(dim=1).values
    far = (nearest > _FREE * maps.size / 256).reshape(size, size)
    return np.asarray(coarse[:, far].reshape(-1).numpy(), dtype=np.float32)
