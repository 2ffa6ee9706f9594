"""Opening the user's files: only regular ones, because a pipe may block and a device may be endless."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from generator.progress import Job, Progress, finish, megabytes

STEP = 4_000_000  # bytes read at once


def open_regular(path: str | Path) -> BinaryIO:
    """Open the file at `path`, following links, for reading. Raises `OSError`, also for pipes, devices and invalid
    paths."""
    try:
        _check(Path(path).stat().st_mode)  # before opening it, which already triggers some devices
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a NUL, or half a character
        raise OSError(errno.EINVAL, "its name contains characters that no file name can have") from error
    try:
        _check(os.fstat(descriptor).st_mode)  # again, in case it was replaced meanwhile
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_regular(path: str | Path, most: int) -> bytes:
    """All bytes of the file at `path`. Raises `OSError`, also if there are more than `most`."""
    return bytes(finish(reading_regular(path, most)))


def reading_regular(path: str | Path, most: int) -> Job[bytearray]:
    """`read_regular` in steps of some milliseconds, so that other work can run in between."""
    data = bytearray()
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        while len(data) <= most and size <= most and (piece := file.read(STEP)):
            data += piece
            yield Progress(len(data), size, f"{megabytes(len(data))} of {megabytes(size)}")
    if size > most or len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes")
    return data


def _check(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
