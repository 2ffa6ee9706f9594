"""What of a recipe survives when another model is opened."""

from __future__ import annotations

from dataclasses import replace

from explorer.messages import ModelFacts
from generator.config import GeneratorConfig
from generator.recipe.recipe import LatentSource, Mix, Recipe, SeedSource, Source, Transform


def carry_over(recipe: Recipe, facts: ModelFacts) -> Recipe:
    """The recipe adapted to the model of `facts`.

    Seeds and z mean something to every model; a w, a W+, a direction or stored noise only to the model it came from.
    A recipe without a model (`Recipe.model` "") belongs to any model that its sizes fit.
    """
    config, same = facts.config, recipe.model in ("", facts.hash)
    source = survivor(recipe.source, config, same) or SeedSource(0)
    directions = recipe.directions if same else ()
    return replace(
        recipe,
        model=facts.hash,
        source=source,
        mix=_mix(recipe.mix, config, same),
        directions=tuple(edit for edit in directions if not edit.direction.misfit(config.num_ws, config.w_dim)),
        truncation=replace(recipe.truncation, cutoff=_cutoff(recipe.truncation.cutoff, config)),
        noise=recipe.noise.fitting(config.noise_sizes if same else ()),
        transform=recipe.transform if config.has_transform else Transform(),
    )


def survivor(source: Source, config: GeneratorConfig, same_model: bool) -> Source | None:
    """The source adapted to a model of `config`, or None if it means nothing to that model."""
    if isinstance(source, SeedSource):
        known = source.label is not None and source.label < config.c_dim
        return source if known else replace(source, label=None)
    return source if _fits(source, config, same_model) else None


def survivors(sources: tuple[Source, ...], config: GeneratorConfig, same_model: bool) -> tuple[Source, ...]:
    """Those of `sources` that survive, each once."""
    kept = (survivor(source, config, same_model) for source in sources)
    return tuple(dict.fromkeys(source for source in kept if source is not None))


def _fits(source: LatentSource, config: GeneratorConfig, same_model: bool) -> bool:
    rows, size = source.rows, source.array.size // source.rows
    if source.space == "z":
        return size == config.z_dim
    return same_model and (rows, size) == (1 if source.space == "w" else config.num_ws, config.w_dim)


def _mix(mix: Mix | None, config: GeneratorConfig, same_model: bool) -> Mix | None:
    source = mix and survivor(mix.source, config, same_model)
    return Mix(source, mix.weights[: config.num_ws]) if mix and source else None


def _cutoff(cutoff: int | None, config: GeneratorConfig) -> int | None:
    return None if cutoff is None or cutoff >= config.num_ws else cutoff
