"""Mending the face shown: a small step that lessens its most unusual cue, as an ordinary edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.components import fitting_components
from explorer.compute.jobs.direction_making import identity
from explorer.compute.jobs.inspect import inspector
from explorer.compute.jobs.task import Control, JobSteps, Task, engine_for
from explorer.translation import tr
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from explorer.messages import Pixels
    from generator.cues.cue import Cue
    from generator.cues.mend import Mended


@dataclass(frozen=True)
class MendFace(Task["Mended"]):
    """Lessen the worst cue of `recipe`; it becomes an undo step if the face has not been edited meanwhile."""

    recipe: Recipe

    title = tr("Mending")

    def run(self, host: ModelHost) -> JobSteps[Mended]:
        from generator.cues.mend import Mender
        from generator.cues.workings import workings_of

        engine = engine_for(self.recipe, host)
        look = inspector(host.facts.hash)

        def inspect(recipe: Recipe, pixels: Pixels) -> tuple[Cue, ...]:
            return look(pixels, workings_of(engine, recipe))

        pca = yield from fitting_components(host)
        return (yield from Mender(engine, pca, inspect, identity()).mending(self.recipe))

    def deliver(self, result: Mended, control: Control) -> None:
        if result.recipe is None:
            control.say(tr(result.sentence))
        elif control.session.recipe != self.recipe:
            control.say(tr("The face has been edited while it was mended, so nothing was changed; mend it again."))
        else:
            control.session.edit(tr("Mend"), result.recipe)
            control.say(tr(result.sentence))
