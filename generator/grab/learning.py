"""Learning the Jacobian of a model: pairs of faces that a random small move lies between, and a ridge regression.

Each pair is a face moved there and back, so that the difference has no second-order term; groups of layers are moved
at random. The penalty of each group follows how much it moves the mesh, which is next to nothing from 32 px on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.config import GeneratorConfig
from generator.errors import DirectionError
from generator.faces.finder import FaceFinder
from generator.grab.jacobian import Jacobian
from generator.grab.moves import MoveSpace
from generator.grab.regions import Regions
from generator.progress import Job, Progress
from generator.recipe.pca import Mapping, Pca
from generator.recipe.recipe import DirectionEdit, Recipe, SeedSource, Truncation

PAIRS = 1600
COMPONENTS = 64
_FIRST_SEED = 4_000_000  # far from those of any check
_PSIS = (0.5, 0.85)
_STEP = 2.6  # sigma of a move on one group of layers; two features of a face move by about a pixel each
_MOVED = 0.5  # probability that a group of layers is moved
_RIDGE_MESH, _RIDGE_COLOURS = 4.0, 15.0
_LEAST_FACES = 0.5  # share of the pictures in which a face must be found
_FLOOR = 0.02  # of the effect of the strongest group: an effect of nothing would divide by it
_COST = 0.07  # of a sigma in the group of layers that moves the identity most, in distances of embeddings

Render = Callable[[Recipe], NDArray[np.uint8]]
Values = NDArray[np.float64]
NO_FACES = "This model shows no faces that Outis can find, so there is nothing to take hold of."


@dataclass(frozen=True)
class Pair:
    """Half the difference of a face moved there and back."""

    move: Values  # [n] sigma
    mesh: Values  # [936] shares of the side
    colours: Values  # [9]


def learning(render: Render, config: GeneratorConfig, mapping: Mapping, pca: Pca, pairs: int = PAIRS) -> Job[Jacobian]:
    """Learn the Jacobian from `pairs` pairs of renders; about a tenth of a second each at 256 px.

    Raises `DirectionError` if the pictures show no faces.
    """
    k = min(COMPONENTS, len(pca.components))
    space = MoveSpace(pca.components[:k] * pca.sigma[:k, None], config.num_ws)
    found: list[Pair] = []
    for done, (base, move) in enumerate(_trials(space, pairs)):
        yield Progress(done, pairs, "Learning how faces move")
        pair = _pair(render, space, base, move)
        found += [] if pair is None else [pair]
        if done + 1 >= min(20, pairs) and len(found) < _LEAST_FACES * (done + 1):
            raise DirectionError(NO_FACES)
    return regressed(pca.model, space, found)


def regressed(model: str, space: MoveSpace, pairs: list[Pair]) -> Jacobian:
    """The ridge regressions of mesh and colours on the moves, and what the groups of layers cost."""
    moves = np.stack([pair.move for pair in pairs])
    mesh, colours = np.stack([pair.mesh for pair in pairs]), np.stack([pair.colours for pair in pairs])
    groups = len(space.groups)
    by_mesh, by_colours = _effects(moves, mesh, groups), _effects(moves, np.nan_to_num(colours), groups)
    cost = _COST * np.sqrt(by_mesh + _FLOOR)
    return Jacobian(
        model,
        space,
        np.float32(_ridge(moves, mesh, by_mesh, _RIDGE_MESH)),
        np.float32(_ridge(moves, np.nan_to_num(colours), by_colours, _RIDGE_COLOURS)),
        np.repeat(cost, moves.shape[1] // groups).astype(np.float32),
    )


def _trials(space: MoveSpace, count: int) -> Iterator[tuple[Recipe, Values]]:
    """Faces, and a random move of each."""
    random = np.random.default_rng(0)
    groups, k = len(space.groups), len(space.components)
    for number in range(count):
        moved = random.random(groups) < _MOVED
        moved[random.integers(groups)] = True
        move = random.normal(size=(groups, k)) * moved[:, None]
        move *= _STEP * np.sqrt(moved.sum()) / np.linalg.norm(move)
        psi = float(random.uniform(*_PSIS))
        yield Recipe(source=SeedSource(_FIRST_SEED + number), truncation=Truncation(psi)), move.ravel()


def _pair(render: Render, space: MoveSpace, base: Recipe, move: Values) -> Pair | None:
    direction, finder = space.direction(move), FaceFinder()
    there, back = (
        render(Recipe(base.model, base.source, base.truncation, (DirectionEdit(direction, amount),)))
        for amount in (1.0, -1.0)
    )
    first = finder.find(there)
    second = None if first is None else finder.track(back, first)
    if first is None or second is None:
        return None
    regions = Regions.of(first)
    mesh = (first.mesh - second.mesh)[:, :2] / there.shape[0]
    return Pair(move, mesh.ravel() / 2.0, (regions.colours(there) - regions.colours(back)).ravel() / 2)


def _effects(moves: Values, changes: Values, groups: int) -> Values:
    """How much a sigma in each group of layers changes, squared, as a share of the strongest group's, `[groups]`."""
    lengths = (moves.reshape(len(moves), groups, -1) ** 2).sum(axis=2)
    effects = np.linalg.lstsq(lengths, (changes**2).sum(axis=1), rcond=None)[0]
    return np.asarray(np.maximum(effects / max(effects.max(), 1e-12), 1e-3))


def _ridge(moves: Values, changes: Values, effects: Values, penalty: float) -> Values:
    """`[outputs, n]`; groups of little effect are penalised as much more."""
    scale = np.repeat(np.sqrt(effects), moves.shape[1] // len(effects))
    scaled = moves * scale
    slopes = np.linalg.solve(scaled.T @ scaled + penalty * np.eye(len(scale)), scaled.T @ changes)
    return np.asarray((scale[:, None] * slopes).T)
