"""The next face that nothing about it gives away: seeds are looked at closely until one is clean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.inspect import inspector
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.document.exploration import with_seed
from explorer.messages import CleanFound
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from explorer.messages import Pixels


def is_clean(host: ModelHost, recipe: Recipe, pixels: Pixels) -> bool:
    """Whether no cue of the picture that `recipe` has become is flagged."""
    from generator.cues.workings import workings_of

    cues = inspector(host.facts.hash)(pixels, workings_of(host.engine, recipe))
    return not any(cue.is_flagged for cue in cues)


def left_out_text(count: int) -> str:
    """How many faces were left out, as a sentence."""
    return tr("{count} faces were left out as unusual.", count=count)


@dataclass(frozen=True)
class FindClean(Task["CleanFound | None"]):
    """Look for the first of `seeds` whose face, edited as `recipe` is, has no flagged cue."""

    recipe: Recipe
    seeds: tuple[int, ...]
    any_of: int = 0  # classes of them: see `with_seed`

    def run(self, host: ModelHost) -> JobSteps[CleanFound | None]:
        for left_out, seed in enumerate(self.seeds):
            yield Progress(left_out, len(self.seeds), tr("Looking closer"))
            if self.recipe.model != host.facts.hash:  # another model is open by now
                return None
            face = with_seed(self.recipe, seed, self.any_of)
            if is_clean(host, face, host.engine.render(face, live=True, aside=True)):
                return CleanFound(self.recipe.model, seed, left_out)
        return CleanFound(self.recipe.model, None, len(self.seeds))

    def deliver(self, result: CleanFound | None, control: Control) -> None:
        if result is not None:
            control.clean_found.emit(result)
