"""Learning how the faces of a model move, in two passes over random faces.

First, exact derivatives: for each thing that hands do to a face (`handles`), the vector in W+ that does it while the
identity changes least, M^-1 g. Here g is the mean of the handle's gradient over faces, and M the mean of J'J of the
embedding (of the picture at 16 px without the extra `attributes`), regularised by its diagonal. Second, pairs of
renders: each face is moved along a random combination of these vectors and back, and a ridge regression gives the
Jacobian of points and colours. It is the change over a step that hands really make, and second-order terms cancel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from generator.errors import DirectionError
from generator.faces.finder import FaceFinder
from generator.grab.features import check_picture
from generator.grab.gradients import Derivatives, Embed
from generator.grab.handles import handles
from generator.grab.jacobian import Jacobian
from generator.grab.landmarks import Shades, landmarks
from generator.grab.moves import MoveSpace
from generator.grab.regions import Regions
from generator.progress import Job, Progress
from generator.recipe.recipe import DirectionEdit, Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FACES, PAIRS = 10, 200
_FIRST_FACE, _FIRST_PAIR = 5_000_000, 4_000_000  # seeds, far from those of any check
_PSI = 0.7
_IDENTITIES = 12  # random combinations of the embedding, of each face
_OF_PICTURE = 3.0  # distances of embeddings in one of pictures: what makes the two costs alike
_DIAGONAL = 1.0  # of the regularisation
_DISTANCE = 0.15  # cost of a unit in W+, whose faces lie about 11 from their mean: far moves leave the faces there are
_STEP = 0.2  # of a random move: the change of identity that is expected of it
_RIDGE = 0.5  # of the mean square of a move in W+
_LEAST_FACES = 0.5  # share of the pictures in which a face must be found
_LEAST_PAIRS = 0.25  # share of the pairs that must both show one

Values = NDArray[np.float64]
NO_FACES = "This model shows no faces that Outis can find, so there is nothing to take hold of."


@dataclass(frozen=True)
class Pair:
    """Half the difference of a face moved there and back."""

    move: Values  # [n]
    points: Values  # [2 * HELD_COUNT] shares of the side
    colours: Values  # [9]


def learning(engine: Engine, embed: Embed | None = None, faces: int = FACES, pairs: int = PAIRS) -> Job[Jacobian]:
    """Learn the Jacobian of the engine's model; some minutes on one core.

    embed: who a face is, `RecognitionNetwork`; None = hold the picture still instead.
    Raises `DirectionError` if the pictures show no faces or are not square.
    """
    check_picture(engine)
    total = faces + pairs
    gradients, changes = [], []
    for done in range(faces):
        yield Progress(done, total, "Learning how faces move")
        if (found := _derivatives(engine, embed, done)) is not None:
            gradients.append(found[0])
            changes.append(found[1])
        _check(len(gradients), done + 1, faces)
    space, cost = space_of(np.mean(gradients, axis=0), np.concatenate(changes))
    tried: list[Pair] = []
    for done, (base, move) in enumerate(_trials(space, cost, pairs)):
        yield Progress(faces + done, total, "Learning how faces move")
        pair = _pair(engine, space, base, move)
        tried += [] if pair is None else [pair]
    if len(tried) < _LEAST_PAIRS * pairs:
        raise DirectionError(NO_FACES)
    return regressed(engine.generator.hash, space, cost, tried)


def space_of(gradients: Values, changes: Values) -> tuple[MoveSpace, Values]:
    """The vectors for mean `gradients` `[m, num_ws, w_dim]` of handles, and the cost `[n, n]` of combining them.

    changes: gradients of random combinations of what should stay, `[samples, num_ws, w_dim]`.
    """
    m, num_ws, w_dim = gradients.shape
    samples = changes.reshape(len(changes), -1).astype(np.float64) / np.sqrt(len(changes))
    by_layer = (changes.astype(np.float64) ** 2).mean(axis=(0, 2))
    diagonal = _DIAGONAL * np.repeat(by_layer + 0.04 * by_layer.max(), w_dim)
    vectors = _solved(samples, diagonal, gradients.reshape(m, -1).astype(np.float64))
    space = MoveSpace(vectors.reshape(m, num_ws, w_dim).astype(np.float32))
    lengths = np.sqrt(((vectors @ samples.T) ** 2).sum(axis=1) + (vectors**2 * diagonal).sum(axis=1))
    space = MoveSpace((space.vectors / lengths[:, None, None]).astype(np.float32))
    cut = space.cut.reshape(space.size, -1).astype(np.float64)
    along = cut @ samples.T
    return space, along @ along.T + (cut * diagonal) @ cut.T + _DISTANCE**2 * _products(space)


def _solved(samples: Values, diagonal: Values, right: Values) -> Values:
    """Rows of (S'S + D)^-1 r for rows r, by the identity of Woodbury: S has far fewer rows than columns."""
    scaled = samples / diagonal
    inner = np.eye(len(samples)) + scaled @ samples.T
    return np.asarray(right / diagonal - np.linalg.solve(inner, (right @ scaled.T).T).T @ scaled)


def regressed(model: str, space: MoveSpace, cost: Values, pairs: list[Pair]) -> Jacobian:
    """The regressions of points and colours on the moves, ridge regressions of gradients in W+: what vectors that
    nearly point the same way do is nearly the same."""
    moves = np.stack([pair.move for pair in pairs])
    points, colours = np.stack([pair.points for pair in pairs]), np.stack([pair.colours for pair in pairs])
    changes = np.nan_to_num(np.concatenate([points, colours], axis=1))
    along = _products(space) @ moves.T  # [n, pairs]
    kernel = moves @ along
    kernel += _RIDGE * np.trace(kernel) / len(kernel) * np.eye(len(kernel))
    slopes = (along @ np.linalg.solve(kernel, changes)).T.astype(np.float32)
    return Jacobian(model, space, slopes[: points.shape[1]], slopes[points.shape[1] :], cost.astype(np.float32))


def _products(space: MoveSpace) -> Values:
    """Inner products in W+ of the moves, `[n, n]`."""
    cut = space.cut.reshape(space.size, -1).astype(np.float64)
    return np.asarray(cut @ cut.T)


def _derivatives(engine: Engine, embed: Embed | None, number: int) -> tuple[NDArray[np.float32], ...] | None:
    recipe = Recipe(source=SeedSource(_FIRST_FACE + number), truncation=Truncation(_PSI))
    rendering = engine.rendering(recipe)
    seen = FaceFinder().find(rendering.pixels)
    if seen is None:
        return None
    random = torch.Generator().manual_seed(number)
    with torch.enable_grad():
        derivatives = Derivatives(engine.generator, rendering.w_plus, seen)
        if embed is None:
            changes = _OF_PICTURE * derivatives.of_picture(random, _IDENTITIES)
        else:
            changes = derivatives.of_identity(embed, random, _IDENTITIES)
        return derivatives.of_points(handles()), changes


def _trials(space: MoveSpace, cost: Values, count: int) -> Iterator[tuple[Recipe, Values]]:
    """Faces, and a random move of each."""
    random = np.random.default_rng(0)
    groups = len(space.groups)
    for number in range(count):
        moved = random.random(groups) < 0.7
        moved[random.integers(groups)] = True
        move = (random.normal(size=(groups, len(space.vectors))) * moved[:, None]).ravel()
        recipe = Recipe(source=SeedSource(_FIRST_PAIR + number), truncation=Truncation(_PSI))
        yield recipe, move * (_STEP / np.sqrt(move @ cost @ move))


def _pair(engine: Engine, space: MoveSpace, base: Recipe, move: Values) -> Pair | None:
    direction, finder = space.direction(move), FaceFinder()
    there, back = (
        engine.render(Recipe(base.model, base.source, base.truncation, (DirectionEdit(direction, amount),)))
        for amount in (1.0, -1.0)
    )
    first = finder.find(there)
    second = None if first is None else finder.track(back, first)
    if first is None or second is None:
        return None
    regions = Regions.of(first)
    shades = Shades.of(first, regions)
    one, other = (landmarks(finder.steady(seen), shades)[:, :2] for seen in (first, second))
    change = (one - other) / (2 * there.shape[0])
    return Pair(move, change.ravel(), (regions.colours(there) - regions.colours(back)).ravel() / 2)


def _check(found: int, tried: int, total: int) -> None:
    if tried >= min(10, total) and found < _LEAST_FACES * tried:
        raise DirectionError(NO_FACES)
