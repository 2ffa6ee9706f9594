"""The document of one model: the face, its unsaved edits, and the stored faces."""

from __future__ import annotations

from dataclasses import replace

from explorer.document.commands import State
from explorer.document.face_names import OpenedFile
from explorer.document.model_switch import carry_over, survivor, survivors
from explorer.messages import ModelFacts, SavedSession
from generator.config import GeneratorConfig
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Recipe, SeedSource, Source


class Document:
    """The recipe for a model, restored when that model is opened again."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.saved = recipe  # the recipe last exported or opened
        self.stored: tuple[Source, ...] = ()
        self.timeline = Timeline()
        self._second: Source = SeedSource(1)
        self._files: dict[Source, tuple[OpenedFile, ...]] = {}  # by the source that they contained, the latest last
        self._carried = recipe  # the initial recipe
        self._set_aside: Recipe | None = None  # saved for the model, but not continued

    @property
    def neutral(self) -> Recipe:
        """The same source with nothing done to it."""
        return Recipe(model=self.recipe.model, source=self.recipe.source)

    @property
    def second_source(self) -> Source:
        """The source that is mixed in or, without a mix, would be."""
        return self.recipe.mix.source if self.recipe.mix else self._second

    @property
    def opened_file(self) -> OpenedFile | None:
        """The file that the face came from, or else the latest that its source came from; None if there is none."""
        files = self._files.get(self.recipe.source, ())
        return next((file for file in files if file.recipe == self.recipe), files[-1] if files else None)

    @property
    def has_unsaved_work(self) -> bool:
        """Whether edits would be lost: an unedited face can be restored from its source."""
        return self.recipe not in (self.saved, self.neutral)

    @property
    def to_be_kept(self) -> SavedSession:
        """What the next start restores. Only a face that was edited with this model replaces one that is saved
        already."""
        untouched = replace(self.recipe, source=self._carried.source) in (self._carried, self.neutral)
        recipe = self._set_aside if untouched and self._set_aside else self.recipe
        return SavedSession(recipe, self.stored, self.timeline)

    def states(self, recipe: Recipe) -> tuple[State, State]:
        """The states before and after an edit to `recipe`."""
        before = State(self.recipe, self.second_source)
        return before, State(recipe, recipe.mix.source if recipe.mix else before.second)

    def write(self, state: State) -> None:
        self.recipe, self._second = state.recipe, state.second

    def remember_file(self, file: OpenedFile) -> None:
        """Record that the face, and every later edit of it, came from `file`."""
        source = file.recipe.source
        others = (other for other in self._files.get(source, ()) if other.recipe != file.recipe)
        self._files[source] = (*others, file)

    def resume(self, kept: SavedSession, with_face: bool) -> None:
        """Continue with what was saved for the model: with its face, unless one is shown already."""
        if with_face:
            self.recipe = kept.recipe
        else:
            self._set_aside = kept.recipe
        self.stored = tuple(dict.fromkeys((*kept.stored, *self.stored)))
        self.timeline = kept.timeline

    def carried_over(self, facts: ModelFacts, last: GeneratorConfig | None = None) -> Document:
        """The document carried over from the model of `last` to another one; of the stored faces only those that were
        stored before there was a model, and no timeline."""
        made, same = Document(carry_over(self.recipe, facts, last)), self.recipe.model == ""
        made.saved = made.recipe if self.recipe == self.saved else self.saved
        made.stored = survivors(self.stored, facts.config, same) if same else ()
        made._second = survivor(self._second, facts.config, same) or SeedSource(1)
        return made
