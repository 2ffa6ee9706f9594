"""Rendering faces and measuring them: the experiment that fitting and checking are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.attribute_model import Measurer, Values
from generator.config import GeneratorConfig
from generator.progress import Job, Progress
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import Mapping, Pca
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, SeedSource, Truncation

PSI = 0.7  # truncation of the faces on which directions are tried: what people look at
Render = Callable[[Recipe], NDArray[np.uint8]]


@dataclass(frozen=True)
class Experiment:
    """A model, its principal components and somebody who measures its faces."""

    render: Render  # recipe -> uint8 [H, W, 3]
    mapping: Mapping
    measure: Measurer
    pca: Pca
    config: GeneratorConfig

    def faces(self, seeds: Sequence[int], psi: float, text: str) -> Job[Values]:
        """Attributes of the faces of `seeds`, `[N, A]`."""
        return self._measured((face(seed, psi) for seed in seeds), len(seeds), text)

    def moves(self, direction: Direction, amounts: Sequence[float], seeds: Sequence[int], text: str) -> Job[Values]:
        """Attributes of the faces of `seeds` moved along `direction`, averaged over the faces: `[amounts, A]`."""
        recipes = (face(seed, PSI, DirectionEdit(direction, amount)) for amount in amounts for seed in seeds)
        values = yield from self._measured(recipes, len(amounts) * len(seeds), text)
        return np.asarray(values.reshape(len(amounts), len(seeds), -1).mean(axis=1))

    def coordinates(self, seeds: Sequence[int], psi: float) -> Values:
        """Where the truncated w of `seeds` lie on the components, `[N, k]` in sigma."""
        z = np.concatenate([z_from_seed(seed, self.config.z_dim) for seed in seeds])
        return psi * self.pca.coordinates(self.mapping(z)).astype(np.float64)

    def _measured(self, recipes: Iterable[Recipe], count: int, text: str) -> Job[Values]:
        values = []
        for done, recipe in enumerate(recipes):
            yield Progress(done, count, text)
            values.append(self.measure(self.render(recipe)))
        return np.stack(values)


def face(seed: int, psi: float, *edits: DirectionEdit) -> Recipe:
    """The face of `seed` at truncation `psi`, moved by `edits`."""
    moved = tuple(edit for edit in edits if edit.amount)
    return Recipe(source=SeedSource(seed), truncation=Truncation(psi), directions=moved)
