"""Small and finished pictures, beside the frames."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages.frames import Pixels
from generator.formats.picture_options import PictureOptions
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Recipe

NO_TIMELINE = Timeline()


@dataclass(frozen=True)
class FaceDrawn:
    """A small image of the current recipe with another seed."""

    seed: int
    pixels: Pixels
    instead_of: int | None = None  # the seed that was asked for, whose face was left out
    label: int | None = None  # its class


@dataclass(frozen=True)
class KeyframeDrawn:
    """A small image of a face of the timeline."""

    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True)
class TimelineMade:
    """A timeline that was read, made or measured; `why` tells what for: "opened", the name of a motion, or "paced"."""

    timeline: Timeline
    model: str  # content hash
    why: str
    before: Timeline = NO_TIMELINE  # what was measured, of "paced"


@dataclass(frozen=True)
class ThumbnailDrawn:
    """A small image of a face of the project."""

    id: int
    recipe: Recipe  # as it was when the image was requested
    pixels: Pixels


@dataclass(frozen=True)
class PictureDrawn:
    """A face of the project, as large as its model draws it."""

    id: int
    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class PicturePreviewed:
    """How the face looks as it is exported, small."""

    options: PictureOptions  # what was asked for; only its cut-out and its crop are seen
    pixels: Pixels | None  # [H, W, 3] or, with straight alpha, [H, W, 4]; None = it cannot be made
    sentence: str = ""  # why it cannot


@dataclass(frozen=True, eq=False)
class PartEnlarged:
    """A small part of the face, enlarged by resampling and as an export enlarges it; both of the same size."""

    before: Pixels
    after: Pixels


@dataclass(frozen=True)
class TileDrawn:
    """A small image of a face to be sorted."""

    place: int
    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True)
class CleanFound:
    """The next face of a model that has no flagged cue."""

    model: str  # content hash of the model
    seed: int | None  # None = none of those that were looked at
    left_out: int  # faces before it that had one
