"""Writing many faces to files as one job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.compute.jobs.export_image import finished_face
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.progress import Job
from generator.project.export_options import PLAIN, ExportOptions
from generator.project.face import Face
from generator.project.names import Size
from generator.recipe.class_names import ClassNames
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
    class_names: ClassNames = field(default_factory=ClassNames)  # of the open model

    @property
    def title(self) -> str:
        return tr("Exporting {count} faces", count=len(self.faces))

    def run(self, host: ModelHost) -> JobSteps[ExportDone]:
        from generator.render.export_faces import exporting

        engine, take = host.engine, None if self.options.picture == PLAIN else _Taking(self.options, host)
        draws, model = (engine.picture, engine.latents), host.facts.hash
        return (yield from exporting(self.faces, self.options, *draws, model, take, self._title))

    def _title(self, _model: str, label: int) -> str:
        return self.class_names.title(label)

    def deliver(self, result: ExportDone, control: Control) -> None:
        control.say(_report(result.faces, result.left_out, str(result.folder)))


class _Taking:
    """Makes of every face what the options say: once, whatever the number of sizes."""

    def __init__(self, options: ExportOptions, host: ModelHost) -> None:
        self._options, self._host = options, host
        self._last: tuple[Recipe, Finished] | None = None

    def __call__(self, recipe: Recipe, size: Size) -> Job[Finished]:
        """The picture of a face with a longer side of so many pixels; None = as it comes."""
        from generator.pictures.finish import at_size

        if self._last is None or self._last[0] is not recipe:
            done = yield from finished_face(recipe, self._options.picture_of(None), self._host)
            self._last = recipe, done
        done = self._last[1]
        return done if size is None else at_size(done, self._options.picture_of(size))


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
