"""Writing a moving picture frame by frame, while the next frame is rendered.

A thread of its own encodes what waits in a short queue. It writes beside the target and renames at the end, so that
cancelling, an error or a full disk leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from generator.formats.image_encode import Pixels
from generator.video.options import VideoOptions

QUEUE = 4  # frames that may wait: at 1024 px they take 12 MB


class VideoWriter(Protocol):
    """A moving picture that is being written. After `close` or `cancel` nothing more may be called."""

    def add(self, pixels: Pixels, notes: Mapping[str, str] | None = None) -> None:
        """Append a frame, uint8 `[H, W, 3]`, which must not be changed afterwards; waits while QUEUE frames wait.

        `notes` of the frame alone ("recipe" -> JSON) are kept by a folder of PNGs and dropped by other formats.
        Raises `ExportError` where encoding has failed meanwhile.
        """

    def close(self) -> None:
        """Finish the file and move it into place. Raises `ExportError`, also where frames are missing."""

    def cancel(self) -> None:
        """Stop and remove what was written; after `close` it does nothing. Never raises."""


def open_writer(
    path: str | Path, options: VideoOptions, shape: tuple[int, int], count: int, notes: Mapping[str, str]
) -> VideoWriter:
    """A writer for `count` frames of `shape` (height, width) by the suffix of `path`; `options.size` scales them.

    `notes` are texts by name that the file contains beside the synthetic mark, above all "timeline" -> JSON.
    Raises `ExportError` for a suffix, size or count that is not possible.
    """
    raise NotImplementedError
