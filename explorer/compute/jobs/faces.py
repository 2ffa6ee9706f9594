"""Many faces at once: small ones for the gallery, one by one, and a contact sheet in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task, engine_for
from explorer.messages import FaceDrawn
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.recipe import Recipe, SeedSource
from generator.storage.atomic import unused

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class DrawFaces(Task[None]):
    """Small images of recipes of one model, each with a seed; delivered one by one."""

    recipes: tuple[Recipe, ...]

    def run(self, host: ModelHost) -> JobSteps[None]:
        for number, recipe in enumerate(self.recipes):
            yield Progress(number, len(self.recipes), tr("Rendering"))
            if recipe.model != host.facts.hash:
                return  # another model is open by now and requests its own faces
            assert isinstance(recipe.source, SeedSource)
            yield Partial(FaceDrawn(recipe.source.seed, host.thumbnail(recipe)))

    def deliver_partial(self, value: FaceDrawn, control: Control) -> None:
        control.face_drawn.emit(value)


@dataclass(frozen=True)
class ContactSheet(Task["str | None"]):
    """Render many seeds with the edits of the recipe into one image, and each into a folder if one is named.

    The result is the folder of the faces.
    """

    path: str
    recipe: Recipe
    seeds: tuple[int, ...]
    columns: int
    faces_folder: str | None = None  # if it exists, a new one beside it is created

    @property
    def title(self) -> str:
        return tr("Contact sheet of {count} faces", count=len(self.seeds))

    def run(self, host: ModelHost) -> JobSteps[str | None]:
        from generator.render.contact_sheet import contact_sheet

        engine = engine_for(self.recipe, host)
        folder = None if self.faces_folder is None else str(unused(self.faces_folder))
        yield from contact_sheet(
            engine.render_together,
            self.recipe,
            self.seeds,
            self.columns,
            self.path,
            folder,
            engine.batch_size,
        )
        return folder

    def deliver(self, result: str | None, control: Control) -> None:
        if result:
            control.say(tr("Saved {path}, and its faces in {folder}", path=self.path, folder=result))
        else:
            control.say(tr("Saved {path}", path=self.path))
