"""Opening files of the user's: a pipe would be waited for, a device read for ever, so that only regular files open."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: str | Path) -> BinaryIO:
    """The file at `path`, links followed, for reading. Raises `OSError`, for pipes, devices and odd paths too."""
    try:
        _check(Path(path).stat().st_mode)  # before it is opened, which alone makes some devices act
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a NUL, or half a character
        raise OSError(errno.EINVAL, "its name holds what no name of a file can") from error
    try:
        _check(os.fstat(descriptor).st_mode)  # again, should another have taken its place meanwhile
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_regular(path: str | Path, most: int) -> bytes:
    """All bytes of the file at `path`. Raises `OSError`, also where there are more than `most`."""
    with open_regular(path) as file:
        length = os.fstat(file.fileno()).st_size
        is_longer = length > most
        data = b"" if is_longer else file.read(length + 1)  # no buffer of `most` bytes for a small file
        if len(data) > length:  # it has grown meanwhile
            data += file.read(most + 1 - len(data))
    if is_longer or len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes")
    return data


def _check(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
