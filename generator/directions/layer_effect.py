"""What a direction changes in the picture on each layer by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generator.directions.effect import compared_at, moved
from generator.directions.survey import Array, face
from generator.progress import Job, Progress
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Recipe
from generator.render.engine import Engine

_SEEDS = (920_000, 920_001)


def measuring_layers(engine: Engine, direction: Direction) -> Job[tuple[float, ...]]:
    """For each layer, whether the direction acts on it or not, how much the picture changes where the direction acts
    on that layer alone: the mean absolute difference in levels, 0..255, over two faces."""
    plain = [_levels(engine, face(seed)) for seed in _SEEDS]
    amount, changes = compared_at(direction), []
    for layer in range(engine.config.num_ws):
        yield Progress(layer, engine.config.num_ws, "Looking at each layer")
        alone = replace(direction, layers=Layers.of([layer]))
        edited = [_levels(engine, moved(face(seed), alone, amount)) for seed in _SEEDS]
        changes.append(float(np.mean([np.abs(a - b).mean() for a, b in zip(edited, plain, strict=True)])))
    return tuple(changes)


def _levels(engine: Engine, recipe: Recipe) -> Array:
    """The whole picture: fine layers change nothing in a small one. What is cached of the live face stays."""
    return engine.render(recipe, live=True, aside=True).astype(np.float64)
