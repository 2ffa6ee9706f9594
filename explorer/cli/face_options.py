"""The options of commands that begin with one face: --seed or --recipe, --class and --truncation."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.cli.class_options import AskedClass, add_class_options
from explorer.cli.latent_options import add_latent_options
from explorer.document.argument_types import parse_psi, parse_seed

if TYPE_CHECKING:
    from generator.recipe.recipe import Recipe
    from generator.render.engine import Engine


def add_face_options(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument("--seed", type=parse_seed, metavar="N", help="the face of this seed")
    parser.add_argument("--recipe", metavar="FILE", help="the face of a recipe, or of an image that contains one")
    add_latent_options(parser)
    add_class_options(parser)
    parser.add_argument("--truncation", "--psi", type=parse_psi, metavar="PSI", help="with --seed; default: 0.7")


def face_recipe(engine: Engine, arguments: argparse.Namespace) -> Recipe:
    """The recipe of the face asked for.

    Raises `RecipeError`, `LatentError` or `ClassError` if it does not fit the model.
    """
    return AskedClass(arguments, engine.generator).of(_face_recipe(engine, arguments))


def _face_recipe(engine: Engine, arguments: argparse.Namespace) -> Recipe:
    from explorer.cli.latents import asked_of, face_of, held_in
    from generator.formats.open_face import check_fits
    from generator.recipe.recipe import Recipe, SeedSource, Truncation

    model = engine.generator.hash
    if arguments.recipe is None:
        psi = 0.7 if arguments.truncation is None else arguments.truncation
        return Recipe(model, SeedSource(arguments.seed), Truncation(engine.config.psi(psi)))
    opened = face_of(held_in(arguments.recipe), asked_of(arguments), engine)
    check_fits(opened, model, engine.config)
    return replace(opened.recipe, model=model)
