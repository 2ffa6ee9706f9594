"""The direction studio in the window: what it asks the compute thread for, and what becomes of what was made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from explorer.compute.jobs import (
    DrawTiles,
    ExportDirection,
    FindMeasures,
    MakeDirection,
    MeasureLayers,
    ReadDirections,
    ReadOtherModel,
    SaveDirections,
    SolveAgain,
    Task,
)
from explorer.control.notify import JobState
from explorer.dialogs.files import DIRECTION, ask_components, ask_directions, ask_model, ask_save
from explorer.document.direction_commands import Entries
from explorer.document.look_commands import free_name
from explorer.library.own_directions import OwnDirections
from explorer.messages import DirectionMade, DirectionsFound, Failure, LayersMeasured, MeasuresKnown, RenderResult
from explorer.panels.directions_panel import DirectionsPanel
from explorer.studio.make_page import MakePage
from explorer.studio.mind_page import MindPage
from explorer.studio.studio_window import StudioWindow
from explorer.studio.wishes import SlidersWish, Wish
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.flow import Flow, Services
from explorer.window.lock_flow import LockFlow
from generator.formats.file_names import clean
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Direction, Recipe

TRIED = 2.0  # sigma that "Try on the face" moves it by; to a target it goes all the way
_TASKS = (MakeDirection, ReadDirections, ReadOtherModel, SolveAgain)  # which it shows and cancels
_OWN = (*_TASKS, DrawTiles, ExportDirection, FindMeasures, MeasureLayers, SaveDirections)


class StudioFlow(Flow):
    """Makes the studio when it is first asked for, and connects it."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.own = OwnDirections(self._session, self._library, self)
        self.own.written.connect(self._save)
        self._studio: StudioWindow | None = None
        self._pinned: Recipe | None = None
        self._controller.directions_found.connect(self._show_found)
        self._controller.direction_made.connect(self._show_made)
        self._controller.pinned_changed.connect(self._take_pinned)
        self._session.model_changed.connect(self._leave_model)

    def connect_to(self, actions: Actions) -> None:
        actions.studio.triggered.connect(self.open)

    def connect_panel(self, panel: DirectionsPanel) -> None:
        panel.new_asked.connect(self.open)
        panel.tie_asked.connect(self._tie)
        panel.edit_asked.connect(self._mind)

    @property
    def window(self) -> StudioWindow:
        """The studio, made when it is first needed."""
        if self._studio is None:
            self._studio = StudioWindow(self._session, self._library, self._window)
            self._connect(self._studio)
        return self._studio

    @Slot()
    def open(self) -> None:
        """Bring the studio into sight, with the page shown last."""
        self.window.open_page(self.window.pages.currentWidget())

    def _connect(self, window: StudioWindow) -> None:
        window.dropped.connect(self.read)
        window.cancel_asked.connect(self._cancel)
        window.bring.open_asked.connect(self._ask_file)
        window.bring.components_asked.connect(self._ask_components)
        window.bring.wished.connect(self.make)
        window.results.wished.connect(self.make)
        window.results.added.connect(self.add)
        window.results.tried.connect(self.try_on)
        self._connect_make(window.make)
        self._connect_mind(window.mind)
        self._notifier.progressed.connect(self._show_job)
        self._notifier.job_failed.connect(self._show_failure)
        self._session.model_changed.connect(window.clear)

    def _connect_make(self, page: MakePage) -> None:
        page.wished.connect(self.make)
        page.piles.tiles_wanted.connect(self._draw_tiles)
        page.measure.measures_wanted.connect(self._find_measures)
        page.pictures.model_asked.connect(self._ask_model)
        page.difference.set_pinned(self._pinned)
        self._controller.tile_drawn.connect(page.piles.view.show_tile)
        self._controller.measures_known.connect(self._show_measures)
        self._controller.other_model_read.connect(page.pictures.show_other)

    def _connect_mind(self, page: MindPage) -> None:
        page.changed.connect(self.own.change)
        page.wished.connect(self.make)
        page.export_asked.connect(self._ask_export)
        page.effects_wanted.connect(self._measure_layers)
        self._controller.layers_measured.connect(self._show_layers)
        self._locks = LockFlow(self._session, self.own, self._controller, self._notifier, page)

    # bring and make -------------------------------------------------------------------------------------------

    @Slot()
    def _ask_file(self) -> None:
        ask_directions(self.window, self._settings, self.read)

    @Slot(str)
    def _ask_components(self, table: str) -> None:
        ask_components(self.window, self._settings, partial(self.read, table))

    @Slot(str)
    def read(self, path: str, beside: str = "") -> None:
        """Look for directions in the file at `path`; the page shows what was found. beside: the file of the components
        that a table of edits is for."""
        self._controller.submit(ReadDirections(path, beside), replaces=(ReadDirections,))

    @Slot(object)
    def make(self, wish: Wish) -> None:
        """Make a direction that leaves the locked ones as they are; one that is being made is given up."""
        held = tuple(entry for entry in self._session.directions if entry.locked)
        self._controller.submit(MakeDirection(wish, held), replaces=(MakeDirection,))

    @Slot()
    def _leave_model(self) -> None:
        """What is being made would be of the last model."""
        if self._studio is not None:
            self._controller.cancel(MakeDirection, SolveAgain, FindMeasures, MeasureLayers, DrawTiles)

    @Slot(object)
    def _show_found(self, found: DirectionsFound) -> None:
        self.window.open_page(self.window.bring)
        self.window.bring.show_found(found)

    @Slot(object)
    def _show_made(self, made: DirectionMade) -> None:
        facts = self._session.facts
        if facts is not None and facts.hash == made.model:
            self.window.results.show_made(made, facts.config.num_ws)
            if made.measured:
                self._measure_layers(made.entry.direction)

    @Slot(object)
    def _draw_tiles(self, recipes: tuple[Recipe, ...]) -> None:
        self._controller.submit(DrawTiles(recipes), replaces=(DrawTiles,))

    @Slot()
    def _find_measures(self) -> None:
        self._controller.submit(FindMeasures(), replaces=(FindMeasures,))

    @Slot(object)
    def _show_measures(self, known: MeasuresKnown) -> None:
        facts = self._session.facts
        if facts is not None and facts.hash == known.model:
            self.window.make.measure.show_measures(known)

    @Slot()
    def _ask_model(self) -> None:
        ask_model(self.window, self._settings, self._read_model)

    def _read_model(self, path: str) -> None:
        self._controller.submit(ReadOtherModel(path), replaces=(ReadOtherModel,))

    @Slot(object)
    def _take_pinned(self, result: RenderResult | None) -> None:
        self._pinned = None if result is None else result.request.recipe
        if self._studio is not None:
            self._studio.make.difference.set_pinned(self._pinned)

    # what was made --------------------------------------------------------------------------------------------

    @Slot(object)
    def add(self, entry: NamedDirection) -> None:
        """Put a direction into the user's library of the open model, at the end."""
        if self._session.facts is None:
            return
        entry = self._free(entry)
        self.own.change(tr("Add {title}", title=printable(entry.title)), lambda own: (*own, entry))
        self.window.results.mark_added()
        self._notifier.say(tr("“{title}” is among the directions now.", title=printable(entry.title)))

    @Slot(object)
    def try_on(self, entry: NamedDirection) -> None:
        """Move the face along a direction, as an undo step."""
        amount = TRIED if entry.direction.target is None else 1.0
        recipe = self._session.recipe.with_amount(entry.direction, amount)
        self._session.edit(tr("Try {title}", title=printable(entry.title)), recipe)

    @Slot(str, object, object)
    def _save(self, model: str, before: Entries, after: Entries) -> None:
        self._controller.submit(SaveDirections(model, before, after))

    @Slot(object)
    def _tie(self, recipe: Recipe) -> None:
        """Make the sliders of `recipe` one."""
        self.window.open_page(self.window.make)
        self.make(SlidersWish(recipe))

    @Slot(str)
    def _mind(self, name: str) -> None:
        self.window.open_page(self.window.mind)
        self.window.mind.select(name)

    # mind -----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _ask_export(self, entry: NamedDirection) -> None:
        facts = self._session.facts
        if facts is None:
            return

        def export(path: str) -> None:
            self._controller.submit(ExportDirection(path, facts.hash, entry, facts.config.num_ws))

        title = tr("Export direction")
        ask_save(self.window, self._settings, title, clean(entry.title) or tr("direction"), DIRECTION, export)

    @Slot(object)
    def _measure_layers(self, direction: Direction) -> None:
        facts = self._session.facts
        if facts is not None:
            self._controller.submit(MeasureLayers(facts.hash, direction), replaces=(MeasureLayers,))

    @Slot(object)
    def _show_layers(self, measured: LayersMeasured) -> None:
        facts = self._session.facts
        if facts is not None and facts.hash == measured.model:
            self.window.mind.show_effects(measured)
            self.window.results.show_layers(measured)

    def _free(self, entry: NamedDirection) -> NamedDirection:
        """`entry` under a name that no direction of the model has yet."""
        known = self._session.directions
        name = free_name(entry.direction.name, [other.direction.name for other in known])
        title = free_name(entry.title, [other.title for other in known])
        return replace(entry, direction=replace(entry.direction, name=name), title=title)

    # progress -------------------------------------------------------------------------------------------------

    @Slot()
    def _cancel(self) -> None:
        self._controller.cancel(*_TASKS)

    @Slot(object)
    def _show_job(self, state: JobState | None) -> None:
        if state is not None and isinstance(state.task, _TASKS):
            self.window.show_job(state.title, state.progress, state.cancellable)
        elif not self._controller.runs(*_TASKS):
            self.window.end_job()

    @Slot(object, object)
    def _show_failure(self, task: Task[Any], failure: Failure) -> None:
        """The window shows every failure; the studio those of what was asked for here."""
        if self.window.isVisible() and isinstance(task, _OWN):
            self.window.errors.show_error(failure.sentence, failure.details)
