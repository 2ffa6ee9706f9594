"""Many faces at once: small ones for the gallery, one by one, and a contact sheet in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.clean import is_clean, left_out_text
from explorer.compute.jobs.task import Control, JobSteps, Partial, Task, engine_for
from explorer.document.exploration import with_seed
from explorer.document.random_seed import random_seed
from explorer.messages import FaceDrawn, Pixels
from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Progress
from generator.recipe.recipe import Recipe, SeedSource
from generator.storage.atomic import unused

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

MOST_LEFT_OUT = 10  # faces in a row, of a gallery; then the next one is shown as it is


@dataclass(frozen=True)
class DrawFaces(Task[int]):
    """Small images of recipes of one model, each with a seed; delivered one by one. The result is how many others
    were left out."""

    recipes: tuple[Recipe, ...]
    only_clean: bool = False  # another seed takes the place of a face that is flagged
    any_of: int = 0  # classes of such another seed: see `with_seed`

    def run(self, host: ModelHost) -> JobSteps[int]:
        all_left_out = 0
        for number, recipe in enumerate(self.recipes):
            yield Progress(number, len(self.recipes), tr("Rendering"))
            if recipe.model != host.facts.hash:
                break  # another model is open by now and requests its own faces
            face, pixels, left_out = yield from self._face(host, recipe)
            all_left_out += left_out
            source, asked = _source(face), _source(recipe)
            yield Partial(FaceDrawn(source.seed, pixels, asked.seed if left_out else None, source.label))
        return all_left_out

    def _face(self, host: ModelHost, recipe: Recipe) -> JobSteps[tuple[Recipe, Pixels, int]]:
        """The face to show for `recipe`, and how many were left out before it."""
        face, pixels = recipe, host.thumbnail(recipe)
        for left_out in range(MOST_LEFT_OUT if self.only_clean else 0):
            yield Progress(0, 0, tr("Looking closer"))
            if is_clean(host, face, pixels):
                return face, pixels, left_out
            face = with_seed(recipe, random_seed(), self.any_of)
            pixels = host.thumbnail(face)
        return face, pixels, MOST_LEFT_OUT if self.only_clean else 0

    def deliver_partial(self, value: FaceDrawn, control: Control) -> None:
        control.face_drawn.emit(value)

    def deliver(self, result: int, control: Control) -> None:
        if result:
            control.say(left_out_text(result))


@dataclass(frozen=True)
class ContactSheet(Task["tuple[str | None, int]"]):
    """Render many seeds with the edits of the recipe into one image, and each into a folder if one is named.

    The result is the folder of the faces, and how many faces were left out.
    """

    path: str
    recipe: Recipe
    seeds: tuple[int, ...]
    columns: int
    faces_folder: str | None = None  # if it exists, a new one beside it is created
    only_clean: bool = False  # flagged faces are left out
    any_of: int = 0  # each face is of a class of its own, of so many: see `with_seed`

    @property
    def title(self) -> str:
        return tr("Contact sheet of {count} faces", count=len(self.seeds))

    def run(self, host: ModelHost) -> JobSteps[tuple[str | None, int]]:
        from generator.render.contact_sheet import contact_sheet

        engine = engine_for(self.recipe, host)
        seeds = (yield from self._clean(host)) if self.only_clean else self.seeds
        folder = None if self.faces_folder is None else str(unused(self.faces_folder))
        yield from contact_sheet(
            engine.render_together,
            self.recipe,
            seeds,
            self.columns,
            self.path,
            folder,
            engine.batch_size,
            [_source(with_seed(self.recipe, seed, self.any_of)).label for seed in seeds],
        )
        return folder, len(self.seeds) - len(seeds)

    def _clean(self, host: ModelHost) -> JobSteps[tuple[int, ...]]:
        """The seeds whose faces are not flagged. Raises `ExportError` if there are none."""
        clean = []
        for number, seed in enumerate(self.seeds):
            yield Progress(number, len(self.seeds), tr("Looking closer"))
            face = with_seed(self.recipe, seed, self.any_of)
            if is_clean(host, face, host.engine.render(face, live=True, aside=True)):
                clean.append(seed)
        if not clean:
            raise ExportError(tr("Each of these faces has something unusual; choose other seeds, or show all faces."))
        return tuple(clean)

    def deliver(self, result: tuple[str | None, int], control: Control) -> None:
        folder, left_out = result
        if folder:
            saved = tr("Saved {path}, and its faces in {folder}", path=self.path, folder=folder)
        else:
            saved = tr("Saved {path}", path=self.path)
        control.say(f"{saved}. {left_out_text(left_out)}" if left_out else saved)


def _source(recipe: Recipe) -> SeedSource:
    assert isinstance(recipe.source, SeedSource)
    return recipe.source
