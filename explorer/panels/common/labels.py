"""The labels of sources and faces in lists."""

from __future__ import annotations

from explorer.document.class_titles import class_title
from explorer.translation import tr
from generator.printable import printable
from generator.recipe.recipe import LatentSource, Recipe, Source

LONGEST = 60  # characters of a generated name


def source_name(source: Source, model: str) -> str:
    """ "seed 85", "seed 3, class 7 frog" as `model` calls it, or the name of a stored latent."""
    if isinstance(source, LatentSource):
        return printable(source.name) or tr("latent in {space}", space=source.space.upper())
    if source.label is None:
        return tr("seed {seed}", seed=source.seed)
    return tr("seed {seed}, class {label}", seed=source.seed, label=class_title(model, source.label))


def face_name(recipe: Recipe) -> str:
    """The source and its edits: "seed 85, with seed 1, age +1.5"."""
    mixed = [tr("with {source}", source=source_name(recipe.mix.source, recipe.model))] if recipe.mix else []
    moved = [f"{edit.direction.name} {edit.amount:+.1f}" for edit in recipe.directions]
    name = ", ".join([source_name(recipe.source, recipe.model), *mixed, *moved])
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
