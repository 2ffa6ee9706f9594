"""How a moving picture is written: what a preset keeps. Needs neither a codec nor an image library."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from generator.errors import ExportError, did_you_mean

VIDEO_SUFFIXES = (".mp4", ".webm", ".gif", ".webp", ".png")  # .png = an animated PNG; no suffix = a folder of PNGs
WITH_SOUND = (".mp4", ".webm")
MIN_SIZE, MAX_SIZE = 16, 4096  # pixels of the longer side; more plays nowhere as H.264
MAX_FPS = 120.0
MAX_GIF_FPS = 50.0  # a GIF counts in hundredths of a second, and browsers slow down what is faster than two of them
MAX_LOOPS = 65_535  # what GIF and WebP can state
MAX_GIF_PIXELS = 1_000_000_000  # of all frames together: they wait on the disk until the palette is known


@dataclass(frozen=True)
class VideoOptions:
    """Frames a second, size and quality of a moving picture. Raises `ExportError` for impossible ones.

    Example:
        >>> from generator.video.options import VideoOptions
        >>> VideoOptions(fps=25, size=512).quality
        80
    """

    fps: float = 30.0  # frames a second, up to MAX_FPS; a GIF up to MAX_GIF_FPS
    size: int | None = None  # pixels of the longer side; None = as the frames are rendered
    quality: int = 80  # 1 (small) to 100 (good); PNGs are exact at any
    loops: int = 0  # how often a GIF, WebP or APNG is shown; 0 = for ever
    sound: str = ""  # path of a sound file, for MP4 and WebM; "" = none

    def __post_init__(self) -> None:
        if not (math.isfinite(self.fps) and 0.1 <= self.fps <= MAX_FPS):
            raise ExportError(f"{self.fps:g} frames a second are not possible; choose 0.1 to {MAX_FPS:g}.")
        if self.size is not None and not MIN_SIZE <= self.size <= MAX_SIZE:
            raise ExportError(f"A video of {self.size} pixels is not possible; choose {MIN_SIZE} to {MAX_SIZE}.")
        if not 1 <= self.quality <= 100:
            raise ExportError(f"A quality of {self.quality} is not possible; choose 1 to 100.")
        if not 0 <= self.loops <= MAX_LOOPS:
            raise ExportError(f"Showing it {self.loops} times is not possible; choose 0 (for ever) to {MAX_LOOPS}.")

    @property
    def rate(self) -> Fraction:
        """Frames a second as the fraction that containers state, such as 30 or 2997/100."""
        return Fraction(self.fps).limit_denominator(1001)

    def to_values(self) -> dict[str, Any]:
        """As JSON values, without the sound, which belongs to one export."""
        return {name: value for name, value in asdict(self).items() if name != "sound"}

    @classmethod
    def from_values(cls, values: Any) -> VideoOptions:
        """What `to_values` returned. Raises `ExportError` for anything else."""
        names = {field.name for field in fields(cls)} - {"sound"}
        if not isinstance(values, dict) or set(values) != names:
            raise ExportError("The kept options of a video are damaged; choose them again.")
        right = type(values["fps"]) in (int, float) and type(values["size"]) in (int, type(None))
        if not (right and type(values["quality"]) is int and type(values["loops"]) is int):
            raise ExportError("The kept options of a video have values of a wrong type; choose them again.")
        return cls(**values)


def video_suffix(path: str | Path) -> str:
    """The one of VIDEO_SUFFIXES in which `path` ends, "" for a folder. Raises `ExportError` for any other suffix."""
    suffix = Path(path).suffix.lower()
    if suffix and suffix not in VIDEO_SUFFIXES:
        hint = did_you_mean(suffix, VIDEO_SUFFIXES) or f"; choose from {', '.join(VIDEO_SUFFIXES)}, or none: a folder."
        raise ExportError(f"Videos cannot be written as {suffix[:40]!r}{hint}")
    return suffix


def check_video(path: str | Path, options: VideoOptions) -> None:
    """Raise `ExportError` unless what `path` names can be written with `options`."""
    suffix = video_suffix(path)
    name = suffix.removeprefix(".").upper().replace("PNG", "APNG") or "folder of pictures"
    if options.sound and suffix not in WITH_SOUND:
        raise ExportError(f"A {name} has no sound; write an .mp4 or .webm, or leave the sound out.")
    if suffix == ".gif" and options.fps > MAX_GIF_FPS:
        raise ExportError(f"A GIF shows at most {MAX_GIF_FPS:g} frames a second; {options.fps:g} are chosen.")
