"""Writing a moving picture frame by frame, while the next frame is rendered.

A thread of its own encodes what waits in a short queue. It writes beside the target and renames at the end, so that
cancelling, an error or a full disk leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Protocol

import numpy as np

from generator.errors import ExportError
from generator.formats.image_encode import Pixels, scaled
from generator.video.gif import write_gif
from generator.video.h264 import write_mp4
from generator.video.options import MAX_GIF_PIXELS, MAX_SIZE, MIN_SIZE, VideoOptions, check_video, video_suffix
from generator.video.picture_sequence import write_apng, write_folder, write_webp
from generator.video.plan import Encoder, Picture, Plan
from generator.video.stream import check_encoders
from generator.video.webm import write_webm

QUEUE = 4  # frames that may wait: at 1024 px they take 12 MB

_ENCODERS: dict[str, Encoder] = {
    ".mp4": write_mp4,
    ".webm": write_webm,
    ".gif": write_gif,
    ".webp": write_webp,
    ".png": write_apng,
    "": write_folder,
}


class VideoWriter(Protocol):
    """A moving picture that is being written. After `close` or `cancel` nothing more may be added."""

    def add(self, pixels: Pixels, notes: Mapping[str, str] | None = None) -> None:
        """Append a frame, uint8 `[H, W, 3]`, which must not be changed afterwards; waits while QUEUE frames wait.

        `notes` of the frame alone ("recipe" -> JSON) are kept by a folder of PNGs and dropped by other formats.
        Raises `ExportError` where encoding has failed meanwhile.
        """

    def ended(self, patience: float) -> bool:
        """Say that there are no more frames, and wait up to `patience` seconds; True = `close` will not wait."""

    def close(self) -> None:
        """Finish the file and move it into place. Raises `ExportError`, also where frames are missing."""

    def cancel(self) -> None:
        """Stop and remove what was written; after `close` it does nothing. Never raises."""


def check_writable(path: str | Path, options: VideoOptions, count: int, share: tuple[int, int] = (0, 1)) -> None:
    """Raise `ExportError` unless `count` frames can be written to what `path` names: asked before anything is made."""
    check_video(path, options)
    check_encoders(video_suffix(path), bool(options.sound))
    if count < 1:
        raise ExportError("A video without frames cannot be written; make it longer than one frame.")
    if share[1] > 1 and video_suffix(path):
        raise ExportError(f"{share[1]} processes cannot write one file together; start one, or write a folder of PNGs.")


def open_writer(
    path: str | Path,
    options: VideoOptions,
    shape: tuple[int, int],
    count: int,
    notes: Mapping[str, str],
    share: tuple[int, int] = (0, 1),
) -> VideoWriter:
    """A writer for `count` frames of `shape` (height, width) by the suffix of `path`; `options.size` scales them.

    `notes` are texts by name that the file contains beside the synthetic mark, above all "timeline" -> JSON.
    `share` = (index, processes): of a folder, only every processes-th frame from `index` on is added and written.
    Raises `ExportError` for a suffix, size or count that is not possible.
    """
    check_writable(path, options, count, share)
    height, width = scaled(np.zeros((*shape, 3), np.uint8), options.size).shape[:2]
    if not MIN_SIZE <= min(height, width) <= max(height, width) <= MAX_SIZE:
        raise ExportError(f"A video of {width} × {height} pixels is not possible; choose {MIN_SIZE} to {MAX_SIZE}.")
    if video_suffix(path) == ".gif" and count * height * width > MAX_GIF_PIXELS:
        raise ExportError(
            f"A GIF of {count} frames of {width} × {height} pixels would be huge; choose a smaller size, or an .mp4."
        )
    return _Writing(Plan(Path(path), options, width, height, count, notes, share), _ENCODERS[video_suffix(path)])


class _Cancelled(Exception):
    """Ends the encoder from inside, so that it removes its file."""


class _Writing:
    """An encoder in its thread, and the queue before it."""

    def __init__(self, plan: Plan, encoder: Encoder) -> None:
        self._plan, self._encoder = plan, encoder
        self._waiting: Queue[Picture | None] = Queue(QUEUE)  # None = there are no more
        self._arriving = (picture for picture in iter(self._waiting.get, None) if picture is not None)
        self._cancelled, self._is_ended = Event(), False
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="video encoder", daemon=True)
        self._thread.start()

    def add(self, pixels: Pixels, notes: Mapping[str, str] | None = None) -> None:
        assert not self._is_ended
        assert pixels.dtype == np.uint8
        assert pixels.shape[2:] == (3,)
        self._raise()
        self._waiting.put(Picture(pixels, notes or {}))

    def ended(self, patience: float) -> bool:
        self._end()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def close(self) -> None:
        self._end()
        self._thread.join()
        self._raise()

    def cancel(self) -> None:
        self._cancelled.set()
        self._end()
        self._thread.join()

    def _end(self) -> None:
        if not self._is_ended:
            self._is_ended = True
            self._waiting.put(None)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._encoder(self._plan, self._pictures())
        except _Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001  raised where the next frame is added, or at the end
            self._error = error
        finally:
            for _ in self._arriving:  # so that whoever adds one does not wait for ever
                pass

    def _pictures(self) -> Iterator[Picture]:
        """The frames as they come, scaled where the encoder does not do that."""
        plan, count = self._plan, 0
        size = None if plan.is_scaled_in_conversion else plan.options.size
        for picture in self._arriving:
            self._check()
            yield picture._replace(pixels=scaled(picture.pixels, size))
            count += 1
        self._check()
        if count != len(plan.ours):
            raise ExportError(f"{plan.path.name} got {count} of its {len(plan.ours)} frames; export it again.")

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
