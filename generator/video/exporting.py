"""A timeline as a video: frames are rendered and handed to a writer, which encodes them at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.formats.image_encode import Pixels
from generator.motion.timeline import Timeline
from generator.progress import Job
from generator.recipe.recipe import Floats, Recipe
from generator.video.options import VideoOptions


@dataclass(frozen=True)
class VideoDone:
    """What was written."""

    path: str
    frames: int  # those of this process's share
    seconds: float  # of the whole video


def exporting(
    path: str | Path,
    timeline: Timeline,
    options: VideoOptions,
    render: Callable[[Recipe], Pixels],
    w_plus: Callable[[Recipe], Floats],
    share: tuple[int, int] = (0, 1),
) -> Job[VideoDone]:
    """Write `timeline` as the video, picture or folder that `path` names; one frame is rendered in each step.

    `render` gives uint8 `[H, W, 3]` of a recipe, always of the same shape; `w_plus` gives float32 `[num_ws, w_dim]`.
    `share` = (index, count) of processes that write one folder together: this one writes every count-th frame.
    Closing the job cancels it, and leaves nothing half-written. The same timeline gives the same bytes.
    Raises `ExportError`, and `MotionError` for a timeline without frames or with too many.
    """
    raise NotImplementedError
    yield
