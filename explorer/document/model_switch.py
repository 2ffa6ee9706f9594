"""What of a recipe survives when another model is opened."""

from __future__ import annotations

from dataclasses import replace

from explorer.messages import ModelFacts
from generator.config import GeneratorConfig
from generator.recipe.recipe import LatentSource, Mix, Recipe, SeedSource, Source, Transform, Truncation


def carry_over(recipe: Recipe, facts: ModelFacts, last: GeneratorConfig | None = None) -> Recipe:
    """The recipe adapted to the model of `facts`. last: of the model that it was for, if that is known.

    Seeds and z mean something to every model; a w, a W+, a direction or stored noise only to the model it came from.
    A seed without a class begins with the first one of a model that has classes: the vector of zeros is none that it
    has seen.
    A recipe without a model (`Recipe.model` "") belongs to any model that its sizes fit.
    """
    config, same = facts.config, recipe.model in ("", facts.hash)
    source = survivor(recipe.source, config, same) or SeedSource(0)
    directions = recipe.directions if same else ()
    mix = _mix(recipe.mix, config, same)
    if recipe.model != facts.hash:  # one of this model may be of no class on purpose
        source, mix = _with_class(source, config), mix and replace(mix, source=_with_class(mix.source, config))
    return replace(
        recipe,
        model=facts.hash,
        source=source,
        mix=mix,
        directions=tuple(edit for edit in directions if not edit.direction.misfit(config.num_ws, config.w_dim)),
        truncation=_truncation(recipe.truncation, config, last),
        noise=recipe.noise.fitting(config.noise_sizes if same else ()),
        transform=recipe.transform if config.has_transform else Transform(),
    )


def survivor(source: Source, config: GeneratorConfig, same_model: bool) -> Source | None:
    """The source adapted to a model of `config`, or None if it means nothing to that model."""
    if isinstance(source, SeedSource):
        known = source.label is not None and source.label < config.c_dim
        return source if known else replace(source, label=None)
    return source if _fits(source, config, same_model) else None


def _with_class(source: Source, config: GeneratorConfig) -> Source:
    if config.c_dim and isinstance(source, SeedSource) and source.label is None:
        return replace(source, label=0)
    return source


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


def _truncation(truncation: Truncation, config: GeneratorConfig, last: GeneratorConfig | None) -> Truncation:
    """A model without W is not truncated, and its recipes say so; nobody chose that for the next model."""
    if not config.has_w:
        return Truncation(1.0)
    if last is not None and not last.has_w:
        return Truncation()
    return replace(truncation, cutoff=_cutoff(truncation.cutoff, config))


def _cutoff(cutoff: int | None, config: GeneratorConfig) -> int | None:
    return None if cutoff is None or cutoff >= config.num_ws else cutoff
