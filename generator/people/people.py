"""The faces of one model as people: how they are drawn, measured, told apart and inspected; and what one of them is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.attributes.attribute_model import Measurer
from generator.people.predictor import Predictor
from generator.recipe.directions import DirectionLibrary
from generator.recipe.latent import z_from_seeds
from generator.recipe.pca import Mapping as SeedMapping
from generator.recipe.recipe import Floats, Recipe
from generator.render.engine import Engine

Pixels = NDArray[np.uint8]  # [H, W, 3]
Inspect = Callable[[Pixels], Mapping[str, float | None]]  # percentile of each cue; None = it cannot be judged
Embed = Callable[[Pixels], Floats]  # who it is, [E]
_PAIRS = 256  # of faces, whose distance is the usual one


@dataclass(frozen=True, eq=False)
class People:
    """A model and those who look at its faces."""

    model: str  # content hash
    render: Callable[[Recipe], Pixels]
    mapping: SeedMapping
    z_dim: int
    num_ws: int
    w_avg: Floats  # [D] the mean of w of those whom `mapping` draws
    measure: Measurer
    predictor: Predictor
    library: DirectionLibrary
    inspect: Inspect | None = None
    embed: Embed | None = None  # needs the extra `attributes`

    @classmethod
    def of(
        cls,
        engine: Engine,
        measure: Measurer,
        predictor: Predictor,
        library: DirectionLibrary,
        inspect: Inspect | None = None,
        embed: Embed | None = None,
    ) -> People:
        """The faces that an engine renders."""
        config, w_avg = engine.config, engine.generator.class_average(None).float().cpu().numpy()
        model = engine.generator.hash
        return cls(
            *(model, engine.render, engine.mapping, config.z_dim, config.num_ws, w_avg),
            *(measure, predictor, library, inspect, embed),
        )

    def w(self, *seeds: int) -> Floats:
        """w `[N, D]` of seeds, untruncated."""
        return self.mapping(z_from_seeds(seeds, self.z_dim))

    def truncated(self, w: Floats, psi: float) -> Floats:
        """w `[N, D]` truncated."""
        return np.asarray(self.w_avg + psi * (w - self.w_avg), np.float32)

    @cached_property
    def usual_distance(self) -> float:
        """The median distance in W, untruncated, of two random faces."""
        w = self.w(*range(2 * _PAIRS))
        return float(np.median(np.linalg.norm(w[::2] - w[1::2], axis=1)))

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """Where `measure` gives each measure of the predictor, `[A]`; -1 where it does not, as age without the
        extra."""
        places = {name: place for place, name in enumerate(self.measure.names)}
        return np.array([places.get(name, -1) for name in self.predictor.names])

    @property
    def only_predicted(self) -> tuple[str, ...]:
        """The measures that are predicted, but not measured here."""
        return tuple(name for name, place in zip(self.predictor.names, self.columns, strict=True) if place < 0)


@dataclass(frozen=True)
class Person:
    """Somebody who was found."""

    number: int  # 1.. in the brief
    seed: int
    recipe: Recipe
    cell: tuple[str, ...]  # label of the band of each wish
    values: Mapping[str, float]  # measures in their units
    predicted: tuple[str, ...] = ()  # those of `values` that nobody here could measure
    cues: Mapping[str, float | None] = field(default_factory=dict)  # percentiles of the inspector, if there was one
    w: Floats = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)  # [D], unmoved
    face: Floats | None = field(default=None, compare=False, repr=False)  # [E] who it is to the network

    @property
    def edits(self) -> dict[str, float]:
        """Sigma moved along each direction, by its name."""
        return {edit.direction.name: edit.amount for edit in self.recipe.directions}
