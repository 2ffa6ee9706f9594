"""Thumbnails of faces of the project that have none, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import ThumbnailDrawn
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class DrawThumbnails(Task[None]):
    """Small images of faces of the open model; delivered one by one."""

    faces: tuple[tuple[int, Recipe], ...]  # by id

    def run(self, host: ModelHost) -> JobSteps[None]:
        for number, (id, recipe) in enumerate(self.faces):
            yield Progress(number, len(self.faces), tr("Rendering"))
            if recipe.model == host.facts.hash:  # not if another model is open by now
                yield Partial(ThumbnailDrawn(id, recipe, host.thumbnail(recipe)))

    def deliver_partial(self, value: ThumbnailDrawn, control: Control) -> None:
        control.thumbnail_drawn.emit(value)
