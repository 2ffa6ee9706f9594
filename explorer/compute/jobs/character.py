"""One person in many states: each rendered once, kept as looks, and written into one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import CharacterMade, StateDrawn
from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Progress
from generator.recipe.recipe import Recipe
from generator.wishes.states import State

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

SHEET_FACE = 256  # pixels of a face in the picture, at most


@dataclass(frozen=True)
class MakeCharacter(Task[CharacterMade]):
    """The face of `recipe` in each of `states`, delivered one by one."""

    number: int  # of the character
    recipe: Recipe
    states: tuple[State, ...]
    keeps_looks: bool = False
    sheet: str = ""  # path of a picture of all states with their names, by its suffix; "" = none

    title = tr("Making a character")

    def run(self, host: ModelHost) -> JobSteps[CharacterMade]:
        from generator.people.character import character, looks_of
        from generator.recipe.direction_files import library_of

        yield Progress(0, len(self.states), tr("Preparing"))
        if self.recipe.model != host.facts.hash:
            raise ExportError(tr("Another model is open by now; open the first one again and repeat this."))
        library = library_of(host.facts.hash)
        variants = character(self.recipe, self.states, library)
        for done, (state, recipe) in enumerate(variants):
            yield Progress(done, len(variants), state.name)
            yield Partial(StateDrawn(self.number, state.name, recipe, host.thumbnail(recipe)))
        if self.sheet:
            yield from self._write(host, variants)
        looks = tuple(looks_of(self.states, library)) if self.keeps_looks else ()
        return CharacterMade(self.number, looks, self.sheet)

    def _write(self, host: ModelHost, variants: Sequence[tuple[State, Recipe]]) -> JobSteps[None]:
        from generator.render.contact_sheet import SheetFace, SheetStyle, sheet_of_faces

        engine = host.engine
        style = SheetStyle(math.isqrt(len(variants) - 1) + 1, min(SHEET_FACE, engine.config.img_resolution), True)
        faces = [SheetFace(state.name, recipe) for state, recipe in variants]
        yield from sheet_of_faces(engine.render_together, faces, style, self.sheet, batch=engine.batch_size)

    def deliver_partial(self, value: StateDrawn, control: Control) -> None:
        control.state_drawn.emit(value)

    def deliver(self, result: CharacterMade, control: Control) -> None:
        if result.sheet:
            control.say(tr("Saved {path}", path=result.sheet))
        control.character_made.emit(result)
