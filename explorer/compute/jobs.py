"""The long work of the compute thread: frozen descriptions of what to do, made on the GUI thread.

`run` makes a generator that the compute thread advances one step at a time between frames. Everything heavy is
imported inside it, so that the window is there before torch is.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from explorer.compute.torch_start import start_drawing, start_torch
from explorer.messages import Components, FaceDrawn, ModelFacts, Pixels
from generator.errors import ExportError, RecipeError, UnknownFileError
from generator.hub.address import file_name
from generator.progress import Job, Progress
from generator.recipe.pca import COMPONENTS, SAMPLES
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import unused, write_atomically

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.formats.open_face import Opened
    from generator.recipe.pca import Pca
    from generator.render.engine import Engine

log = logging.getLogger(__name__)

CLIPBOARD = "Clipboard"  # where a pasted text comes from


class Task(Protocol):
    """What the compute thread can be asked to do."""

    @property
    def title(self) -> str:
        """What the progress bar calls it; "" = too short to be shown."""

    def run(self, bench: ModelHost) -> Generator[Progress, None, object]:
        """The work; its result becomes `JobDone.result`."""


@dataclass(frozen=True)
class Saved:
    """A recipe is in a file now."""

    path: str
    recipe: Recipe


@dataclass(frozen=True)
class SheetSaved:
    """A contact sheet is written."""

    path: str
    faces_folder: str | None = None  # where each face is as well


@dataclass(frozen=True)
class ImageCopied:
    """A picture for the clipboard."""

    pixels: Pixels
    recipe: str  # of it, as JSON


@dataclass(frozen=True)
class LatentCopied:
    """W+ for the clipboard."""

    text: str
    recipe: str  # of the face, as JSON


@dataclass(frozen=True)
class FileRead:
    """A file with a recipe or a latent that fits the open model."""

    opened: Opened


@dataclass(frozen=True)
class TextRead:
    """The same of a text."""

    opened: Opened


@dataclass(frozen=True)
class ModelFound:
    """The file is a model, which is for `LoadModel` to open."""

    path: str


@dataclass(frozen=True)
class NoModelYet:
    """The file holds a face, and there is no model to show it with until the first one is open."""

    path: str


@dataclass(frozen=True)
class Fitted:
    """The principal components of a model."""

    model: str  # content hash
    components: Components


@dataclass(frozen=True)
class LoadModel:
    """Open a model; the one before it stays in use until this one has drawn its first face."""

    path: str
    device: str = "auto"
    reason: str = ""  # why Outis itself opens it again, for the notice; "" = the user asked

    @property
    def title(self) -> str:
        return f"Opening {Path(self.path).stem}"

    def run(self, bench: ModelHost) -> Job[ModelFacts]:
        yield Progress(0, 0, "Starting torch")
        start_drawing(live=True)
        from generator.checkpoint import loading
        from generator.recipe.direction_files import library_of
        from generator.render.engine import Engine

        generator = yield from loading(self.path)
        yield Progress(0, 0, "Testing the device")
        engine, named = Engine(generator, self.device), tuple(library_of(generator.hash).entries)
        return (yield from bench.switch_to(engine, self.path, named, self.reason))


@dataclass(frozen=True)
class DownloadModel:
    """Bring the model at an address of the net into the user's data folder, unless it is there, and open it."""

    address: str
    device: str = "auto"

    @property
    def title(self) -> str:
        return f"Downloading {file_name(self.address)}"

    def run(self, bench: ModelHost) -> Job[ModelFacts]:
        from generator.hub.model_store import fetching

        path = yield from fetching(self.address)
        return (yield from LoadModel(str(path), self.device).run(bench))


@dataclass(frozen=True)
class FitComponents:
    """Bring the principal components of the open model from the cache, or fit them."""

    samples: int = SAMPLES
    count: int = COMPONENTS

    @property
    def title(self) -> str:
        return "Finding the principal components"

    def run(self, bench: ModelHost) -> Job[Fitted]:
        from generator.recipe import pca

        engine, facts = bench.engine, bench.facts
        count = min(self.count, facts.config.w_dim)
        fitted = pca.cached(facts.hash, self.samples, count, facts.config.w_dim)
        if fitted is None:
            fitted = yield from pca.fitting(
                engine.mapping, facts.config.z_dim, facts.hash, samples=self.samples, components=count
            )
            _keep(fitted)
        yield Progress(self.samples, self.samples, "Done")
        return Fitted(fitted.model, bench.adopt_components(fitted))


@dataclass(frozen=True)
class ReadFile:
    """Find out what the user dropped: a model, or a file with a recipe or a latent that fits the open model."""

    path: str

    @property
    def title(self) -> str:
        return f"Opening {Path(self.path).name}"

    def run(self, bench: ModelHost) -> Job[FileRead | ModelFound | NoModelYet]:
        yield Progress(0, 0, "Reading")
        start_torch()
        if _holds_model(self.path):
            return ModelFound(self.path)
        from generator.formats.open_face import KNOWN, check_fits, read_file

        try:
            opened = read_file(self.path)
        except UnknownFileError as error:  # which cannot say that it is no model either
            raise RecipeError(f"{Path(self.path).name}: It is no model, and no {KNOWN}.") from error
        if not bench.has_model:
            return NoModelYet(self.path)
        check_fits(opened, bench.facts.hash, bench.facts.config)
        return FileRead(opened)


