"""Looking closer at the face shown, and at the faces of its model that it is compared with."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import FaceInspected, LookedCloser, Pixels, ShownCue, ShownSpectrum
from explorer.translation import tr
from generator.errors import ExportError, LatentError, RecipeError
from generator.progress import Progress
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.face import Face
    from generator.cues.cue import Box, Cue
    from generator.cues.inspector import Inspector

log = logging.getLogger(__name__)
CROP = 128  # pixels of a shown place, on a side
HEAT = 256  # pixels of a shown heat, on the longer side
_PLACE = 1 / 8  # of the picture's shorter side: what a crop shows at least, so that 256 pixels are shown four times


@dataclass(frozen=True)
class InspectTask(Task["LookedCloser | None"]):
    """It ends with the cues of the picture that `recipe` has become."""

    recipe: Recipe
    pixels: Pixels = field(repr=False, compare=False)

    def deliver(self, result: LookedCloser | None, control: Control) -> None:
        if result is not None:
            control.looked_closer.emit(result)


@dataclass(frozen=True)
class InspectFace(InspectTask):
    """Look closer at the picture shown."""

    def run(self, host: ModelHost) -> JobSteps[LookedCloser | None]:
        yield from ()  # a single step
        if self.recipe.model not in ("", host.facts.hash):  # another model is open by now
            return None
        return _looked(host, self.recipe, self.pixels)


@dataclass(frozen=True)
class LearnScores(InspectTask):
    """Look at many faces of the model that is open when it begins, once, and then at the picture shown."""

    faces: int = 500

    title = tr("Looking closer at faces of this model")

    def run(self, host: ModelHost) -> JobSteps[LookedCloser | None]:
        from generator.cues import standards
        from generator.cues.survey import learning

        learnt = yield from learning(host.engine, inspector(""), self.faces)
        try:
            standards.store(learnt.scores, learnt.band)
        except ExportError:
            log.warning("The scores of the model's faces could not be cached", exc_info=True)
        inspector.cache_clear()
        return _looked(host, self.recipe, self.pixels)


@dataclass(frozen=True)
class InspectPicture(Task[LookedCloser]):
    """Look closer at a picture of the user's, by its pixels alone. Raises `PictureError`."""

    path: str

    def run(self, host: ModelHost) -> JobSteps[LookedCloser]:
        from explorer.compute.pictures import PictureError, read_picture

        yield Progress(0, 0, tr("Looking closer"))
        pixels, inspect = read_picture(self.path, "inspected"), inspector("")
        face = inspect.face(pixels)
        if face is None:
            raise PictureError(f"{self.path} shows no face that can be looked at; choose one with a face in it.")
        cues = tuple(shown(cue, pixels) for cue in inspect.of(face))
        return LookedCloser(Recipe(), cues, True, Path(self.path).name, _spectrum(inspect, face))

    def deliver(self, result: LookedCloser, control: Control) -> None:
        control.looked_closer.emit(result)


@dataclass(frozen=True)
class InspectFaces(Task[None]):
    """Look at many faces of the open model, to sort them by how unusual they are; delivered one by one."""

    faces: tuple[tuple[int, Recipe], ...]  # by id

    @property
    def title(self) -> str:
        return tr("Looking closer at {count} faces", count=len(self.faces))

    def run(self, host: ModelHost) -> JobSteps[None]:
        for number, (id, recipe) in enumerate(self.faces):
            yield Progress(number, len(self.faces), tr("Looking closer"))
            if recipe.model in ("", host.facts.hash):  # not if another model is open by now
                yield Partial(FaceInspected(id, recipe, _unusual(host, recipe)))

    def deliver_partial(self, value: FaceInspected, control: Control) -> None:
        control.face_inspected.emit(value)


@lru_cache(maxsize=2)
def inspector(model: str) -> Inspector:
    """The inspector that compares with photographs, and with faces of the model with this hash where they are known."""
    from generator.cues.inspector import Inspector
    from generator.cues.standards import of_model

    return Inspector(of_model(model))


def _looked(host: ModelHost, recipe: Recipe, pixels: Pixels) -> LookedCloser:
    from generator.cues.workings import workings_of

    look = inspector(host.facts.hash)
    face = look.face(pixels)
    cues = look.unseen if face is None else look.of(face, workings_of(host.engine, recipe))
    spectrum = None if face is None else _spectrum(look, face)
    return LookedCloser(recipe, tuple(shown(cue, pixels) for cue in cues), look.knows_the_model, "", spectrum)


def _spectrum(look: Inspector, face: Face) -> ShownSpectrum | None:
    """The spectrum of `face` as the window shows it: against the median photograph."""
    found = look.spectrum(face)
    if found is None or found.real is None:
        return None
    middle, own = found.real.middle, found.own
    below, above = found.real.outside(found.power)
    edges = (found.real.low, found.real.high, *(() if own is None else (own.low, own.high)))
    shown_edges = tuple((edge - middle).astype(np.float32) for edge in edges)
    return ShownSpectrum((found.power - middle).astype(np.float32), shown_edges[:2], shown_edges[2:], below, above)


def _unusual(host: ModelHost, recipe: Recipe) -> tuple[tuple[str, float], ...]:
    """Title and percentile of each cue that could be judged, the highest first; none of a face that cannot be drawn."""
    from generator.cues.cue import TEXTS
    from generator.cues.workings import workings_of

    try:
        pixels, workings = host.engine.render(recipe, live=True, aside=True), workings_of(host.engine, recipe)
    except (RecipeError, LatentError):
        return ()
    cues = inspector(host.facts.hash)(pixels, workings)
    judged = [(TEXTS[cue.name].title, cue.percentile) for cue in cues if cue.percentile is not None]
    return tuple(sorted(judged, key=lambda row: -row[1]))


def shown(cue: Cue, pixels: Pixels) -> ShownCue:
    """`cue` of a picture, uint8 `[H, W, 3]`, as the window shows it."""
    from generator.cues.cue import TEXTS

    text = TEXTS[cue.name]
    return ShownCue(
        name=cue.name,
        title=text.title,
        look_for=text.look_for,
        why=text.why,
        reason=cue.reason,
        percentile=cue.percentile,
        among=cue.among,
        flagged=cue.is_flagged,
        crop=None if cue.box is None else _crop(pixels, cue.box),
        heat=_heat(cue, pixels),
        weak=text.weak,
    )


def _crop(pixels: Pixels, box: Box) -> Pixels:
    """The square about `box`, inside the picture, as uint8 [128, 128, 3]."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    side = min(max(right - left, bottom - top, _PLACE * min(width, height)), width, height)
    x = float(np.clip((left + right - side) / 2, 0, width - side))
    y = float(np.clip((top + bottom - side) / 2, 0, height - side))
    place = Image.fromarray(pixels).resize((CROP, CROP), Image.Resampling.BICUBIC, (x, y, x + side, y + side))
    return np.array(place)


def _heat(cue: Cue, pixels: Pixels) -> Pixels | None:
    """The heat over the whole picture, whose longer side is `HEAT`."""
    if cue.heat is None or cue.square is None:
        return None
    height, width = pixels.shape[:2]
    scale = HEAT / max(height, width)
    left, top, right, bottom = (round(edge * scale) for edge in cue.square)
    heat = Image.fromarray((cue.heat * 255).astype(np.uint8))
    whole = Image.new("L", (round(width * scale), round(height * scale)))
    whole.paste(heat.resize((max(right - left, 1), max(bottom - top, 1))), (left, top))
    return np.array(whole)
