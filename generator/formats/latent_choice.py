"""From the arrays of a file to the recipe of one face: what they are is told by the user, or by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.config import GeneratorConfig
from generator.errors import LatentError
from generator.formats.array_readings import Kind, Reading, Readings, Yardstick, as_kind, readings
from generator.formats.held_latents import MAX_VALUES, Held
from generator.formats.held_noise import with_noise
from generator.recipe.recipe import LatentSource, Recipe, Truncation

AS_DIRECTION = "bring it with `outis directions import`"
MOST_NAMED = 8  # of several latents, in a sentence


@dataclass(frozen=True)
class Asked:
    """What the user says of a file with latents."""

    kind: Kind | None = None  # None = its numbers tell
    index: int | None = None  # which of several, from 0; None = the first
    has_options: bool = True  # whether it can be said with --as and --index where the file was named


@dataclass(frozen=True)
class Chosen:
    """One face of a file, and what is to be told of how it was read."""

    recipe: Recipe
    note: str = ""


def recipe_of(held: Held, reading: Reading, number: int, name: str) -> Recipe:
    """The face of one latent, as it is: psi 1, no directions. name: of the file. Raises `LatentError`."""
    assert reading.kind != "direction"
    if (count := reading.arrays[number].size) > MAX_VALUES:
        raise LatentError(f"The array has {count} values; a latent has 1 to {MAX_VALUES}.")
    told = f"{name}, {held.name_of(number)}" if len(reading.arrays) > 1 else name
    source = LatentSource.from_array(reading.kind, np.ascontiguousarray(reading.arrays[number]), told)
    return Recipe(held.model, source, Truncation(psi=1.0))


def face_of(
    held: Held, reading: Reading, number: int, name: str, config: GeneratorConfig | None, *notes: str
) -> Chosen:
    """`recipe_of`, with the noise that the file stores for the face where the model of `config` takes it, and what is
    to be told besides `notes`. Raises `LatentError`."""
    recipe, sizes = recipe_of(held, reading, number, name), None if config is None else config.noise_sizes
    brought = ""
    if len(reading.arrays) == len(held.noises):
        recipe, brought = with_noise(recipe, held, number, sizes)
    return Chosen(recipe, " ".join(filter(None, (*notes, held.note, brought))))


def chosen(held: Held, name: str, asked: Asked, known: Yardstick) -> Chosen:
    """The face that is meant. Raises `LatentError`, which names `--as` and `--index`, where it must be told."""
    found = Readings((as_kind(held, asked.kind),)) if asked.kind else readings(held, known)
    if not (found.is_certain or found.likely):
        raise LatentError(f"{found.sentence} Say which: {_ways(found, asked)}.")
    reading = found.options[0]
    if reading.kind == "direction":
        why = f": {reading.why}" if reading.why else ""
        kind = "w" if reading.arrays.shape[1] == 1 else "w+"
        raise LatentError(f"It holds a direction, not a face{why}; {AS_DIRECTION}, or add --as {kind} if it is a face.")
    check_several(reading, known)
    number = _number(held, reading, asked.index)
    return face_of(held, reading, number, name, known.config, _choice(held, reading, asked.index), _doubt(found))


def by_shape(held: Held, name: str, config: GeneratorConfig | None = None) -> Chosen:
    """The only face, where no model is known to compare it with: one row is w, more are w+, z only what is called so.

    Raises `LatentError` if there are several.
    """
    count, rows, width = held.arrays.shape
    if count > 1:
        raise LatentError(f"It contains {count} latents [{rows}, {width}]; save one of them by itself.")
    kind: Kind = "z" if held.named == "z" else "w+" if rows > 1 else "w"
    return face_of(held, Reading(kind, held.arrays, ""), 0, name, config)


def check_several(reading: Reading, known: Yardstick) -> None:
    """Of one latent its shape alone is told where it is of another model; of several how many there are, too."""
    count, rows, width = reading.arrays.shape
    if known.config is None or count == 1 or reading.kind != "w+":
        return
    own = [known.config.num_ws, known.config.w_dim]
    if [rows, width] != own:
        raise LatentError(
            f"It holds {count} latents {[rows, width]}, but the open model takes {own}; they belong to another model."
        )


def _number(held: Held, reading: Reading, index: int | None) -> int:
    count = len(reading.arrays)
    if index is not None and not 0 <= index < count:
        raise LatentError(f"It holds no latent {index}: its {count} are counted from 0 to {count - 1} (--index).")
    return index or 0


def _choice(held: Held, reading: Reading, index: int | None) -> str:
    """That there are others, where none was asked for."""
    count = len(reading.arrays)
    if count == 1 or index is not None:
        return ""
    names = ", ".join(f"{number} {name}" for number, name in enumerate(held.names[:MOST_NAMED]))
    more = ", ..." if len(held.names) > MOST_NAMED else ""
    shape = list(reading.arrays.shape[1:]) if reading.kind == "w+" else [reading.arrays.shape[2]]
    listed = f": {names}{more}" if names else ""
    return f"It holds {count} latents {shape}{listed}; this is the first, --index N takes another."


def _doubt(found: Readings) -> str:
    if found.is_certain:
        return found.sentence
    return f"{found.sentence} It was read as {found.options[0].kind}; --as tells it otherwise."


def _ways(found: Readings, asked: Asked) -> str:
    ways = [f"--as {option.kind}" for option in found.options]
    where = "" if asked.has_options else "`outis render --latents` writes it anew with "
    return f"{where}{', '.join(ways[:-1])} or {ways[-1]}"
