"""Files with arrays: what they are for the open model, and small images of all that they can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.compute.jobs.found_directions import doubt_in, told
from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import IN_Z, DirectionsFound, LatentDrawn, LatentOption, LatentsFound
from explorer.translation import tr
from generator.errors import LatentError
from generator.progress import Progress
from generator.recipe.recipe import Direction, Floats, LatentSource, Recipe, SeedSource, Truncation, pack
from generator.recipe.seeds import z_from_seed

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.directions.foreign import FoundFile
    from generator.formats.array_readings import Reading, Readings, Yardstick
    from generator.formats.open_face import HeldFile, Opened

MOST = 200  # faces of a file that are shown
MOST_NOISE = 128_000_000  # bytes of their noise: 22 faces of 1024 px
_SIGMA = 3.0  # of a direction, on both sides of a face
_SEED, _PSI = 0, 0.7  # of the face that is moved in Z


def found_in(file: HeldFile, host: ModelHost) -> Opened | DirectionsFound | LatentsFound:
    """The face or the direction in a file of bare arrays; what to ask where it may be both, or holds several faces.

    Raises `LatentError` if they are of another model, `DirectionError` for a direction of another space.
    """
    from generator.directions.foreign import read_directions
    from generator.formats.array_readings import readings

    known = _known(host)
    found = readings(file.held, known)
    if found.is_certain and found.options[0].kind == "direction":
        asked = which_space(file.path, read_directions(file.path, certain=True), host)
        return asked or told(file.path, read_directions(file.path), host)
    return _face(file, found, known, host)


def which_space(path: str, file: FoundFile, host: ModelHost) -> LatentsFound | None:
    """What to ask of a direction of which nothing says whether it is in W or in Z, where the model has room for it in
    both; None = nothing."""
    first, config = file.directions[0], host.facts.config
    fits = config.has_w and config.z_dim == config.w_dim == first.rows.shape[1]
    if not (first.untold and fits) or doubt_in(file, host):
        return None
    names = (f"-{_SIGMA:g}", f"+{_SIGMA:g}")
    options = (
        LatentOption("direction", "", _both_sides(first.rows, _known(host), host.facts.hash), names),
        LatentOption(IN_Z, "", _both_sides_in_z(first.rows, host.facts.hash), names),
    )
    return LatentsFound(path, host.facts.hash, options)


def pasted_in(text: HeldFile, host: ModelHost) -> Opened | LatentsFound:
    """The face in numbers that were pasted, or what to ask. Raises `LatentError` for what may be a direction."""
    from generator.formats.array_readings import readings

    known = _known(host)
    found = readings(text.held, known)
    if found.options[0].kind == "direction":
        why = found.options[0].why
        raise LatentError(
            tr("{name}: It may be a direction ({why}); save it as a file and open that.", name=text.path, why=why)
        )
    return _face(text, found, known, host)


def _known(host: ModelHost) -> Yardstick:
    from generator.directions.fitted import drawn
    from generator.formats.array_readings import SAMPLES, Yardstick

    config = host.facts.config
    return Yardstick(config, drawn(host.engine.sampled, config, SAMPLES))


def _face(file: HeldFile, found: Readings, known: Yardstick, host: ModelHost) -> Opened | LatentsFound:
    from generator.formats.open_face import check_fits

    first = found.options[0]
    if first.kind != "direction":
        file.check(first, known)
    if not found.is_certain or len(first.arrays) > 1:
        return _asked(file, found.options, known, host)
    opened = file.face(first, config=host.facts.config)
    check_fits(opened, host.facts.hash, host.facts.config)
    note = " ".join(filter(None, (found.sentence, opened.note)))
    return replace(opened, note=note)


def _asked(file: HeldFile, options: tuple[Reading, ...], known: Yardstick, host: ModelHost) -> LatentsFound:
    notes: dict[str, None] = {}  # in their order, each once
    shown = tuple(_option(file, reading, known, host.facts.hash, notes) for reading in options)
    beyond = max(len(reading.arrays) for reading in options) - MOST
    return LatentsFound(file.path, host.facts.hash, shown, max(beyond, 0), " ".join(notes))


def _option(file: HeldFile, reading: Reading, known: Yardstick, model: str, notes: dict[str, None]) -> LatentOption:
    """One reading of the file, whose faces are told of in `notes`."""
    if reading.kind == "direction":
        faces: tuple[Recipe, ...] = _both_sides(reading.arrays[0], known, model)
        return LatentOption(reading.kind, reading.why, faces, (f"-{_SIGMA:g}", f"+{_SIGMA:g}"))
    numbers = range(min(len(reading.arrays), MOST))
    faces = tuple(_faces(file, reading, numbers, known, model, notes))
    return LatentOption(reading.kind, reading.why, faces, tuple(map(file.held.name_of, numbers)))


def _faces(
    file: HeldFile, reading: Reading, numbers: range, known: Yardstick, model: str, notes: dict[str, None]
) -> Iterator[Recipe]:
    """The faces with the noise that the file stores for them, as far as that is not too much for the memory."""
    left = MOST_NOISE
    for number in numbers:
        opened = file.face(reading, number, known.config)
        recipe = replace(opened.recipe, model=model)
        left -= 0 if recipe.noise.stored is None else len(recipe.noise.stored.data)
        if left < 0:
            notes[tr("The noises of {count} of its faces are left out.", count=len(numbers) - number)] = None
            yield from _without_noise(file, reading, numbers[number:], model)
            return
        if opened.note:
            notes[opened.note] = None
        yield recipe


def _without_noise(file: HeldFile, reading: Reading, numbers: range, model: str) -> Iterator[Recipe]:
    from generator.formats.latent_choice import recipe_of

    for number in numbers:
        yield replace(recipe_of(file.held, reading, number, Path(file.path).name), model=model)


def _both_sides(rows: Floats, known: Yardstick, model: str) -> tuple[Recipe, ...]:
    """The average face moved along `rows` `[R, D]` in W."""
    from generator.directions.fitted import one_sigma

    assert known.w is not None
    vector = pack(np.asarray(rows * one_sigma(rows, known.w), np.float32))
    average = Recipe(model, SeedSource(0), Truncation(psi=0.0))
    direction = Direction("found", vector, rows=len(rows))
    return tuple(average.with_amount(direction, amount) for amount in (-_SIGMA, _SIGMA))


def _both_sides_in_z(row: Floats, model: str) -> tuple[Recipe, ...]:
    """A face whose z is moved along `row` `[1, D]`, which is brought to length 1: the deviation of z along it."""
    z, step = z_from_seed(_SEED, row.shape[1]), row / np.linalg.norm(row)
    moved = (np.asarray(z + amount * step, np.float32) for amount in (-_SIGMA, _SIGMA))
    return tuple(Recipe(model, LatentSource("z", 1, pack(one)), Truncation(_PSI)) for one in moved)


@dataclass(frozen=True, eq=False)
class DrawLatents(Task[None]):
    """Small images of all that is asked about; delivered one by one."""

    found: LatentsFound

    def run(self, host: ModelHost) -> JobSteps[None]:
        faces = [
            (place, number, face)
            for place, option in enumerate(self.found.options)
            for number, face in enumerate(option.faces)
        ]
        for done, (place, number, face) in enumerate(faces):
            yield Progress(done, len(faces), tr("Rendering"))
            if host.facts.hash != self.found.model:
                return
            yield Partial(LatentDrawn(self.found, place, number, host.thumbnail(face)))

    def deliver_partial(self, value: LatentDrawn, control: Control) -> None:
        control.latent_drawn.emit(value)
