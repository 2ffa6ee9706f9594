"""Finishing the pictures of a command: networks, background and notices once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from explorer.cli.terminal import UsageError, report, say
from generator.errors import ExportError
from generator.faces.finder import FaceFinder
from generator.formats.finished import Finished, Floats, Pixels
from generator.formats.picture_options import PICTURE, PictureOptions
from generator.pictures.background import read_background
from generator.pictures.enlarge import why_not
from generator.pictures.finish import at_size, finishing
from generator.progress import Job, Progress, finish
from generator.recipe.recipe import Recipe
from generator.render.engine import Engine


class TakeHome:
    """What becomes of every picture of a command."""

    def __init__(self, options: PictureOptions) -> None:
        """Read the background, and say what is missing. Raises `UsageError` where there is no such background."""
        self.options = options
        self._background = _background(options)
        self._last: tuple[Recipe, Finished] | None = None
        sentence = why_not() if options.enlarge > 1 else ""
        if sentence:
            say(sentence)

    def rendered(self, engine: Engine, recipe: Recipe, live: bool = False) -> Finished:
        """The face of `recipe`: with all bits where 16 are asked for."""
        deep = self.options.bits == 16
        return self.finished(engine.values(recipe) if deep else engine.render(recipe, live=live))

    def at_size(self, engine: Engine, recipe: Recipe, size: int | None) -> Job[Finished]:
        """The face of `recipe` with a longer side of so many pixels: the last one at several sizes is finished once."""
        if self._last is None or self._last[0] is not recipe:
            picture = engine.values(recipe) if self.options.bits == 16 else engine.render(recipe)
            done = yield from finishing(picture, self.options, self._finder.find, self._background)
            self._last = recipe, done
        finished = self._last[1]
        return finished if size is None else at_size(finished, replace(self.options, size=size))

    def finished(self, picture: Pixels | Floats) -> Finished:
        """What becomes of `picture`, `[H, W, 3]`."""
        done = finish(finishing(picture, self.options, self._finder.find, self._background), report)
        report(Progress(1, 1, "Finished"))  # ends the line
        return done

    @cached_property
    def _finder(self) -> FaceFinder:
        return FaceFinder()


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Begin the sentence of an error with the picture that cannot be finished."""
    try:
        yield
    except ExportError as error:
        raise ExportError(f"{name}: {error}") from error


def _background(options: PictureOptions) -> Pixels | None:
    try:
        return read_background(options.cutout) if options.background == PICTURE else None
    except ExportError as error:
        raise UsageError(f"--cutout: {error}") from error
