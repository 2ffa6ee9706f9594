"""Writing the face shown to a file: as latents, as a recipe; as an image: see `export_image`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task, engine_for
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import write_atomically

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class ExportTask(Task[None]):
    """Write `recipe` to `path`, whose suffix names the format."""

    path: str
    recipe: Recipe

    finishes_on_close = True

    @property
    def title(self) -> str:
        return tr("Exporting {name}", name=Path(self.path).name)

    def deliver(self, result: None, control: Control) -> None:
        control.session.mark_saved(self.recipe)
        control.say(tr("Saved {path}", path=self.path))


@dataclass(frozen=True)
class ExportLatents(ExportTask):
    """Write z, w and W+ (.npz) or W+ alone (.npy, .pt)."""

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Progress(0, 1, tr("Writing"))
        from generator.formats.latent_file import save_latents

        save_latents(self.path, engine_for(self.recipe, host).latents(self.recipe), self.recipe)


@dataclass(frozen=True)
class ExportRecipe(ExportTask):
    """Write the recipe as JSON."""

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Progress(0, 1, tr("Writing"))
        write_atomically(self.path, to_json(self.recipe, indent=1).encode())
