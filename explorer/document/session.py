"""The session: the document, its undo steps and history, and what would be lost.

The session knows no window, no thread and no tensor. GUI thread only. Call `edit` to change the recipe; connect to
`recipe_changed` to show it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from explorer.document.commands import EditRecipe, EditTimeline, State
from explorer.document.companions import Companions, Others
from explorer.document.document import Document
from explorer.document.exploration import Exploration, with_seed
from explorer.document.face_history import FaceHistory
from explorer.document.face_names import OpenedFile
from explorer.document.model_state import ModelState
from explorer.document.model_switch import carry_over
from explorer.messages import Components, ModelFacts, SavedSession
from explorer.translation import tr
from generator.motion.timeline import Timeline
from generator.recipe.class_names import ClassNames
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe, Source

Kept = Callable[[ModelFacts], SavedSession | None]


def nothing_kept(_: ModelFacts) -> SavedSession | None:
    """Every session begins anew."""
    return None


class Session(QObject):
    """The document, the undo steps that led to it, the model it is for, and the faces seen before."""

    recipe_changed = Signal(object)  # Recipe
    model_changed = Signal(object)  # ModelFacts; the recipe has been adapted to it
    components_changed = Signal(object)  # Components | None
    directions_changed = Signal(object)  # tuple[NamedDirection, ...]
    history_changed = Signal()  # earlier_sources, later_sources
    stored_changed = Signal()  # stored_sources
    locked_changed = Signal(bool)
    classes_changed = Signal()  # class_names, any_class
    file_opened = Signal()  # opened_file
    leaving = Signal(object)  # SavedSession of the model that is being replaced
    companions_changed = Signal(object)  # Others: every face that an edit, undo or redo wrote, the lead first
    companions_released = Signal()  # no faces are edited together any more
    timeline_changed = Signal(object)  # Timeline

    def __init__(self, recipe: Recipe | None = None, kept: Kept = nothing_kept, parent: QObject | None = None) -> None:
        """recipe: the initial one. kept: what to continue with each model, if anything."""
        super().__init__(parent)
        self._kept = kept
        self.undo_stack = QUndoStack(self)
        self.gesture: int | None = None  # of the edit that `recipe_changed` announces
        self._document = Document(recipe or Recipe())
        self._exploration = Exploration()
        self._companions = Companions()
        self._model = ModelState()
        self._left: dict[str, tuple[Document, FaceHistory]] = {}  # by the hash of the model

    @property
    def recipe(self) -> Recipe:
        return self._document.recipe

    @property
    def neutral(self) -> Recipe:
        """What "reset" restores and "before" shows: the same source without edits."""
        return self._document.neutral

    @property
    def timeline(self) -> Timeline:
        """Faces and more over time; an empty one at first."""
        return self._document.timeline

    @property
    def facts(self) -> ModelFacts | None:
        """The model that is open; None until the first one is."""
        return self._model.facts

    @property
    def components(self) -> Components | None:
        """The principal components of the open model; None until they are computed."""
        return self._model.components

    @property
    def directions(self) -> tuple[NamedDirection, ...]:
        """The named directions of the open model, hidden ones among them."""
        return self._model.directions

    @property
    def own_directions(self) -> tuple[NamedDirection, ...]:
        """Those of `directions` that are the user's own, or that the user has changed."""
        return self._model.own

    @property
    def earlier_sources(self) -> tuple[Source, ...]:
        """Sources of the faces that were seen before this one, oldest first, each once."""
        return tuple(face.source for face in self._exploration.history.earlier(self.recipe))

    @property
    def later_sources(self) -> tuple[Source, ...]:
        """Sources of the faces that `go_back` left, the next one first; a new source forgets them."""
        return tuple(face.source for face in self._exploration.history.later(self.recipe))

    @property
    def stored_sources(self) -> tuple[Source, ...]:
        """Sources that the user has stored for later or for mixing, oldest first, each once."""
        return self._document.stored

    @property
    def second_source(self) -> Source:
        """The source that style mixing uses or, without a mix, would use: the previous one, or seed 1 at first."""
        return self._document.second_source

    @property
    def next_face(self) -> Recipe:
        """What "New face" will show, chosen in advance so that it can be rendered while idle."""
        return self._exploration.next_face(self.recipe, self.any_of)

    def expect(self, seed: int) -> None:
        """Let "New face" show `seed`."""
        self._exploration.expect(seed)

    def face_of(self, seed: int) -> Recipe:
        """The recipe with another seed; edits stay, and the class unless it may be any."""
        return with_seed(self.recipe, seed, self.any_of)

    @property
    def any_class(self) -> bool:
        """Whether new faces are of random classes, where the model has any."""
        return self._exploration.any_class

    @property
    def any_of(self) -> int:
        """Of how many classes new faces are: 0 = of the class of this one."""
        return self.facts.config.c_dim if self.any_class and self.facts is not None else 0

    @property
    def class_names(self) -> ClassNames:
        """Of the open model; empty where it has none, or they are not known."""
        return self._model.class_names

    @property
    def opened_file(self) -> OpenedFile | None:
        """The file that the face shown now came from, edited or not; None if there is none."""
        return self._document.opened_file

    @property
    def lead(self) -> int | None:
        """Id of the face shown while others follow its edits; None if none do."""
        return self._companions.lead

    @property
    def companions(self) -> Others:
        """The faces that follow the edits of the one shown: their ids and recipes."""
        return self._companions.others

    @property
    def locked(self) -> bool:
        """Whether "New face" must leave this source unchanged."""
        return self._exploration.locked

    @property
    def to_be_kept(self) -> SavedSession | None:
        """What the next start with this model restores; None before there was a model."""
        return self._document.to_be_kept if self.facts is not None else None

    @property
    def has_unsaved_work(self) -> bool:
        """Whether edits would be lost: an unedited face can be restored from its source."""
        return self._document.has_unsaved_work

    def edit(self, label: str, recipe: Recipe, gesture: int | None = None, others: Others | None = None) -> None:
        """Make `recipe` the current one, as an undo step called `label`.

        Edits that share a `gesture` (`gestures.new_gesture`) are one step. An edit that changes nothing adds no step.
        The companions are edited alike, or become `others` if it is given; an edit to another source releases them.
        """
        if recipe.source != self.recipe.source:
            self.release_companions()
        if others is None:
            others = self._companions.moved(self.recipe, recipe, gesture)
        if (recipe, others) != (self.recipe, self.companions):
            self._exploration.follow(self.recipe, recipe, gesture)
            self.gesture = gesture
            self._push(label, recipe, gesture, others)
            self.gesture = None

    def edit_timeline(self, label: str, timeline: Timeline, gesture: int | None = None) -> None:
        """Make `timeline` the current one, as an undo step called `label`; see `edit` about gestures."""
        if timeline != self.timeline:
            write, before = self._write_timeline, self.timeline
            self.undo_stack.push(EditTimeline(write, label, before, timeline, gesture))

    def set_pace(self, pace: bytes) -> None:
        """Complete the timeline by what was measured on it: no undo step, since it follows from the timeline."""
        self._write_timeline(replace(self.timeline, pace=pace))

    def set_companions(self, lead: int, others: Others) -> None:
        """Let `others`, faces of the same model, follow the edits of the face shown, whose id is `lead`."""
        self._companions.begin(lead, others)

    def release_companions(self) -> None:
        """Let no face follow the edits of the one shown any more."""
        if self.lead is not None:
            self._companions.end()
            self.companions_released.emit()

    def reset(self) -> None:
        """Undo every edit of this face, as one undo step."""
        self.edit(tr("Reset everything"), self.neutral)

    def new_face(self) -> None:
        """Go to a random seed, as an undo step; the edits stay as the sliders show them. If locked, nothing happens."""
        if not self.locked:
            self.edit(tr("New face"), self.next_face)
            self._exploration.roll()

    def go_back(self) -> None:
        """Go to the previous face, as it was left, as an undo step."""
        earlier = self._exploration.history.earlier(self.recipe)
        if earlier:
            self._go_to(tr("Earlier face"), earlier[-1])

    def go_forward(self) -> None:
        """Go to the face that `go_back` left last, as it was left, as an undo step."""
        later = self._exploration.history.later(self.recipe)
        if later:
            self._go_to(tr("Later face"), later[0])

    def store_source(self, source: Source) -> None:
        """Store `source`; if it is stored already, it moves to the end."""
        self._document.stored = (*(other for other in self.stored_sources if other != source), source)
        self.stored_changed.emit()

    def set_locked(self, locked: bool) -> None:
        if locked != self.locked:
            self._exploration.locked = locked
            self.locked_changed.emit(locked)

    def set_any_class(self, any_class: bool) -> None:
        if any_class != self.any_class:
            self._exploration.any_class = any_class
            self.classes_changed.emit()

    def set_class_names(self, names: ClassNames) -> None:
        """Call the classes of the open model so from now on."""
        self._model.name_classes(names)
        self.classes_changed.emit()

    def remember_file(self, name: str, recipe: Recipe) -> None:
        """Record that `recipe`, and every later edit of its face, came from a file called `name`."""
        self._document.remember_file(OpenedFile(name, recipe))
        self.file_opened.emit()

    def mark_saved(self, recipe: Recipe) -> None:
        """Record that `recipe` has been saved; it need not be the current one any more."""
        self._document.saved = recipe

    def set_model(self, facts: ModelFacts) -> None:
        """Switch to another model.

        The same weights (on another device, say) keep everything. A model that was open before comes back as it was
        left. A new one takes over what it can of the recipe (`model_switch.carry_over`). The undo steps are cleared:
        they would lead back to a recipe that this model cannot render.
        """
        before, last = self.recipe, self.facts
        switched = before.model != facts.hash
        if switched:
            self.release_companions()
        if switched and last is not None:
            self.leaving.emit(self.to_be_kept)
            self._left[last.hash] = self._document, self._exploration.history
        self._model.open(facts)
        if switched:
            self._change_document(facts, last)
            self.set_components(None)
        else:
            self._document.recipe = carry_over(before, facts)
        self.directions_changed.emit(self.directions)
        self.model_changed.emit(facts)
        if self.recipe != before:
            self.recipe_changed.emit(self.recipe)

    def begin_again(self) -> None:
        """Continue with what is kept now, since another project is open; the face shown stays where that has none. No
        undo step leads back."""
        self._left.clear()
        before, facts = self.recipe, self.facts
        if facts is None:
            return
        self._document = Document(before)
        self._change_document(facts, None)
        if self.recipe != before:
            self.recipe_changed.emit(self.recipe)

    def set_components(self, components: Components | None) -> None:
        self._model.components = components
        self.components_changed.emit(components)

    def set_own_directions(self, own: tuple[NamedDirection, ...]) -> None:
        """Set what the user has now; one replaces the direction of its name that came with the model."""
        if own != self.own_directions:
            self._model.own = own
            self.directions_changed.emit(self.directions)

    def _change_document(self, facts: ModelFacts, last: ModelFacts | None) -> None:
        """Continue where the model was left, or else with the document carried over from `last`, if there was one."""
        left = self._left.get(facts.hash)
        if left is not None:
            self._document, self._exploration.history = left
        else:
            config = None if last is None else last.config
            self._exploration.history = self._exploration.history_for(facts, self.recipe, config)
            self._document = self._document.carried_over(facts, config)
            if (kept := self._kept(facts)) is not None:
                self._document.resume(kept, with_face=last is None)
        self.undo_stack.clear()
        self.history_changed.emit()
        self.stored_changed.emit()
        self.timeline_changed.emit(self.timeline)

    def _push(self, label: str, recipe: Recipe, gesture: int | None, others: Others = ()) -> None:
        before, after = self._document.states(recipe)
        before = before._replace(lead=self.lead, others=self.companions)
        after = after._replace(lead=self.lead, others=others)
        self.undo_stack.push(EditRecipe(self._write, label, before, after, gesture))

    def _write(self, state: State) -> None:
        """For `EditRecipe` alone."""
        before = self.recipe
        if state.lead != self.lead:
            self.release_companions()  # the edit was of this face alone, or of others
        self._document.write(state)
        self._companions.write(state.others)
        if state.recipe != before:
            self._announce(before)
        if state.faces:
            self.companions_changed.emit(state.faces)

    def _write_timeline(self, timeline: Timeline) -> None:
        """For `EditTimeline` and `set_pace`."""
        self._document.timeline = timeline
        self.timeline_changed.emit(timeline)

    def _announce(self, before: Recipe) -> None:
        """Announce the recipe that has replaced `before`."""
        moved = self.recipe.source != before.source
        if moved:
            self._exploration.history.move(before, self.recipe)
        self.recipe_changed.emit(self.recipe)
        if moved:
            self.history_changed.emit()

    def _go_to(self, label: str, face: Recipe) -> None:
        self.release_companions()
        self._exploration.end_gesture()
        self._push(label, face, None)
