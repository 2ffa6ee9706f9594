"""The faces that directions are fitted on: style-mixed, so that one regression tells the layers apart.

A face from one w says what a component does on all layers at once. Here half of the variance of each group of layers
is its own, so that the effect of every group can be separated, and half is shared, so that the faces stay plausible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.experiment import Experiment, Outcomes
from generator.progress import Job
from generator.recipe.latent import z_from_seed
from generator.recipe.layers import Layers
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, Floats, LatentSource, Recipe, Truncation, pack

PSI = 0.85  # wider than the faces people look at: the slopes must hold where a slider's end is
FIRST_SEED = 1_000_000  # of the shared parts; the own parts of the groups start at twice that
SHIFT = 0.6  # sigma of the random step of one group that shows how restless the embedding is
_SHARED = 0.5  # of the variance
_LAST_GROUP = 10  # the layers from here on, those of colour and grain, are one group

Array = NDArray[np.float64]


def layer_groups(num_ws: int) -> tuple[range, ...]:
    """The groups of layers that a direction may move apart: pairs up to layer 10, then all the rest."""
    starts = range(0, min(num_ws, _LAST_GROUP + 1), 2)
    return tuple(range(start, min(start + 2, num_ws) if start < _LAST_GROUP else num_ws) for start in starts)


def mixed_latent(experiment: Experiment, index: int) -> Floats:
    """W+ of mixed face `index`, `[num_ws, w_dim]`."""
    groups = layer_groups(experiment.config.num_ws)
    first = 2 * FIRST_SEED + len(groups) * index
    seeds = (FIRST_SEED + index, *range(first, first + len(groups)))
    z = np.concatenate([z_from_seed(seed, experiment.config.z_dim) for seed in seeds])
    mean = experiment.pca.mean
    shared, *own = experiment.mapping(z) - mean
    rows = [mean + PSI * (np.sqrt(_SHARED) * shared + np.sqrt(1 - _SHARED) * part) for part in own]
    sizes = [len(group) for group in groups]
    return np.repeat(np.asarray(rows, np.float32), sizes, axis=0)


def shift_of(pca: Pca, index: int, groups: int) -> Array:
    """The random step of one group, the others still, that mixed face `index` makes: `[groups, k]` in sigma."""
    step = np.zeros((groups, len(pca.sigma)))
    step[index % groups] = SHIFT * np.random.RandomState(3 * FIRST_SEED + index).randn(len(pca.sigma))
    return step


def recipe_of(latent: Floats) -> Recipe:
    """The recipe of W+ `[num_ws, w_dim]` as it stands."""
    return Recipe(source=LatentSource.from_array("w+", latent), truncation=Truncation(1.0))


def rows_of(pca: Pca, move: Array, num_ws: int) -> Floats:
    """A flat move `[groups * k]` in sigma as rows in W+, `[num_ws, w_dim]`."""
    groups = layer_groups(num_ws)
    rows = (move.reshape(len(groups), -1) * pca.sigma) @ pca.components
    return np.repeat(rows, [len(group) for group in groups], axis=0).astype(np.float32)


def direction_of(pca: Pca, name: str, move: Array, num_ws: int) -> Direction:
    """A flat move `[groups * k]` as a direction with a row for each layer."""
    rows = rows_of(pca, move, num_ws)
    moved = [layer for layer in range(num_ws) if rows[layer].any()]
    return Direction(name, pack(rows), Layers.of(moved), num_ws)


@dataclass(frozen=True)
class Samples:
    """Mixed faces, where they lie and what was measured of them."""

    coordinates: Array  # [N, groups * k] in sigma
    faces: Outcomes  # [N, ...]
    shifts: Array  # [P, groups * k]: the random steps of the first P faces
    shifted: Array  # [P, E]: the embeddings after them


def sampling(experiment: Experiment, faces: int, shifted: int) -> Job[Samples]:
    """Render and measure `faces` mixed faces, and the first `shifted` of them again after a random step."""
    pca, num_ws = experiment.pca, experiment.config.num_ws
    latents = [mixed_latent(experiment, index) for index in range(faces)]
    found = yield from experiment.outcomes(map(recipe_of, latents), faces, "Measuring faces")
    steps = [shift_of(pca, index, len(layer_groups(num_ws))).ravel() for index in range(shifted)]
    recipes = (recipe_of(w + rows_of(pca, step, num_ws)) for w, step in zip(latents, steps, strict=False))
    moved = yield from experiment.people(recipes, shifted, "Measuring what changes a person")
    firsts = [group[0] for group in layer_groups(num_ws)]
    coordinates = pca.coordinates(np.stack(latents)[:, firsts]).reshape(faces, -1)
    shifts = np.array(steps, np.float32).astype(np.float64).reshape(shifted, -1)  # as precise as coordinates are
    return Samples(coordinates.astype(np.float64), found, shifts, moved)
