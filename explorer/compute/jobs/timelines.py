"""The timeline in a file that the user opens: in one of its own, or in a video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.messages import TimelineMade
from explorer.translation import tr
from generator.errors import MotionError
from generator.formats.open_face import check_shapes
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import SUFFIX

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

_VIDEOS = (".mp4", ".webm", ".gif")  # files that contain a timeline, or nothing for Outis
_PICTURES = (".webp", ".png")  # files that contain a timeline, or a face


def read_timeline(path: str, host: ModelHost) -> TimelineMade | None:
    """The timeline in `path`; None if it may be something else. Raises `MotionError` for a video without one, and
    `OutisError` for a timeline that the open model does not draw."""
    from generator.video.reading import timeline_of

    name = path.lower()
    if name.endswith((SUFFIX, *_VIDEOS)) or Path(path).is_dir():
        return _checked(timeline_of(path), path, host)
    if not name.endswith(_PICTURES):
        return None
    try:
        timeline = timeline_of(path)
    except (MotionError, OSError):
        return None
    return _checked(timeline, path, host)


def _checked(timeline: Timeline, path: str, host: ModelHost) -> TimelineMade:
    if not host.has_model:
        return TimelineMade(timeline, "", "opened")
    facts = host.facts
    for face in timeline.keyframes:
        if face.recipe.model not in ("", facts.hash):
            what = tr("{name}: its faces were made with another model; open that one first.", name=Path(path).name)
            raise MotionError(what)
        check_shapes(face.recipe, facts.config)
    return TimelineMade(timeline, facts.hash, "opened")
