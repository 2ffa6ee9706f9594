"""The faces that directions are fitted on: style-mixed, so that one regression tells the layers apart.

A face from one w says what a component does on all layers at once. Here half of the variance of each group of layers
is its own, so that the effect of every group can be separated, and half is shared, so that the faces stay plausible.
"""

from __future__ import annotations

import numpy as np

from generator.attributes.experiment import Experiment
from generator.recipe.latent import z_from_seed
from generator.recipe.recipe import Floats, LatentSource, Recipe, Truncation

PSI = 0.85  # wider than the faces people look at: the slopes must hold where a slider's end is
FIRST_SEED = 1_000_000  # of the shared part; those of the groups' own parts follow at twice that
_SHARED = 0.5  # of the variance
_LAST_GROUP = 10  # its layers, those of colour and grain, are one group


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


def recipe_of(latent: Floats) -> Recipe:
    """The recipe of W+ `[num_ws, w_dim]` as it stands."""
    return Recipe(source=LatentSource.from_array("w+", latent), truncation=Truncation(1.0))
