"""Directions that people bring and make: reading them from files, making them, and keeping them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.direction_making import making, measurable
from explorer.compute.jobs.found_directions import lacking, told
from explorer.compute.jobs.latents import which_space
from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import (
    DirectionMade,
    DirectionsFound,
    LatentsFound,
    LayersMeasured,
    MeasuresKnown,
    OtherModel,
    TileDrawn,
)
from explorer.studio.wishes import FoundWish, Wish
from explorer.translation import tr
from generator.errors import ComponentsMissingError
from generator.progress import Progress
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Direction, Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class ReadDirections(Task["DirectionsFound | LatentsFound"]):
    """Look for directions in a file of which the user says that it has some; ask where they may be in W or in Z."""

    path: str
    beside: str = ""  # path of the components that a table of edits is for; "" = those in the same folder
    in_w: bool = False  # the user has answered that they are in W

    @property
    def title(self) -> str:
        return tr("Reading {name}", name=Path(self.path).name)

    def run(self, host: ModelHost) -> JobSteps[DirectionsFound | LatentsFound]:
        yield Progress(0, 0, tr("Reading"))
        from generator.directions.foreign import read_directions

        try:
            file = read_directions(self.path, certain=True, beside=self.beside or None)
        except ComponentsMissingError as error:
            return lacking(self.path, error)
        asked = None if self.in_w or not host.has_model else which_space(self.path, file, host)
        return asked or told(self.path, file, host)

    def deliver(self, result: DirectionsFound | LatentsFound, control: Control) -> None:
        if isinstance(result, LatentsFound):
            control.latents_found.emit(result)
        else:
            control.directions_found.emit(result)


@dataclass(frozen=True)
class MakeDirection(Task[DirectionMade]):
    """Make what a wish of the studio describes for the open model, and find out what it does."""

    wish: Wish
    held: tuple[NamedDirection, ...] = ()  # locked ones, which it leaves as they are

    @property
    def title(self) -> str:
        if isinstance(self.wish, FoundWish):
            return tr("Fitting {name}", name=self.wish.name or Path(self.wish.path).name)
        return tr("Making a direction")

    def run(self, host: ModelHost) -> JobSteps[DirectionMade]:
        return making(self.wish, host, self.held)

    def deliver(self, result: DirectionMade, control: Control) -> None:
        control.direction_made.emit(result)

    def deliver_partial(self, value: DirectionMade, control: Control) -> None:
        control.direction_made.emit(value)  # what it moves follows


@dataclass(frozen=True)
class SaveDirections(Task[None]):
    """Write what the user has changed of the own directions of a model into the library of the user."""

    model: str  # content hash
    before: tuple[NamedDirection, ...]  # all of them, as `DirectionLibrary.changed` takes them
    after: tuple[NamedDirection, ...]

    finishes_on_close = True

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Progress(0, 1, tr("Writing"))
        from generator.recipe.direction_files import mine, save_mine

        save_mine(mine(self.model).changed(self.before, self.after))


@dataclass(frozen=True)
class ExportDirection(Task[None]):
    """Write a direction of a model to a file: its suffix says how."""

    path: str
    model: str  # content hash
    entry: NamedDirection
    num_ws: int

    finishes_on_close = True

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Progress(0, 1, tr("Writing"))
        from generator.recipe.direction_export import export
        from generator.recipe.directions import DirectionLibrary

        export(self.path, DirectionLibrary(self.model, (self.entry,)), self.num_ws)

    def deliver(self, result: None, control: Control) -> None:
        control.say(tr("Saved {path}", path=self.path))


@dataclass(frozen=True)
class MeasureLayers(Task[LayersMeasured]):
    """Find out what a direction of the model with this hash changes on each layer."""

    model: str
    direction: Direction

    def run(self, host: ModelHost) -> JobSteps[LayersMeasured]:
        from generator.directions.layer_effect import measuring_layers

        if host.facts.hash != self.model:
            return LayersMeasured(self.model, self.direction, ())  # another model is open by now
        changes = yield from measuring_layers(host.engine, self.direction)
        return LayersMeasured(self.model, self.direction, changes)

    def deliver(self, result: LayersMeasured, control: Control) -> None:
        control.layers_measured.emit(result)


@dataclass(frozen=True)
class DrawTiles(Task[None]):
    """Small images of faces to be sorted into piles, delivered one by one."""

    recipes: tuple[Recipe, ...]

    def run(self, host: ModelHost) -> JobSteps[None]:
        for place, recipe in enumerate(self.recipes):
            yield Progress(place, len(self.recipes), tr("Rendering"))
            if recipe.model != host.facts.hash:
                return  # another model is open by now
            yield Partial(TileDrawn(place, recipe, host.thumbnail(recipe)))

    def deliver_partial(self, value: TileDrawn, control: Control) -> None:
        control.tile_drawn.emit(value)


@dataclass(frozen=True)
class FindMeasures(Task[MeasuresKnown]):
    """Find out what can be measured in the pictures of the open model."""

    def run(self, host: ModelHost) -> JobSteps[MeasuresKnown]:
        return measurable(host)

    def deliver(self, result: MeasuresKnown, control: Control) -> None:
        control.measures_known.emit(result)


@dataclass(frozen=True)
class ReadOtherModel(Task[OtherModel]):
    """List the named directions of the model at a path."""

    path: str

    @property
    def title(self) -> str:
        return tr("Reading {name}", name=Path(self.path).name)

    def run(self, host: ModelHost) -> JobSteps[OtherModel]:
        from generator.checkpoint import loading
        from generator.recipe.direction_files import library_of

        generator = yield from loading(self.path)
        entries = library_of(generator.hash).entries
        return OtherModel(self.path, generator.name, tuple((entry.direction.name, entry.title) for entry in entries))

    def deliver(self, result: OtherModel, control: Control) -> None:
        control.other_model_read.emit(result)
