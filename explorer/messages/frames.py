"""Frames asked of the compute thread, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from generator.motion.timeline import Timeline
from generator.printable import printable
from generator.recipe.recipe import Direction, Recipe

Pixels = NDArray[np.uint8]  # [H, W, 3]


class Quality(Enum):
    """The requested quality of a frame."""

    FULL = "full"
    PREVIEW = "preview"  # reduced resolution, several times faster


class Role(Enum):
    """What a rendered image is for; every role has a mailbox slot of its own, LIVE is served first."""

    LIVE = "live"  # the face in the middle
    MOTION = "motion"  # a moment of the timeline, in its place
    BEFORE = "before"  # shown while its key is held
    FIRST_THUMBNAIL = "first thumbnail"  # the two sources of the style mix, small
    SECOND_THUMBNAIL = "second thumbnail"
    NEXT = "next face"  # rendered while idle and cached until requested; it is not emitted


@dataclass(frozen=True)
class Grab:
    """A drag on the face: what its next frame should do. Without pulls the points are only looked for."""

    drag: int = 0  # grows by one with every drag
    start: Recipe | None = None  # the face before the drag
    pulls: tuple[tuple[int, float, float], ...] = ()  # point of the mesh, and where it should be: x, y in 0..1
    pins: frozenset[int] = frozenset()  # points that must stay


@dataclass(frozen=True)
class Moment:
    """A place in time; the compute thread finds the recipe of its frame."""

    timeline: Timeline
    time: float  # seconds


@dataclass(frozen=True)
class RenderRequest:
    id: int  # grows by one with every request
    epoch: int  # grows by one with every model; answers of an older epoch are dropped
    recipe: Recipe
    quality: Quality = Quality.FULL
    role: Role = Role.LIVE
    grab: Grab | None = None  # of a LIVE frame; with pulls, the recipe is found while the frame is rendered
    moment: Moment | None = None  # of a MOTION frame, whose recipe is found while it is rendered

    @property
    def pulls(self) -> bool:
        """Whether this is a frame of a drag on the face."""
        return self.grab is not None and bool(self.grab.pulls)


@dataclass(frozen=True)
class RenderResult:
    request: RenderRequest  # with the recipe that was rendered
    pixels: Pixels
    milliseconds: float  # from taking the request to the finished array
    coordinates: NDArray[np.float32] | None = None  # position of the face on the principal components, in sigma
    w_plus: NDArray[np.float32] | None = None  # [num_ws, w_dim] behind a LIVE, FULL frame: what "store" keeps
    points: NDArray[np.float32] | None = None  # [N, 2] x, y in 0..1: mesh, places without a face, or none; if grabbed
    settled: bool = False  # whether the pulled points are where they should be, or as near to that as they come


@dataclass(frozen=True)
class Failure:
    """Something that the user requested has failed."""

    sentence: str  # for the user
    details: str = ""  # the traceback, for "copy details"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", printable(self.sentence))  # it may contain a file name


@dataclass(frozen=True)
class RenderFailed:
    request: RenderRequest
    failure: Failure


@dataclass(frozen=True)
class Components:
    """Principal components of W for the panels: no tensors, everything in sigma."""

    directions: tuple[Direction, ...]  # "pc0", "pc1", ...: one sigma long, all layers
    explained: NDArray[np.float32]  # [k] share of the variance of W
    cloud: NDArray[np.float32]  # [samples, k] scores of some random w, in sigma: the background of the map
