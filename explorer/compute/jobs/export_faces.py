"""Writing many faces to files as one job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.export_image import finished_face
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.progress import Job
from generator.project.export_options import PLAIN, ExportOptions
from generator.project.face import Face
from generator.project.names import Size
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.formats.finished import Finished
    from generator.render.export_faces import ExportDone


@dataclass(frozen=True)
class ExportFaces(Task["ExportDone"]):
    """Render `faces` at full quality and write them as `options` say; those of other models are left out.

    Like a contact sheet it is discarded when Outis closes, which asks first: a thousand faces take long.
    """

    faces: tuple[Face, ...]
    options: ExportOptions

    @property
    def title(self) -> str:
        return tr("Exporting {count} faces", count=len(self.faces))

    def run(self, host: ModelHost) -> JobSteps[ExportDone]:
        from generator.render.export_faces import exporting

        def take(recipe: Recipe, size: Size) -> Job[Finished]:
            return finished_face(recipe, self.options.picture_of(size), host)

        engine, taking = host.engine, None if self.options.picture == PLAIN else take
        return (yield from exporting(self.faces, self.options, engine.picture, engine.latents, host.facts.hash, taking))

    def deliver(self, result: ExportDone, control: Control) -> None:
        control.say(_report(result.faces, result.left_out, str(result.folder)))


def _report(count: int, left_out: int, folder: str) -> str:
    if left_out:
        return tr(
            "Saved {count} faces in {folder}; left out, because another model made them: {left_out}",
            count=count,
            folder=folder,
            left_out=left_out,
        )
    if count == 1:
        return tr("Saved 1 face in {folder}", folder=folder)
    return tr("Saved {count} faces in {folder}", count=count, folder=folder)
