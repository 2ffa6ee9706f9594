"""The user's own directions solved again, so that those that are locked stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.compute.jobs.direction_making import workshop
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.messages import DirectionsSolved
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.directions import DirectionLibrary, NamedDirection

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class SolveAgain(Task[DirectionsSolved]):
    """Solve `entries`, directions of the model with this hash, again with those that are `held` still."""

    model: str
    entries: tuple[NamedDirection, ...]
    held: tuple[NamedDirection, ...]

    @property
    def title(self) -> str:
        return tr("Solving the other directions again")

    def run(self, host: ModelHost) -> JobSteps[DirectionsSolved]:
        yield Progress(0, 0, tr("Preparing"))
        from generator.directions.again import solving_again

        if host.facts.hash != self.model:
            return DirectionsSolved(self.model, self.held, ())  # another model is open by now
        shop = yield from workshop(host)
        shop = replace(shop, library=DirectionLibrary(self.model, (*self.entries, *self.held)))
        again = yield from solving_again(shop, [entry.name for entry in self.entries])
        solved = tuple((one.before, one.after) for one in again if one.after is not one.before)
        return DirectionsSolved(self.model, self.held, solved, tuple(one.before.title for one in again if one.lack))

    def deliver(self, result: DirectionsSolved, control: Control) -> None:
        control.directions_solved.emit(result)
