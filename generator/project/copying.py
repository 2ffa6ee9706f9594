"""A copy of an open project as another file: whole, or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from generator.errors import ProjectError
from generator.project.connection import sentences
from generator.project.opening import Opened, beside, real_path
from generator.project.ownership import owned, release


def copy_to(opened: Opened, path: str | Path) -> None:
    """Write the project to `path`, which replaces a file of that name when it is complete. Raises `ProjectError`."""
    target = real_path(path)
    if target == opened.path:
        raise ProjectError(f"{target.name} is the project itself; choose another name.")
    try:
        lock = owned(target)
    except OSError as error:
        raise ProjectError(f"{target.name} could not be written: {error.strerror or error}.") from error
    if lock is None:
        raise ProjectError(f"{target.name} is open in another Outis; choose another name, or close it there.")
    try:
        _replace(opened, target)
    finally:
        release(target, lock)


def _replace(opened: Opened, target: Path) -> None:
    unfinished = target.with_name(f".outis-{secrets.token_hex(6)}.tmp")
    try:
        with sentences(target):
            opened.connection.execute("VACUUM INTO ?", (os.fspath(unfinished),))
        with unfinished.open("r+b") as file:
            os.fsync(file.fileno())
        for ending in (
            "-wal",
            "-shm",
            "-journal",
        ):  # of the file that is replaced: they would be taken for the new one's
            beside(target, ending).unlink(missing_ok=True)
        unfinished.replace(target)
    except OSError as error:
        raise ProjectError(f"{target.name} could not be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
