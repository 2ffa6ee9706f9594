"""The document: what is being made, how it came about, and what would be lost.

The session knows no window, no thread and no tensor. GUI thread only. Whoever wants to change the recipe calls
`edit`; whoever shows it listens to `recipe_changed`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from explorer.document.commands import EditRecipe, State
from explorer.document.face_history import FaceHistory
from explorer.document.face_names import OpenedFile
from explorer.document.model_switch import carry_over, survivor, survivors
from explorer.document.random_seed import random_seed
from explorer.messages import Components, ModelFacts, SavedSession
from generator.recipe.recipe import Recipe, SeedSource, Source


@dataclass(frozen=True)
class _Left:
    """What was there when another model took the place of one: it is there again when the one is opened again."""

    recipe: Recipe
    carried: Recipe
    saved: Recipe
    set_aside: Recipe | None
    second: Source
    history: FaceHistory
    stored: tuple[Source, ...]


class Session(QObject):
    """The recipe, its undo stack, the model it is for, and the faces seen before."""

    recipe_changed = Signal(object)  # Recipe
    model_changed = Signal(object)  # ModelFacts; the recipe fits it already
    components_changed = Signal(object)  # Components | None
    history_changed = Signal()  # earlier_sources, later_sources
    stored_changed = Signal()  # stored_sources
    locked_changed = Signal(bool)
    file_opened = Signal()  # opened_file
    leaving = Signal(object)  # SavedSession of the model that another takes the place of

    def __init__(self, recipe: Recipe | None = None, resumes: bool = False, parent: QObject | None = None) -> None:
        """recipe: to begin with. resumes: go on with what was kept of each model, if anything."""
        super().__init__(parent)
        self._resumes = resumes
        self._set_aside: Recipe | None = None  # kept of the open model, but not gone on with
        self.undo_stack = QUndoStack(self)
        self._recipe = recipe or Recipe()
        self._carried = self._recipe  # what the open model began with
        self._saved = self._recipe  # the recipe last exported or opened
        self._facts: ModelFacts | None = None
        self._files: dict[tuple[str, Source], OpenedFile] = {}  # by the model and the source that they brought
        self._left: dict[str, _Left] = {}  # by the hash of the model
        self._components: Components | None = None
        self._history = FaceHistory()
        self._stored: tuple[Source, ...] = ()
        self._second: Source = SeedSource(1)
        self._gesture: int | None = None  # of the last edit: one gesture is one entry of the history
        self._locked = False
        self._next_seed = random_seed()

    @property
    def recipe(self) -> Recipe:
        return self._recipe

    @property
    def neutral(self) -> Recipe:
        """What "reset" goes back to and "before" shows: the same source with nothing done to it."""
        return Recipe(model=self._recipe.model, source=self._recipe.source)

    @property
    def facts(self) -> ModelFacts | None:
        """The model that is open; None until the first one is."""
        return self._facts

    @property
    def components(self) -> Components | None:
        """The principal components of the open model; None until they are fitted."""
        return self._components

    @property
    def earlier_sources(self) -> tuple[Source, ...]:
        """Sources of the faces that were seen before this one, oldest first, each once."""
        return tuple(face.source for face in self._history.earlier(self._recipe))

    @property
    def later_sources(self) -> tuple[Source, ...]:
        """Sources of the faces that `go_back` left, the next one first; a new source forgets them."""
        return tuple(face.source for face in self._history.later(self._recipe))

    @property
    def stored_sources(self) -> tuple[Source, ...]:
        """Sources that the user wants to come back to or to mix in, oldest first, each once."""
        return self._stored

    @property
    def second_source(self) -> Source:
        """What style mixing mixes in; without a mix, what it would: the one before, or seed 1 at first."""
        return self._recipe.mix.source if self._recipe.mix else self._second

    @property
    def next_face(self) -> Recipe:
        """What "New face" will show, known beforehand so that it can be drawn while nobody waits."""
        return self.face_of(self._next_seed)

    def face_of(self, seed: int) -> Recipe:
        """The recipe with another seed; edits and class stay."""
        source = self._recipe.source
        label = source.label if isinstance(source, SeedSource) else None
        return replace(self._recipe, source=SeedSource(seed, label))

    @property
    def opened_file(self) -> OpenedFile | None:
        """The file that the face shown now came from, whatever was done to it since; None if it came from none."""
        return self._files.get((self._recipe.model, self._recipe.source))

    @property
    def locked(self) -> bool:
        """Whether "New face" must keep this source."""
        return self._locked

    @property
    def to_be_kept(self) -> SavedSession | None:
        """What the next start with this model goes on with; None before there was one. Only a face that was edited with
        this model takes the place of one that is kept already."""
        if self._facts is None:
            return None
        untouched = replace(self._recipe, source=self._carried.source) in (self._carried, self.neutral)
        return SavedSession(self._set_aside if untouched and self._set_aside else self._recipe, self._stored)

    @property
    def has_unsaved_work(self) -> bool:
        """Whether edits would be lost: a face with nothing done to it comes back by its source."""
        return self._recipe not in (self._saved, self.neutral)

    def edit(self, label: str, recipe: Recipe, gesture: int | None = None) -> None:
        """Make `recipe` the current one, as an undo step called `label`.

        Edits that share a `gesture` (`gestures.new_gesture`) are one step. An edit that changes nothing is none.
        """
        if recipe == self._recipe:
            return
        new_gesture = gesture is None or gesture != self._gesture
        if recipe.source != self._recipe.source:
            follow = self._history.visit if new_gesture else self._history.pass_through
            follow(self._recipe, recipe)
        self._gesture = gesture
        self._push(label, recipe, gesture)

    def reset(self) -> None:
        """Undo every edit of this face, as one undo step."""
        self.edit("Reset everything", self.neutral)

    def new_face(self) -> None:
        """Go to a random seed, as an undo step; the edits stay as the sliders show them. Locked: nothing happens."""
        if not self._locked:
            self.edit("New face", self.next_face)
            self._next_seed = random_seed()

    def go_back(self) -> None:
        """Go to the last of the earlier faces, as it was left, as an undo step."""
        earlier = self._history.earlier(self._recipe)
        if earlier:
            self._go_to("Earlier face", earlier[-1])

    def go_forward(self) -> None:
        """Go to the face that `go_back` left last, as it was left, as an undo step."""
        later = self._history.later(self._recipe)
        if later:
            self._go_to("Later face", later[0])

    def store_source(self, source: Source) -> None:
        """Keep `source` at hand; stored again it moves to the end."""
        self._set_stored((*(other for other in self._stored if other != source), source))

    def set_locked(self, locked: bool) -> None:
        if locked != self._locked:
            self._locked = locked
            self.locked_changed.emit(locked)

    def remember_file(self, name: str, recipe: Recipe) -> None:
        """`recipe` came from a file called `name`, and so does every later edit of its face."""
        self._files[recipe.model, recipe.source] = OpenedFile(name, recipe)
        self.file_opened.emit()

    def mark_saved(self, recipe: Recipe) -> None:
        """`recipe` is in a file now; it need not be the current one any more."""
        self._saved = recipe

    def set_model(self, facts: ModelFacts) -> None:
        """Go on with another model.

        The same weights (on another device, say) keep everything. A model that was open before comes back as it was
        left. A new one takes of the recipe what it can (`model_switch.carry_over`). The undo steps go: they would lead
        back to a recipe that this model cannot render.
        """
        before, first = self._recipe, self._facts is None
        switched = before.model != facts.hash
        if switched and self._facts is not None:
            self._leave(self._facts.hash)
        self._facts = facts
        if not switched:
            self._recipe = carry_over(before, facts)
        elif facts.hash in self._left:
            self._return_to(self._left[facts.hash])
        else:
            self._begin_with(facts, first)
        self.model_changed.emit(facts)
        if self._recipe != before:
            self.recipe_changed.emit(self._recipe)

    def set_components(self, components: Components | None) -> None:
        self._components = components
        self.components_changed.emit(components)

    def _leave(self, model: str) -> None:
        """Remember where everything stands with the model whose hash is `model`."""
        self.leaving.emit(self.to_be_kept)
        self._left[model] = _Left(
            self._recipe,
            self._carried,
            self._saved,
            self._set_aside,
            self._second,
            self._history,
            self._stored,
        )

    def _return_to(self, left: _Left) -> None:
        """Go on where a model was left."""
        self._recipe, self._carried, self._saved = left.recipe, left.carried, left.saved
        self._set_aside, self._second, self._history = left.set_aside, left.second, left.history
        self._forget_the_other_model(left.stored)

    def _begin_with(self, facts: ModelFacts, first: bool) -> None:
        """Go on with a model that was not open so far."""
        before, config, same = self._recipe, facts.config, self._recipe.model == ""
        self._recipe = carry_over(before, facts)
        self._saved = self._recipe if before == self._saved else self._saved
        self._second = survivor(self._second, config, same) or SeedSource(1)
        self._history = self._history.carried_over(partial(self._survivor, facts, before))
        self._forget_the_other_model(survivors(self._stored, config, same) if first else ())
        self._take_up(facts.kept if self._resumes else None, first)

    def _survivor(self, facts: ModelFacts, current: Recipe, face: Recipe) -> Recipe | None:
        """What an earlier face becomes with another model; the current one becomes something in any case."""
        lost = survivor(face.source, facts.config, current.model == "") is None
        return None if lost and face.source != current.source else carry_over(face, facts)

    def _forget_the_other_model(self, stored: tuple[Source, ...]) -> None:
        self.undo_stack.clear()
        self.history_changed.emit()
        self._set_stored(stored)
        self.set_components(None)

    def _take_up(self, kept: SavedSession | None, first: bool) -> None:
        """Go on with what was kept of a model: with its face only at the start, for later there is one already."""
        self._set_aside, self._carried = None, self._recipe
        if kept is None:
            return
        if first:
            self._recipe = kept.recipe
        else:
            self._set_aside = kept.recipe
        self._set_stored(tuple(dict.fromkeys((*kept.stored, *self._stored))))

    def _push(self, label: str, recipe: Recipe, gesture: int | None) -> None:
        before = State(self._recipe, self.second_source)
        after = State(recipe, recipe.mix.source if recipe.mix else before.second)
        self.undo_stack.push(EditRecipe(self._write, label, before, after, gesture))

    def _write(self, state: State) -> None:
        """For `EditRecipe` alone."""
        before, self._second = self._recipe, state.second
        if state.recipe == before:
            return
        self._recipe = state.recipe
        if state.recipe.source != before.source:
            self._history.move(before, state.recipe)
        self.recipe_changed.emit(state.recipe)
        if state.recipe.source != before.source:
            self.history_changed.emit()

    def _go_to(self, label: str, face: Recipe) -> None:
        self._gesture = None
        self._push(label, face, None)

    def _set_stored(self, sources: tuple[Source, ...]) -> None:
        self._stored = sources
        self.stored_changed.emit()
