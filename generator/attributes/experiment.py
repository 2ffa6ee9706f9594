"""Rendering faces and measuring them: the experiment that fitting and checking are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.attribute_model import Measurer, Values
from generator.config import GeneratorConfig
from generator.progress import Job, Progress
from generator.recipe.pca import Mapping, Pca
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, SeedSource, Truncation

PSI = 0.7  # truncation of the faces on which directions are tried: what people look at
Render = Callable[[Recipe], NDArray[np.uint8]]
Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True)
class Outcomes:
    """What was measured of pictures; the leading axes are the caller's."""

    values: Values  # [..., A], NaN where a face could not be measured
    embeddings: Values  # [..., E] who it is; E = 0 if nobody looked

    def reshaped(self, *shape: int) -> Outcomes:
        """With the leading axes in `shape`."""
        return Outcomes(
            self.values.reshape(*shape, self.values.shape[-1]),
            self.embeddings.reshape(*shape, self.embeddings.shape[-1]),
        )


@dataclass(frozen=True)
class Experiment:
    """A model, its principal components and those who measure its faces."""

    render: Render  # recipe -> uint8 [H, W, 3]
    mapping: Mapping
    measure: Measurer
    pca: Pca
    config: GeneratorConfig
    embed: Embed | None = None  # picture -> who it is, [E]

    def faces(self, seeds: Sequence[int], psi: float, text: str) -> Job[Outcomes]:
        """The faces of `seeds`, `[N, ...]`."""
        return self.outcomes((face(seed, psi) for seed in seeds), len(seeds), text)

    def moves(self, direction: Direction, amounts: Sequence[float], seeds: Sequence[int], text: str) -> Job[Outcomes]:
        """The faces of `seeds` moved along `direction`, `[amounts, faces, ...]`."""
        recipes = (face(seed, PSI, DirectionEdit(direction, amount)) for amount in amounts for seed in seeds)
        found = yield from self.outcomes(recipes, len(amounts) * len(seeds), text)
        return found.reshaped(len(amounts), len(seeds))

    def outcomes(self, recipes: Iterable[Recipe], count: int, text: str) -> Job[Outcomes]:
        """What is measured of `count` recipes, `[N, ...]`."""
        values, embeddings = [], []
        for done, recipe in enumerate(recipes):
            yield Progress(done, count, text)
            pixels = self.render(recipe)
            values.append(self.measure(pixels))
            embeddings.append(self._who(pixels))
        return Outcomes(np.stack(values), np.stack(embeddings).astype(np.float64))

    def people(self, recipes: Iterable[Recipe], count: int, text: str) -> Job[Values]:
        """Who is seen in `count` recipes, `[N, E]`, without any measures."""
        embeddings = []
        for done, recipe in enumerate(recipes):
            yield Progress(done, count, text)
            embeddings.append(self._who(self.render(recipe)))
        return np.array(embeddings, np.float64).reshape(count, -1)

    def _who(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.empty(0, np.float32) if self.embed is None else self.embed(pixels)


def face(seed: int, psi: float, *edits: DirectionEdit) -> Recipe:
    """The face of `seed` at truncation `psi`, moved by `edits`."""
    moved = tuple(edit for edit in edits if edit.amount)
    return Recipe(source=SeedSource(seed), truncation=Truncation(psi), directions=moved)
