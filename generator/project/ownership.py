"""One writer for each project: a lock file `NAME.outis-lock` beside it, for as long as it is open."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from generator.storage.atomic import claim

_TRIES = 10  # each of which another process can spoil by closing its project at this very moment


def owned(path: Path) -> BinaryIO | None:
    """The lock of the project `path`, to be handed to `release`; None while another process holds it.

    Raises `OSError` if its folder takes no lock file.
    """
    lock = lock_path(path)
    for _ in range(_TRIES):
        file = claim(lock)
        if file is None or _is_still(lock, file):
            return file
        file.close()
    return None


def release(path: Path, file: BinaryIO) -> None:
    """Remove the lock of the project `path`."""
    if sys.platform == "win32":  # an open file cannot be removed there
        file.close()
    with suppress(OSError):  # it does no harm where it stays: what counts is that it is locked
        lock_path(path).unlink()
    file.close()


def lock_path(path: Path) -> Path:
    """Beside SQLite's own `NAME.outis-wal`."""
    return path.with_name(f"{path.name}-lock")


def _is_still(path: Path, file: BinaryIO) -> bool:
    """Whether `file` is what others find at `path`: the last owner may have removed it before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False
