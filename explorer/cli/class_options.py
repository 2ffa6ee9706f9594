"""The options that say which class of a conditional model is meant: --class and --class-names. Loads nothing heavy."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.cli.terminal import say

if TYPE_CHECKING:
    from generator.networks import Generator
    from generator.recipe.class_names import ClassNames
    from generator.recipe.recipe import Recipe

ZERO_CLASS = (
    "The model has {count:,} classes and no --class is given, so the zero class is rendered, which is none of them."
)


def add_class_options(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument(
        "--class", dest="label", metavar="NUMBER|NAME", help="class of seeds, of a model that has classes"
    )
    parser.add_argument(
        "--class-names", metavar="FILE", help="names of the classes; default: those in the model or beside it"
    )


class AskedClass:
    """The class that the options name, for the faces of one model."""

    def __init__(self, arguments: argparse.Namespace, generator: Generator | None) -> None:
        """generator: None = the shipped one, which has no classes.

        Raises `ClassError` where the model has no such class, or a file of names does not fit it.
        """
        self._count = 0 if generator is None else generator.config.c_dim
        self.label = None if arguments.label is None else self._number(arguments.label, _names(arguments, generator))
        self._told = False

    def _number(self, text: str, names: ClassNames) -> int:
        from generator.recipe.class_names import checked

        return names.number_of(text, self._count) if self._count else checked(0, 0)

    def of(self, recipe: Recipe) -> Recipe:
        """`recipe` of that class. Where no class is named it stays as it is; if that is the zero class, which looks
        like none of them, a sentence on stderr says so, once.

        Raises `ClassError` for a stored latent, whose class is part of it.
        """
        from generator.errors import ClassError
        from generator.recipe.recipe import SeedSource

        source = recipe.source
        if isinstance(source, SeedSource):
            if self.label is None:
                self._tell(source.label)
                return recipe
            return replace(recipe, source=replace(source, label=self.label))
        if self.label is not None:
            raise ClassError("The face is a stored latent, of which the class cannot be changed; leave --class out.")
        return recipe

    def _tell(self, label: int | None) -> None:
        if self._count and label is None and not self._told:
            self._told = True
            say(ZERO_CLASS.format(count=self._count))


def _names(arguments: argparse.Namespace, generator: Generator | None) -> ClassNames:
    """Those of --class-names, or the ones that came with the model, of which it is said why they are not used."""
    from generator.recipe.class_names import ClassNames, read

    if arguments.class_names is not None:
        return read(arguments.class_names, 0 if generator is None else generator.config.c_dim)
    if generator is None:
        return ClassNames()
    if generator.class_fault:
        say(generator.class_fault)
    return ClassNames(generator.class_names)
