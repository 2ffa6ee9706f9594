"""Style mixing as arithmetic on recipes: widgets need not know how weights are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.recipe.recipe import Mix, Recipe, Source

CLEAN = 6  # decimals of a weight after 1 - w: no rounding errors, so that swapping twice changes nothing


def weights_of(recipe: Recipe, num_ws: int) -> tuple[float, ...]:
    """Weight of the second source on each of `num_ws` layers, 0..1; all 0 without a mix."""
    weights = recipe.mix.weights if recipe.mix else ()
    return (*weights, *[0.0] * num_ws)[:num_ws]


def with_weight(recipe: Recipe, second: Source, num_ws: int, layers: Iterable[int], weight: float) -> Recipe:
    """`recipe` with `second` mixed in by `weight` on `layers`, the other layers as they are."""
    weights = list(weights_of(recipe, num_ws))
    for layer in layers:
        weights[layer] = weight
    return replace(recipe, mix=Mix(second, tuple(weights)))


def with_second(recipe: Recipe, second: Source, num_ws: int) -> Recipe:
    """`recipe` with `second` as its second source; the weights stay."""
    return replace(recipe, mix=Mix(second, weights_of(recipe, num_ws)))


def swapped(recipe: Recipe, second: Source, num_ws: int) -> Recipe:
    """Swap the first and second source, with every weight w as 1 - w: the image stays the same."""
    weights = tuple(round(1 - weight, CLEAN) for weight in weights_of(recipe, num_ws))
    return replace(recipe, source=second, mix=Mix(recipe.source, weights))
