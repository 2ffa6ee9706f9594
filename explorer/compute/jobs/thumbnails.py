"""The thumbnail of a face of the project that has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.messages import ThumbnailDrawn
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class DrawThumbnail(Task[ThumbnailDrawn | None]):
    """The small image of one face of the open model: the next one is chosen when this one is there."""

    id: int
    recipe: Recipe

    patience = 0.1  # the thumbnails of marked faces follow while a slider is dragged

    def run(self, host: ModelHost) -> JobSteps[ThumbnailDrawn | None]:
        yield from ()  # a single step: each one waits for frames
        if self.recipe.model != host.facts.hash:  # another model is open by now
            return None
        return ThumbnailDrawn(self.id, self.recipe, host.thumbnail(self.recipe))

    def deliver(self, result: ThumbnailDrawn | None, control: Control) -> None:
        if result is not None:
            control.thumbnail_drawn.emit(result)
