"""Writing many faces to files as one job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.project.export_options import ExportOptions
from generator.project.face import Face

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
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

        engine = host.engine
        return (yield from exporting(self.faces, self.options, engine.picture, engine.latents, host.facts.hash))

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
