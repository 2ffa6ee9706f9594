"""Files with arrays: what they are for the open model, and small images of all that they can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.compute.jobs.found_directions import told
from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import DirectionsFound, LatentDrawn, LatentOption, LatentsFound
from explorer.translation import tr
from generator.errors import LatentError
from generator.progress import Progress
from generator.recipe.recipe import Direction, Recipe, SeedSource, Truncation, pack

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.formats.array_readings import Reading, Readings, Yardstick
    from generator.formats.open_face import HeldFile, Opened

MOST = 200  # faces of a file that are shown
_SIGMA = 3.0  # of a direction, on both sides of the average face


def found_in(file: HeldFile, host: ModelHost) -> Opened | DirectionsFound | LatentsFound:
    """The face or the direction in a file of bare arrays; what to ask where it may be both, or holds several faces.

    Raises `LatentError` if they are of another model, `DirectionError` for a direction of another space.
    """
    from generator.directions.foreign import read_directions
    from generator.formats.array_readings import readings

    known = _known(host)
    found = readings(file.held, known)
    if found.is_certain and found.options[0].kind == "direction":
        return told(file.path, read_directions(file.path), host)
    return _face(file, found, known, host)


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
    opened = file.face(first)
    check_fits(opened, host.facts.hash, host.facts.config)
    note = " ".join(filter(None, (found.sentence, opened.note)))
    return replace(opened, note=note)


def _asked(file: HeldFile, options: tuple[Reading, ...], known: Yardstick, host: ModelHost) -> LatentsFound:
    shown = tuple(_option(file, reading, known, host.facts.hash) for reading in options)
    beyond = max(len(reading.arrays) for reading in options) - MOST
    return LatentsFound(file.path, host.facts.hash, shown, max(beyond, 0))


def _option(file: HeldFile, reading: Reading, known: Yardstick, model: str) -> LatentOption:
    if reading.kind == "direction":
        faces: tuple[Recipe, ...] = _both_sides(reading, known, model)
        return LatentOption(reading.kind, reading.why, faces, (f"-{_SIGMA:g}", f"+{_SIGMA:g}"))
    numbers = range(min(len(reading.arrays), MOST))
    faces = tuple(replace(file.face(reading, number).recipe, model=model) for number in numbers)
    return LatentOption(reading.kind, reading.why, faces, tuple(map(file.held.name_of, numbers)))


def _both_sides(reading: Reading, known: Yardstick, model: str) -> tuple[Recipe, ...]:
    from generator.directions.fitted import one_sigma

    rows = reading.arrays[0]
    assert known.w is not None
    vector = pack(np.asarray(rows * one_sigma(rows, known.w), np.float32))
    average = Recipe(model, SeedSource(0), Truncation(psi=0.0))
    direction = Direction("found", vector, rows=len(rows))
    return tuple(average.with_amount(direction, amount) for amount in (-_SIGMA, _SIGMA))


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
