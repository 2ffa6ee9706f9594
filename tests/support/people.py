"""A world of faces that are told from w exactly or roughly, without a network, for tests that look for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generator.people.people import People
from generator.people.predictor import Predictor
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.latent import z_from_seed
from generator.recipe.recipe import Direction, Recipe, SeedSource, pack

D = 6  # numbers of z and w, which are the same here
NAMES = ("age", "smile", "yaw", "beard", "gender")  # measure i is SCALES[i] * w[i], and a part that only pictures show
SCALES = (10.0, 0.02, 9.0, 0.4, 12.0)
HIDDEN = 0.3  # standard deviations of each measure that w does not tell


@dataclass
class World:
    """A model whose picture is its w; `drawn` are the recipes of all pictures."""

    measured: tuple[str, ...] = NAMES
    drawn: list[Recipe] = field(default_factory=list)

    def people(self, **others: object) -> People:
        values = {
            **{"model": "world", "render": self.render, "mapping": np.copy, "z_dim": D, "num_ws": 2},
            **{"w_avg": np.zeros(D, np.float32), "measure": Measure(self.measured)},
            **{"predictor": predictor(), "library": library()},
        }
        return People(**(values | others))  # type: ignore[arg-type]

    def render(self, recipe: Recipe) -> NDArray[np.float32]:
        """`[D]` w with its edits, then what w does not tell."""
        self.drawn.append(recipe)
        assert isinstance(recipe.source, SeedSource)
        w, who = z_from_seed(recipe.source.seed, D)[0], recipe.source.seed
        if recipe.mix is not None:
            assert isinstance(recipe.mix.source, SeedSource)
            who = recipe.mix.source.seed
            w = w + recipe.mix.weights[0] * (z_from_seed(who, D)[0] - w)
        moves = sum((edit.amount * edit.direction.array for edit in recipe.directions), np.zeros(D))
        hidden = HIDDEN * np.random.default_rng(who).normal(size=len(NAMES))
        return np.concatenate([recipe.truncation.psi * w + moves, hidden])


@dataclass
class Measure:
    """Measures the pictures of a `World`."""

    names: tuple[str, ...]

    def __call__(self, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
        all_of_them = (pixels[: len(NAMES)] + pixels[D:]) * SCALES
        return np.array([all_of_them[NAMES.index(name)] for name in self.names])


def predictor() -> Predictor:
    """One that knows what w tells, and how much that is."""
    one, many = np.ones(D, np.float32), np.array(SCALES, np.float32)
    return Predictor(
        *("world", 100, NAMES, 0 * one, np.eye(D, dtype=np.float32), one),
        slopes=np.eye(D, len(NAMES), dtype=np.float32),
        curvatures=np.zeros((1, len(NAMES)), np.float32),
        constant=0 * many,
        scale=many,
        residual=np.float32(HIDDEN) * many,
        explained=np.full(len(NAMES), 0.9, np.float32),
    )


def library() -> DirectionLibrary:
    """Directions of all but beards; that of age makes people smile as well."""
    return DirectionLibrary("world", tuple(_named(name, NAMES.index(name)) for name in NAMES if name != "beard"))


def _named(name: str, place: int) -> NamedDirection:
    vector = 0.5 * np.eye(D, dtype=np.float32)[place]
    vector[1] += 0.2 * (name == "age")
    effects: Sequence[tuple[str, float]] = [(each, 6 * float(vector[i]) * 0.8) for i, each in enumerate(NAMES)]
    return NamedDirection(Direction(name, pack(vector)), name, "less", "more", "", tuple(effects), limits=(-2.0, 2.0))
