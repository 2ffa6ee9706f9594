"""Files that hold latents, for the commands that take a face from a file: what they are, and which is meant."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.terminal import say
from generator.errors import DirectionError, LatentError, RecipeError, UnknownFileError
from generator.formats.array_readings import SAMPLES, Yardstick
from generator.formats.latent_choice import AS_DIRECTION, Asked
from generator.formats.open_face import HeldFile, Opened, reading_held
from generator.progress import finish

if TYPE_CHECKING:
    from generator.render.engine import Engine


def asked_of(arguments: argparse.Namespace) -> Asked:
    """What --as and --index say."""
    return Asked(arguments.kind, arguments.index)


def held_in(path: str) -> Opened | HeldFile:
    """What the file at `path` holds. Raises `RecipeError` or `LatentError`, which names directions and other things
    that public tools write."""
    try:
        return finish(reading_held(path))
    except (LatentError, UnknownFileError) as error:
        if known := instead(path):
            raise RecipeError(known) from error
        raise


def face_of(found: Opened | HeldFile, asked: Asked, engine: Engine) -> Opened:
    """The face of a file for the model of `engine`. Raises `LatentError` where it must be told which is meant."""
    if isinstance(found, HeldFile):
        found = found.chosen(asked, yardstick_of(engine))
    elif asked.kind is not None or asked.index is not None:
        raise LatentError(f"{Path(found.path).name}: It holds a recipe; --as and --index are for bare latents.")
    say_of(found)
    return found


def say_of(opened: Opened) -> None:
    """Tell how the file was read, if there is something to tell."""
    if opened.note:
        say(opened.note)


def yardstick_of(engine: Engine) -> Yardstick:
    """What the numbers in a file are compared with."""
    from generator.directions.fitted import drawn

    return Yardstick(engine.config, drawn(engine.sampled, engine.config, SAMPLES))


def instead(path: str) -> str:
    """What a file without a face holds, one sentence; "" = that is not known."""
    from explorer.compute.jobs.found_directions import refusal
    from generator.checkpoint import holds_model
    from generator.directions.foreign import read_directions

    try:
        file = read_directions(path)
    except DirectionError:
        model = f"{Path(path).name}: It holds a model, not a face; open it with --model."
        return model if holds_model(path) else refusal(path)
    what = file.sentence.removesuffix(".")
    return f"{Path(path).name}: It holds directions, not a face: {what}; {AS_DIRECTION}."
