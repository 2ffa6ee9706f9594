"""Copying the face shown to the clipboard: its image, or its W+ as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.compute.jobs.export_image import AS_RENDERED, finished_face, of_8_bits
from explorer.compute.jobs.task import Control, JobSteps, Task, engine_for
from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.clipboard import put_image, put_latent
from generator.formats.picture_options import PictureOptions
from generator.progress import Progress
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class CopyImage(Task[Pixels]):
    """Render the recipe for the clipboard, as for an exported image of 8 bits."""

    recipe: Recipe
    options: PictureOptions = AS_RENDERED

    title = tr("Copying the image")

    def run(self, host: ModelHost) -> JobSteps[Pixels]:
        done = yield from finished_face(self.recipe, replace(self.options, bits=8), host)
        return of_8_bits(done)

    def deliver(self, result: Pixels, control: Control) -> None:
        put_image(result, to_json(self.recipe))
        control.say(tr("The image is on the clipboard."))


@dataclass(frozen=True)
class CopyLatent(Task[str]):
    """W+ of the recipe as text for the clipboard."""

    recipe: Recipe

    def run(self, host: ModelHost) -> JobSteps[str]:
        yield Progress(0, 1, tr("Computing"))
        from generator.formats.latent_file import to_text

        return to_text(engine_for(self.recipe, host).latents(self.recipe).w_plus)

    def deliver(self, result: str, control: Control) -> None:
        put_latent(result, to_json(self.recipe))
        control.say(tr("The latent is on the clipboard."))
