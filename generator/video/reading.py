"""The timeline inside a video, found without decoding a picture: any of our files opens again."""

from __future__ import annotations

from pathlib import Path

from generator.motion.timeline import Timeline


def timeline_of(path: str | Path) -> Timeline:
    """The timeline in an MP4, WebM, GIF, WebP or APNG of ours, in a folder of PNGs, or in a `.timeline.json` file.

    Files are known by their content. At most some megabytes are read, however long the video.
    Raises `MotionError` with one sentence that begins with the file's name.
    """
    raise NotImplementedError