@dataclass(frozen=True)
class ReadText:
    """The recipe or latent in a text that was pasted, if it fits the open model."""

    text: str

    @property
    def title(self) -> str:
        return ""

    def run(self, bench: ModelHost) -> Job[TextRead]:
        yield Progress(0, 0, "Reading")
        from generator.formats.open_face import check_fits, read_text

        opened = read_text(self.text, CLIPBOARD)
        check_fits(opened, bench.facts.hash, bench.facts.config)
        return TextRead(opened)


@dataclass(frozen=True)
class ExportImage:
    """Render the recipe again at full quality and write it; the suffix of `path` names the format."""

    path: str
    recipe: Recipe
    size: int | None = None  # pixels on a side; None = as the model renders it

    @property
    def title(self) -> str:
        return f"Exporting {Path(self.path).name}"

    def run(self, bench: ModelHost) -> Job[Saved]:
        yield Progress(0, 2, "Rendering")
        from generator.formats.image_encode import save_image

        pixels = engine_for(self.recipe, bench).render(self.recipe)
        yield Progress(1, 2, "Writing")
        save_image(self.path, pixels, self.recipe, size=self.size)
        return Saved(self.path, self.recipe)


@dataclass(frozen=True)
class ExportLatents:
    """Write z, w and W+ (.npz) or W+ alone (.npy, .pt)."""

    path: str
    recipe: Recipe

    @property
    def title(self) -> str:
        return f"Exporting {Path(self.path).name}"

    def run(self, bench: ModelHost) -> Job[Saved]:
        yield Progress(0, 1, "Writing")
        from generator.formats.latent_file import save_latents

        save_latents(self.path, engine_for(self.recipe, bench).latents(self.recipe), self.recipe)
        return Saved(self.path, self.recipe)


@dataclass(frozen=True)
class ExportRecipe:
    """Write the recipe as JSON."""

    path: str
    recipe: Recipe

    @property
    def title(self) -> str:
        return f"Saving {Path(self.path).name}"

    def run(self, bench: ModelHost) -> Job[Saved]:
        yield Progress(0, 1, "Writing")
        write_atomically(self.path, to_json(self.recipe, indent=1).encode())
        return Saved(self.path, self.recipe)


@dataclass(frozen=True)
class DrawFace:
    """A small picture of a recipe with a seed, for the gallery."""

    recipe: Recipe

    @property
    def title(self) -> str:
        return ""

    def run(self, bench: ModelHost) -> Job[FaceDrawn | None]:
        yield Progress(0, 1, "Drawing")
        if self.recipe.model != bench.facts.hash:
            return None  # another model is open by now, and asks for faces of its own
        assert isinstance(self.recipe.source, SeedSource)
        return FaceDrawn(self.recipe.source.seed, bench.thumbnail(self.recipe))


@dataclass(frozen=True)
class CopyImage:
    """Render the recipe at full quality, as an exported image is, for the clipboard."""

    recipe: Recipe

    @property
    def title(self) -> str:
        return "Copying the image"

    def run(self, bench: ModelHost) -> Job[ImageCopied]:
        yield Progress(0, 1, "Rendering")
        return ImageCopied(engine_for(self.recipe, bench).render(self.recipe), to_json(self.recipe))


@dataclass(frozen=True)
class CopyLatent:
    """W+ of the recipe as text for the clipboard."""

    recipe: Recipe

    @property
    def title(self) -> str:
        return ""

    def run(self, bench: ModelHost) -> Job[LatentCopied]:
        yield Progress(0, 1, "Computing")
        from generator.formats.latent_file import to_text

        latents = engine_for(self.recipe, bench).latents(self.recipe)
        return LatentCopied(to_text(latents.w_plus), to_json(self.recipe))


EXPORTS = (ExportImage, ExportLatents, ExportRecipe)  # one file each, soon written: finished even when closing


@dataclass(frozen=True)
class ContactSheet:
    """Render many seeds with the edits of the recipe into one picture, and each into a folder if one is named."""

    path: str
    recipe: Recipe
    seeds: tuple[int, ...]
    columns: int
    faces_folder: str | None = None  # a new one beside it is made if it is there

    @property
    def title(self) -> str:
        return f"Contact sheet of {len(self.seeds)} faces"

    def run(self, bench: ModelHost) -> Job[SheetSaved]:
        from generator.render.contact_sheet import contact_sheet

        engine = engine_for(self.recipe, bench)
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
        return SheetSaved(self.path, folder)


def engine_for(recipe: Recipe, bench: ModelHost) -> Engine:
    """The engine, if its model is the one that `recipe` was made for. Raises `ExportError`."""
    if recipe.model not in ("", bench.facts.hash):
        raise ExportError("Another model was opened meanwhile; open the first one again and repeat this.")
    return bench.engine


def _holds_model(path: str) -> bool:
    """By its content: a .pt file may hold a model or a latent. What cannot be read is told by who reads it next."""
    from generator.checkpoint import looks_like_model

    try:
        return looks_like_model(path)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return False


def _keep(fitted: Pca) -> None:
    """Into the cache; a folder that cannot be written only means that the next start fits again."""
    from generator.recipe import pca

    try:
        pca.store(fitted)
    except ExportError:
        log.warning("The principal components could not be cached", exc_info=True)
