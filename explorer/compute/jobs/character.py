"""One person in many states, each rendered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import StateDrawn
from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Progress
from generator.recipe.recipe import Recipe
from generator.wishes.states import State

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class MakeCharacter(Task[None]):
    """The face of `recipe` in each of `states`, delivered one by one."""

    number: int  # of the character
    recipe: Recipe
    states: tuple[State, ...]

    title = tr("Making a character")

    def run(self, host: ModelHost) -> JobSteps[None]:
        from generator.people.character import character
        from generator.recipe.direction_files import library_of

        yield Progress(0, len(self.states), tr("Preparing"))
        if self.recipe.model != host.facts.hash:
            raise ExportError(tr("Another model is open by now; open the first one again and repeat this."))
        variants = character(self.recipe, self.states, library_of(host.facts.hash))
        for done, (state, recipe) in enumerate(variants):
            yield Progress(done, len(variants), state.name)
            yield Partial(StateDrawn(self.number, state.name, recipe, host.thumbnail(recipe)))

    def deliver_partial(self, value: StateDrawn, control: Control) -> None:
        control.state_drawn.emit(value)
