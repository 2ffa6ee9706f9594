"""From the options of `outis render` to a recipe of the opened model."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from explorer.cli.class_options import AskedClass
from explorer.cli.pca import components_of
from explorer.cli.terminal import UsageError, say
from explorer.document.argument_types import ComponentAmount, MixedLayers, NamedAmount
from generator.config import GeneratorConfig
from generator.errors import DirectionError, RecipeError
from generator.formats.open_face import Opened, check_fits
from generator.recipe import pca
from generator.recipe.direction_files import library_of
from generator.recipe.recipe import Mix, Noise, Recipe, SeedSource, Transform, Truncation
from generator.render.engine import Engine


def asked_recipe(start: Opened | None, asked: AskedClass, arguments: argparse.Namespace, engine: Engine) -> Recipe:
    """The recipe `start` (the default recipe where it is None) with every option applied but `--seeds`.

    Raises `RecipeError`, `LatentError`, `ClassError` or `DirectionError` where the model lacks what is requested.
    """
    recipe = asked.of(_base(start, engine))
    recipe = _truncated(recipe, arguments.truncation, arguments.cutoff, engine)
    if arguments.noise is not None:
        recipe = replace(recipe, noise=Noise(arguments.noise, recipe.noise.seed))
    recipe = _moved(recipe, arguments.translate, arguments.rotate)
    if arguments.mix:
        recipe = replace(recipe, mix=_mix(arguments.mix, engine.config, asked.label))
    recipe = with_named(recipe, arguments.direction, engine.generator.hash)
    return with_components(recipe, arguments.pc, engine)


def _base(start: Opened | None, engine: Engine) -> Recipe:
    if start is None:
        return Recipe(model=engine.generator.hash)
    check_fits(start, engine.generator.hash, engine.config)
    return replace(start.recipe, model=engine.generator.hash)


def _truncated(recipe: Recipe, psi: float | None, cutoff: int | None, engine: Engine) -> Recipe:
    if not engine.config.has_w:
        if psi not in (None, 1.0) or cutoff is not None:
            say(f"{engine.generator.name} has no W, so there is nothing to truncate: --truncation changes nothing.")
        return replace(recipe, truncation=Truncation(1.0))
    truncation = recipe.truncation
    psi = truncation.psi if psi is None else psi
    cutoff = truncation.cutoff if cutoff is None else cutoff
    return replace(recipe, truncation=replace(truncation, psi=psi, cutoff=cutoff))


def _moved(recipe: Recipe, shift: tuple[float, float] | None, degrees: float | None) -> Recipe:
    transform = recipe.transform
    x, y = (transform.x, transform.y) if shift is None else shift
    return replace(recipe, transform=Transform(x, y, transform.degrees if degrees is None else degrees))


def _mix(parts: Sequence[MixedLayers], config: GeneratorConfig, label: int | None) -> Mix:
    """One second source, of the class `label`, with a weight for each layer; a later part overrides an earlier one."""
    seeds = sorted({part.seed for part in parts})
    if len(seeds) > 1:
        raise UsageError(f"--mix takes layers of one other seed, not of several: {', '.join(map(str, seeds))}.")
    weights = [0.0] * config.num_ws
    for part in parts:
        if part.layers.first >= config.num_ws:
            raise RecipeError(f"--mix {part} starts after this model's last layer, {config.num_ws - 1}.")
        for layer in part.layers.indices(config.num_ws):
            weights[layer] = part.weight
    return Mix(SeedSource(seeds[0], label), tuple(weights))


def with_named(recipe: Recipe, amounts: Sequence[NamedAmount], model: str) -> Recipe:
    """`recipe` moved along named directions of the model. Raises `DirectionError` for an unknown name."""
    if not amounts:
        return recipe
    library = library_of(model)
    for amount in amounts:
        own = library.find(amount.name).direction
        direction = own if amount.layers is None else replace(own, layers=amount.layers)
        recipe = recipe.with_amount(direction, amount.sigma)
    return recipe


def with_components(recipe: Recipe, amounts: Sequence[ComponentAmount], engine: Engine) -> Recipe:
    """`recipe` moved along principal components of W, which are computed now if they are not cached."""
    if not amounts:
        return recipe
    components = components_of(engine, pca.SAMPLES, pca.COMPONENTS)
    for amount in amounts:
        if amount.index >= len(components.sigma):
            raise DirectionError(f"There is no component {amount.index}; the last is {len(components.sigma) - 1}.")
        if amount.layers.first >= engine.config.num_ws:
            raise DirectionError(f"--pc {amount} starts after this model's last layer, {engine.config.num_ws - 1}.")
        whole = components.direction(amount.index)
        recipe = recipe.with_amount(replace(whole, layers=amount.layers), amount.sigma)
    return recipe
