"""Opening files that must be files: a pipe never ends a read, and a device may go on for ever."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe without a writer opens, too


def open_regular(path: Path) -> BinaryIO:
    """`path`, open for reading. Raises `OSError`, for a folder, a pipe or a device as well."""
    descriptor = os.open(path, _HOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path, most: int) -> bytes:
    """What is in the file `path`, at most `most` bytes of it. Raises `OSError` as `open_regular` does."""
    with open_regular(path) as file:
        return file.read(most)
