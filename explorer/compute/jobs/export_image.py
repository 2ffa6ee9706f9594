"""The face as a picture to take home: written to a file, and previewed while the user chooses how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.compute.jobs.exports import ExportTask
from explorer.compute.jobs.task import Control, JobSteps, Task, engine_for
from explorer.messages import PartEnlarged, PicturePreviewed, Pixels
from explorer.translation import tr
from generator.errors import ExportError
from generator.formats.picture_options import PictureOptions, format_of
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.formats.finished import Finished

PREVIEW = 512  # pixels on a side of what is cut out and cropped for a preview, at most
AS_RENDERED = PictureOptions()
PART = 64  # pixels on a side of the part that is enlarged to be looked at


def finished_face(recipe: Recipe, options: PictureOptions, host: ModelHost) -> Job[Finished]:
    """Render `recipe` at full quality and make of it what `options` say."""
    yield Progress(0, 0, tr("Rendering"))
    from generator.formats.alpha import on_white
    from generator.formats.finished import Finished
    from generator.formats.image_encode import scaled
    from generator.pictures.finish import finishing

    engine = engine_for(recipe, host)
    if options.plain and engine.config.has_alpha:
        whole = engine.picture(recipe)
        return Finished(scaled(on_white(whole) if options.format == "jpg" else whole, options.size))
    picture = engine.values(recipe) if options.bits == 16 else engine.render(recipe)
    return (yield from finishing(picture, options))


def of_8_bits(done: Finished) -> Pixels:
    """The pixels of a picture that was asked for with 8 bits."""
    return done.pixels.astype(np.uint8, copy=False)


@dataclass(frozen=True)
class ExportImage(ExportTask):
    """Write the face as a picture of the kind that the suffix of `path` names."""

    options: PictureOptions = AS_RENDERED

    def run(self, host: ModelHost) -> JobSteps[None]:
        from generator.formats.finished import check_suffix, save_finished

        suffix = Path(self.path).suffix
        check_suffix(suffix)  # before a minute of work
        options = replace(self.options, format=format_of(suffix) or "")
        done = yield from finished_face(self.recipe, options, host)
        yield Progress(0, 0, tr("Writing"))
        save_finished(self.path, done, self.recipe)


@dataclass(frozen=True)
class PreviewPicture(Task[PicturePreviewed]):
    """The face cut out and cropped as `options` say, small."""

    recipe: Recipe
    options: PictureOptions

    def run(self, host: ModelHost) -> JobSteps[PicturePreviewed]:
        yield Progress(0, 1, tr("Rendering"))
        from generator.formats.image_encode import scaled
        from generator.pictures.finish import finishing

        pixels = engine_for(self.recipe, host).render(self.recipe)
        small = scaled(pixels, min(PREVIEW, max(pixels.shape)))
        seen = PictureOptions(cutout=self.options.cutout, crop=self.options.crop)
        try:
            done = yield from finishing(small, seen)
        except ExportError as error:
            return PicturePreviewed(self.options, None, str(error))
        return PicturePreviewed(self.options, of_8_bits(done))

    def deliver(self, result: PicturePreviewed, control: Control) -> None:
        control.picture_previewed.emit(result)


@dataclass(frozen=True)
class KnowEnlarging(Task[str]):
    """Why pictures are enlarged by resampling alone; "" where the network is installed."""

    def run(self, host: ModelHost) -> JobSteps[str]:
        yield Progress(0, 1, tr("Looking"))
        from generator.pictures.enlarge import why_not

        return why_not()

    def deliver(self, result: str, control: Control) -> None:
        control.enlarging_known.emit(result)


@dataclass(frozen=True)
class EnlargePart(Task[PartEnlarged]):
    """What enlarging makes of the part of the face about `place`: x, y in 0..1."""

    recipe: Recipe
    factor: int
    place: tuple[float, float]

    def run(self, host: ModelHost) -> JobSteps[PartEnlarged]:
        yield Progress(0, 1, tr("Rendering"))
        from generator.faces.finder import FaceFinder
        from generator.formats.image_encode import scaled
        from generator.pictures.enlarge import enlarging

        pixels = engine_for(self.recipe, host).render(self.recipe)
        place = _place(pixels.shape, self.place)
        part, face = pixels[place].copy(), FaceFinder().find(pixels)
        if face is not None:  # whose eyes and teeth are enlarged with care
            corner = np.array([place[1].start, place[0].start, 0], np.float32)
            face = replace(face, pixels=part, mesh=face.mesh - corner)
        after = yield from enlarging(part, self.factor, face)
        return PartEnlarged(scaled(part, self.factor * max(part.shape)), after)

    def deliver(self, result: PartEnlarged, control: Control) -> None:
        control.part_enlarged.emit(result)


def _place(shape: tuple[int, ...], middle: tuple[float, float]) -> tuple[slice, slice]:
    """The rows and columns of PART pixels on a side about `middle`, moved inside where it is at the rim."""
    (height, width), (x, y) = shape[:2], middle
    top = round(min(max(y * height - PART / 2, 0), max(height - PART, 0)))
    left = round(min(max(x * width - PART / 2, 0), max(width - PART, 0)))
    return slice(top, top + PART), slice(left, left + PART)
